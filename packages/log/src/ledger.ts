// The fold of a log: what both ends must know to judge the next op, and nothing else. The room and every replica keep one and give
// the same verdict on the same op at the same position (docs/spec/log.md, L20-L43); an op that fails here is void everywhere.
// Signatures are not its business: verify.ts comes first.
import { can, type Role } from "@reed/access";
import { equalBytes, isZero } from "@reed/bytes";
import { type Attribution, decodeAttributed } from "./attribution.ts";
import { Authors, type AuthorState, type ControlPosition, type Enrolment, roleOfAny } from "./authors.ts";
import { decodeDataBody, isReservedBucket, TEXT_BUCKET } from "./body.ts";
import { Buckets } from "./buckets.ts";
import { type Cursor, extendChain } from "./chain.ts";
import { type ControlBody, decodeControl } from "./control.ts";
import { ControlLine, type Generation } from "./control-line.ts";
import { judgeControl } from "./control-rules.ts";
import { judgeEnrol } from "./enrol-rules.ts";
import type { LedgerFault } from "./fault.ts";
import { decodeGenesis, type Scope } from "./genesis.ts";
import type { Grants } from "./grants.ts";
import type { Sha256 } from "./hash.ts";
import { hexKey } from "./ids.ts";
import { decodeLedgerState, encodeLedgerState } from "./ledger-state.ts";
import type { Op } from "./op.ts";
import { Positions } from "./positions.ts";
import { GATEWAY, type Principal } from "./principal.ts";
import type { BucketEntry, Reducer } from "./reducer.ts";
import { hasBucket, isLocked, isShared, reducersOf } from "./scope-reducers.ts";
import { retireText } from "./text-update.ts";
import type { Effect, Verdict } from "./verdict.ts";

/** How far ahead of the receive time an author's clock may be. */
export const MAX_CLOCK_AHEAD_US = 60_000_000;
/** How far above the newest time in the log an author may go, so that one wrong clock can't lock the others out. */
const CLOCK_STEP_US = 1_000_000;

const refused = (fault: LedgerFault): Verdict => ({ type: "refused", fault });

export interface LedgerOptions {
  readonly sha256: Sha256;
  /** An op whose author had last seen a position below the base is refused as `behind` by the server, which has the last word; a
   *  replica, to which such an op is delivered, takes the server's word for what it can't check any more. */
  readonly below: "refuse" | "trust";
}

export class Ledger {
  readonly docId: Uint8Array;
  readonly #options: LedgerOptions;
  #positions: Positions;
  #authors = new Authors();
  #control = new ControlLine();
  #scope: Scope = "note";
  #buckets = new Buckets(reducersOf(this.#scope));
  #founder: Uint8Array | null = null;
  #platform: Uint8Array | null = null;
  #newestWallUs = 0;

  /** The empty log of the note `docId` (32 bytes). */
  constructor(docId: Uint8Array, options: LedgerOptions) {
    this.docId = docId;
    this.#options = options;
    this.#positions = new Positions({ seq: 0, chain: docId });
  }

  /** The fold as `save` gave it. Throws a DecodeError. */
  static load(saved: Uint8Array, options: LedgerOptions): Ledger {
    const state = decodeLedgerState(saved);
    const ledger = new Ledger(state.docId, options);
    ledger.#positions = new Positions(state.head);
    ledger.#authors = Authors.load(state.authors);
    ledger.#control = ControlLine.load(state.control);
    ledger.#buckets = Buckets.load(state.buckets, reducersOf(state.scope));
    ledger.#scope = state.scope;
    ledger.#founder = state.founder;
    ledger.#platform = state.platform;
    ledger.#newestWallUs = state.newestWallUs;
    return ledger;
  }

  /** The whole fold at this position, in one deterministic form: a snapshot's ledger. */
  save(): Uint8Array {
    return encodeLedgerState({
      docId: this.docId,
      head: this.head,
      scope: this.#scope,
      founder: this.#founder,
      platform: this.#platform,
      newestWallUs: this.#newestWallUs,
      authors: this.#authors.save(),
      control: this.#control.save(),
      buckets: this.#buckets.save(),
    });
  }

  get head(): Cursor {
    const seq = this.#positions.headSeq;
    return { seq, chain: this.#positions.chainAt(seq) ?? this.docId };
  }

  /** The oldest position that is still known. */
  get baseSeq(): number {
    return this.#positions.baseSeq;
  }

  get scope(): Scope {
    return this.#scope;
  }

  get grants(): Grants {
    return this.#control.grants;
  }

  /** The newest control op and its number; null before the first. */
  get control(): (ControlPosition & { readonly counter: number }) | null {
    return this.#control.newest;
  }

  /** The new beginnings of this log, oldest first. */
  get generations(): readonly Generation[] {
    return this.#control.generations;
  }

  /** Compliance mode: every op is kept for ever. */
  get isCompliant(): boolean {
    return this.#control.isCompliant;
  }

  get newestWallUs(): number {
    return this.#newestWallUs;
  }

  /** State vector of the text: end clock by Yjs clientID. */
  get vector(): ReadonlyMap<number, number> {
    return this.#buckets.text.state.vector;
  }

  /** Who owns each Yjs clientID of the text: a device's hex key, and behind a space the principal that the gateway wrote for. */
  get claims(): ReadonlyMap<number, string> {
    return this.#buckets.text.state.claims;
  }

  /** Whether the three founding ops are in: from here on the note is anybody's whom the grants name. */
  get isFounded(): boolean {
    return this.control !== null;
  }

  get founder(): Uint8Array | null {
    return this.#founder;
  }

  /** The key that certifies the devices of this log; null before its genesis. */
  get platform(): Uint8Array | null {
    return this.#platform;
  }

  author(device: Uint8Array): AuthorState | null {
    return this.#authors.get(device);
  }

  /** The one device here with this short key (shortKeyOf). */
  deviceNamed(shortKey: number): Uint8Array | null {
    return this.#authors.named(shortKey);
  }

  chainAt(seq: number): Uint8Array | null {
    return this.#positions.chainAt(seq);
  }

  seqOf(opId: Uint8Array): number | null {
    return this.#positions.seqOf(opId);
  }

  /** What `reducer` makes of its bucket in this log. */
  fold<State, Change, Fault extends string>(reducer: Reducer<State, Change, Fault>): State {
    return this.#buckets.fold(reducer);
  }

  /** The entries of a bucket that this code has no reducer for, in order (see foldEntries). */
  entries(bucket: string): readonly BucketEntry[] {
    return this.#buckets.entries(bucket);
  }

  /** Forgets the positions below `seq`: a snapshot has them. */
  trimTo(seq: number): void {
    this.#positions.trimTo(seq);
    this.#control.trimTo(this.baseSeq);
  }

  /** The newest control op in a past that reaches to `seenSeq` and holds the author's own ops. Zeros (32) where there is none. */
  aclFor(author: Uint8Array, seenSeq: number): Uint8Array {
    const own = this.author(author)?.control ?? null;
    if (own !== null && own.seq > seenSeq) return own.opId;
    return this.#control.newestAt(seenSeq)?.opId ?? new Uint8Array(32);
  }

  /** The role of a device at `atUs`, over all principals that it is enrolled for. */
  roleOfDevice(device: Uint8Array, atUs: number): Role | null {
    return this.roleOfAny(this.author(device)?.principals ?? [], atUs);
  }

  roleOfAny(principals: readonly Principal[], atUs: number): Role | null {
    return roleOfAny(this.grants, principals, atUs);
  }

  /** What this log says to `op`, whose signatures hold, received at `recvUs`. Changes nothing. A server that reads back rows which
   *  it took when its base was lower says `below: "trust"`: it judged them then. */
  check(op: Op, recvUs: number, below: LedgerOptions["below"] = this.#options.below): Verdict {
    const known = this.seqOf(op.opId);
    if (known !== null) return { type: "duplicate", seq: known };
    if (op.type === "genesis") return this.#checkGenesis(op);
    if (!equalBytes(op.docId, this.docId)) return refused("wrong_note");
    const fault = this.#founding(op) ?? this.#past(op, recvUs, below);
    return fault === null ? this.#checkBody(op, recvUs) : refused(fault);
  }

  /** Adds an op that check accepted with `effect`, and returns its position. */
  append(op: Op, effect: Effect, recvUs: number): Cursor {
    const cursor = this.#push(op, recvUs);
    this.#apply(op, effect, cursor.seq);
    return cursor;
  }

  /**
   * Adds an op that a server delivered though check refuses it: it has its place in the chain and no effect. Where only what it says
   * to its bucket is at fault, its author's line goes on with it: who judges that differently agrees about what follows.
   */
  appendVoid(op: Op, recvUs: number): Cursor {
    const isInLine = op.type === "data" && this.isFounded && this.#past(op, recvUs, this.#options.below) === null;
    const cursor = this.#push(op, recvUs);
    if (isInLine && equalBytes(op.docId, this.docId)) this.#advance(op, null, null);
    return cursor;
  }

  #push(op: Op, recvUs: number): Cursor {
    const { seq, chain } = this.head;
    const next = { seq: seq + 1, chain: extendChain(chain, seq + 1, op.opId, recvUs, this.#options.sha256) };
    this.#positions.push(next.chain, op.opId);
    return next;
  }

  #checkGenesis(op: Op): Verdict {
    if (this.head.seq !== 0) return refused("founding");
    if (!equalBytes(op.opId, this.docId)) return refused("wrong_note");
    try {
      const { platform, scope } = decodeGenesis(op.body);
      return { type: "accepted", effect: { type: "genesis", platform, scope } };
    } catch {
      return refused("body");
    }
  }

  /** A log begins with genesis, the founder's enrolment and the founder's first control op, and nothing between them. */
  #founding(op: Op): LedgerFault | null {
    if (this.isFounded) return null;
    if (this.#founder === null || !equalBytes(op.author, this.#founder)) return "founding";
    const expected = this.author(op.author)?.principals.length === 0 ? "enrol" : "control";
    return op.type === expected ? null : "founding";
  }

  /** The author's own line, the position that it countersigns, and its clock. */
  #past(op: Op, recvUs: number, below: LedgerOptions["below"]): LedgerFault | null {
    const author = this.author(op.author);
    if (author === null && op.type !== "enrol") return "not_enrolled";
    if (author !== null && op.ctr <= author.ctr) return "counter";
    if (author === null ? !isZero(op.prev) : !equalBytes(op.prev, author.opId)) return "prev";
    return this.#seen(op, below) ?? this.#clock(op, recvUs, author);
  }

  #seen(op: Op, below: LedgerOptions["below"]): LedgerFault | null {
    if (op.seenSeq < this.baseSeq) return below === "refuse" ? "behind" : null;
    const chain = this.chainAt(op.seenSeq);
    if (chain === null) return "seen_ahead";
    if (!equalBytes(op.seenChain, chain)) return "seen_chain";
    return equalBytes(op.acl, this.aclFor(op.author, op.seenSeq)) ? null : "acl";
  }

  #clock(op: Op, recvUs: number, author: AuthorState | null): LedgerFault | null {
    const latestUs = Math.max(recvUs + MAX_CLOCK_AHEAD_US, this.#newestWallUs + CLOCK_STEP_US);
    return op.wallTimeUs > latestUs || (author !== null && op.wallTimeUs <= author.wallTimeUs) ? "clock" : null;
  }

  #checkBody(op: Op, recvUs: number): Verdict {
    switch (op.type) {
      case "enrol":
        return judgeEnrol(op, recvUs, {
          docId: this.docId,
          platform: this.#platform,
          grants: this.grants,
          principals: this.author(op.author)?.principals ?? [],
        });
      case "control":
        return this.#checkControl(op, recvUs);
      case "data":
        return this.#checkData(op, recvUs);
      default:
        return refused("body");
    }
  }

  #checkControl(op: Op, recvUs: number): Verdict {
    let body: ControlBody;
    try {
      body = decodeControl(op.body);
    } catch {
      return refused("body");
    }
    const actors = this.#actors(op, body.attribution);
    if (actors === null) return refused("body");
    if (this.isFounded && body.changes.length > 0 && !isShared(this.#scope)) return refused("forbidden");
    return judgeControl(body, {
      grants: this.grants,
      control: this.control,
      head: this.head,
      isCompliant: this.isCompliant,
      chainAt: (seq) => this.chainAt(seq),
      actors,
      role: this.roleOfAny(actors, recvUs),
      sha256: this.#options.sha256,
    });
  }

  #checkData(op: Op, recvUs: number): Verdict {
    try {
      const { bucket, payload } = decodeDataBody(op.body);
      if (isReservedBucket(bucket) || !hasBucket(this.#scope, bucket)) return refused("bucket");
      const attributed = this.#isGateway(op) ? decodeAttributed(payload) : null;
      const actors = this.#actors(op, attributed?.attribution ?? null);
      if (actors === null || !can(this.roleOfAny(actors, recvUs), "write_text")) return refused("forbidden");
      // What it says about a text that is gone must be said anew about the one that is there.
      if (attributed === null && bucket === TEXT_BUCKET && op.seenSeq < this.#scrubSeq) return refused("behind");
      const device = hexKey(op.author);
      return this.#checkEntry(bucket, {
        seq: this.head.seq + 1,
        recvUs,
        wallTimeUs: op.wallTimeUs,
        opId: op.opId,
        author: op.author,
        by: actors,
        role: this.roleOfAny(actors, recvUs),
        claimant: attributed === null ? device : `${device} ${attributed.attribution.by}`,
        payload: attributed?.data ?? payload,
      });
    } catch {
      return refused("body");
    }
  }

  #checkEntry(bucket: string, entry: BucketEntry): Verdict {
    if (bucket === TEXT_BUCKET) {
      if (entry.role !== "owner" && isLocked(this.#scope, this.#buckets)) return refused("locked");
      const judged = this.#buckets.text.judge(entry);
      if (!judged.ok) return refused(judged.fault);
      const { change } = judged;
      return { type: "accepted", effect: { type: "data", bucket, entry, insertsUnits: change.insertsUnits, change } };
    }
    const judged = this.#buckets.judge(bucket, entry);
    if (!judged.ok) return refused(judged.fault);
    return { type: "accepted", effect: { type: "data", bucket, entry, insertsUnits: 0, change: judged.change } };
  }

  /** Where the text was begun anew for the last time; 0: never. */
  get #scrubSeq(): number {
    return this.generations.findLast(({ reason }) => reason === "scrub")?.seq ?? 0;
  }

  #isGateway(op: Op): boolean {
    return this.author(op.author)?.principals.includes(GATEWAY) ?? false;
  }

  /** For whom `op` speaks: its device's principals, or whom the gateway names. null where it names none, or may not name any. */
  #actors(op: Op, attribution: Attribution | null): readonly Principal[] | null {
    if (this.#isGateway(op)) return attribution === null ? null : [attribution.by];
    return attribution === null ? (this.author(op.author)?.principals ?? []) : null;
  }

  #advance(op: Op, added: Enrolment | null, control: ControlPosition | null): void {
    this.#newestWallUs = Math.max(this.#newestWallUs, op.wallTimeUs);
    this.#authors.advance(op, added, control);
  }

  #apply(op: Op, effect: Effect, seq: number): void {
    const control = effect.type === "control" ? { seq, opId: op.opId } : null;
    const { principal, certificate } = effect.type === "enrol" ? effect : { principal: null, certificate: null };
    this.#advance(op, principal === null ? null : { principal, certificate }, control);
    switch (effect.type) {
      case "genesis":
        this.#founder = op.author;
        this.#platform = effect.platform;
        this.#scope = effect.scope;
        this.#buckets = new Buckets(reducersOf(effect.scope));
        return;
      case "enrol":
        return;
      case "control":
        this.#control.push({ seq, opId: op.opId }, effect.body);
        if (effect.body.act?.type === "generation" && effect.body.act.reason === "scrub")
          retireText(this.#buckets.text.state);
        return;
      case "data":
        this.#buckets.apply(effect.bucket, effect.entry, effect.change);
    }
  }
}
