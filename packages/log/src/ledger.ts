// The fold of a log: what both ends must know to judge the next op, and nothing else. The room and every replica keep one and
// give the same verdict on the same op at the same position (docs/spec/log.md, L20-L43); an op that fails here is void
// everywhere. Signatures are not its business: verify.ts comes first.
import { can, maxRole, type Role } from "@reed/access";
import { equalBytes, isZero } from "@reed/bytes";
import { type Attribution, decodeAttributed } from "./attribution.ts";
import type { AuthorState, ControlPosition } from "./authors.ts";
import { decodeDataBody, isReservedBucket, TEXT_BUCKET } from "./body.ts";
import { type Cursor, extendChain } from "./chain.ts";
import { ChainIndex } from "./chain-index.ts";
import { type ControlBody, decodeControl } from "./control.ts";
import { judgeControl } from "./control-rules.ts";
import { judgeEnrol } from "./enrol-rules.ts";
import type { LedgerFault } from "./fault.ts";
import { decodeGenesis } from "./genesis.ts";
import { changeGrants, type Grants, roleOf } from "./grants.ts";
import type { Sha256 } from "./hash.ts";
import { type Hex, hexKey } from "./ids.ts";
import type { Op } from "./op.ts";
import { GATEWAY, type Principal } from "./principal.ts";
import type { Effect, Verdict } from "./verdict.ts";
import { applyTextUpdate, checkTextUpdate, emptyTextState, type TextState } from "./text-update.ts";

/** How far ahead of the receive time an author's clock may be. */
export const MAX_CLOCK_AHEAD_US = 60_000_000;
/** How far above the newest time in the log an author may go, so that one wrong clock can't lock the others out. */
const CLOCK_STEP_US = 1_000_000;

const refused = (fault: LedgerFault): Verdict => ({ type: "refused", fault });

export class Ledger {
  readonly docId: Uint8Array;
  readonly #sha256: Sha256;
  readonly #chains: ChainIndex;
  readonly #seqs = new Map<Hex, number>();
  readonly #authors = new Map<Hex, AuthorState>();
  readonly #controls: ControlPosition[] = [];
  readonly #text: TextState = emptyTextState();
  #founder: Uint8Array | null = null;
  #platform: Uint8Array | null = null;
  #grants: Grants = new Map();
  #newestWallUs = 0;

  /** The empty log of the note `docId` (32 bytes). */
  constructor(docId: Uint8Array, sha256: Sha256) {
    this.docId = docId;
    this.#sha256 = sha256;
    this.#chains = new ChainIndex(docId);
  }

  get head(): Cursor {
    const seq = this.#chains.headSeq;
    return { seq, chain: this.#chains.at(seq) ?? this.docId };
  }

  get grants(): Grants {
    return this.#grants;
  }

  /** The newest control op and its number; null before the first. */
  get control(): (ControlPosition & { readonly counter: number }) | null {
    const newest = this.#controls.at(-1);
    return newest === undefined ? null : { ...newest, counter: this.#controls.length };
  }

  get newestWallUs(): number {
    return this.#newestWallUs;
  }

  /** State vector of the text: end clock by Yjs clientID. */
  get vector(): ReadonlyMap<number, number> {
    return this.#text.vector;
  }

  /** Whether the three founding ops are in: from here on the note is anybody's whom the grants name. */
  get isFounded(): boolean {
    return this.#controls.length > 0;
  }

  get founder(): Uint8Array | null {
    return this.#founder;
  }

  author(device: Uint8Array): AuthorState | null {
    return this.#authors.get(hexKey(device)) ?? null;
  }

  chainAt(seq: number): Uint8Array | null {
    return this.#chains.at(seq);
  }

  seqOf(opId: Uint8Array): number | null {
    return this.#seqs.get(hexKey(opId)) ?? null;
  }

  /** The newest control op in a past that reaches to `seenSeq` and holds the author's own ops. Zeros (32) where there is none. */
  aclFor(author: Uint8Array, seenSeq: number): Uint8Array {
    const own = this.author(author)?.control ?? null;
    if (own !== null && own.seq > seenSeq) return own.opId;
    return this.#controls.findLast(({ seq }) => seq <= seenSeq)?.opId ?? new Uint8Array(32);
  }

  /** The role of a device at `atUs`, over all principals that it is enrolled for. */
  roleOfDevice(device: Uint8Array, atUs: number): Role | null {
    return this.roleOfAny(this.author(device)?.principals ?? [], atUs);
  }

  roleOfAny(principals: readonly Principal[], atUs: number): Role | null {
    return principals.reduce<Role | null>(
      (best, principal) => maxRole(best, roleOf(this.#grants, principal, atUs)),
      null,
    );
  }

  /** What this log says to `op`, whose signatures hold, received at `recvUs`. Changes nothing. */
  check(op: Op, recvUs: number): Verdict {
    const known = this.seqOf(op.opId);
    if (known !== null) return { type: "duplicate", seq: known };
    if (op.type === "genesis") return this.#checkGenesis(op);
    if (!equalBytes(op.docId, this.docId)) return refused("wrong_note");
    const fault = this.#founding(op) ?? this.#past(op, recvUs);
    return fault === null ? this.#checkBody(op, recvUs) : refused(fault);
  }

  /** Adds an op that check accepted with `effect`, and returns its position. */
  append(op: Op, effect: Effect, recvUs: number): Cursor {
    const cursor = this.#push(op, recvUs);
    this.#apply(op, effect, cursor.seq);
    return cursor;
  }

  /** Adds an op that a server delivered though check refuses it: it has its place in the chain and no effect. */
  appendVoid(op: Op, recvUs: number): Cursor {
    return this.#push(op, recvUs);
  }

  #push(op: Op, recvUs: number): Cursor {
    const { seq, chain } = this.head;
    const next = { seq: seq + 1, chain: extendChain(chain, seq + 1, op.opId, recvUs, this.#sha256) };
    this.#chains.push(next.chain);
    this.#seqs.set(hexKey(op.opId), next.seq);
    return next;
  }

  #checkGenesis(op: Op): Verdict {
    if (this.head.seq !== 0) return refused("founding");
    if (!equalBytes(op.opId, this.docId)) return refused("wrong_note");
    try {
      return { type: "accepted", effect: { type: "genesis", platform: decodeGenesis(op.body).platform } };
    } catch {
      return refused("body");
    }
  }

  /** A log begins with genesis, the founder's enrolment and the founder's first control op, and nothing between them. */
  #founding(op: Op): LedgerFault | null {
    if (this.isFounded) return null;
    if (this.#founder === null || !equalBytes(op.author, this.#founder)) return "founding";
    const expected = this.#authors.get(hexKey(op.author))?.principals.length === 0 ? "enrol" : "control";
    return op.type === expected ? null : "founding";
  }

  /** The author's own line, the position that it countersigns, and its clock. */
  #past(op: Op, recvUs: number): LedgerFault | null {
    const author = this.author(op.author);
    if (author === null && op.type !== "enrol") return "not_enrolled";
    if (author !== null && op.ctr <= author.ctr) return "counter";
    if (author === null ? !isZero(op.prev) : !equalBytes(op.prev, author.opId)) return "prev";
    const chain = this.chainAt(op.seenSeq);
    if (chain === null) return "seen_ahead";
    if (!equalBytes(op.seenChain, chain)) return "seen_chain";
    if (!equalBytes(op.acl, this.aclFor(op.author, op.seenSeq))) return "acl";
    const latestUs = Math.max(recvUs + MAX_CLOCK_AHEAD_US, this.#newestWallUs + CLOCK_STEP_US);
    if (op.wallTimeUs > latestUs || (author !== null && op.wallTimeUs <= author.wallTimeUs)) return "clock";
    return null;
  }

  #checkBody(op: Op, recvUs: number): Verdict {
    switch (op.type) {
      case "enrol":
        return judgeEnrol(op, recvUs, { docId: this.docId, platform: this.#platform, grants: this.#grants });
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
    return judgeControl(body, {
      grants: this.#grants,
      control: this.control,
      actors,
      role: this.roleOfAny(actors, recvUs),
      sha256: this.#sha256,
    });
  }

  #checkData(op: Op, recvUs: number): Verdict {
    try {
      const { bucket, payload } = decodeDataBody(op.body);
      if (isReservedBucket(bucket)) return refused("bucket");
      const attributed = this.#isGateway(op) ? decodeAttributed(payload) : null;
      const actors = this.#actors(op, attributed?.attribution ?? null);
      if (actors === null || !can(this.roleOfAny(actors, recvUs), "write_text")) return refused("forbidden");
      const data = attributed?.data ?? payload;
      return bucket === TEXT_BUCKET
        ? this.#checkText(op, data, attributed?.attribution ?? null)
        : { type: "accepted", effect: { type: "bucket", bucket, payload: data } };
    } catch {
      return refused("body");
    }
  }

  #checkText(op: Op, update: Uint8Array, attribution: Attribution | null): Verdict {
    const device = hexKey(op.author);
    const claimant = attribution === null ? device : `${device} ${attribution.by}`;
    const verdict = checkTextUpdate(update, claimant, this.#text);
    if (!verdict.ok) return refused(`text_${verdict.fault}`);
    return { type: "accepted", effect: { type: "text", update, claimant, change: verdict.effect } };
  }

  #isGateway(op: Op): boolean {
    return this.author(op.author)?.principals.includes(GATEWAY) ?? false;
  }

  /** For whom `op` speaks: its device's principals, or whom the gateway names. null where it names none, or may not name any. */
  #actors(op: Op, attribution: Attribution | null): readonly Principal[] | null {
    if (this.#isGateway(op)) return attribution === null ? null : [attribution.by];
    return attribution === null ? (this.author(op.author)?.principals ?? []) : null;
  }

  #apply(op: Op, effect: Effect, seq: number): void {
    const key = hexKey(op.author);
    const before = this.#authors.get(key);
    const principals = before?.principals ?? [];
    const author = {
      ctr: op.ctr,
      opId: op.opId,
      wallTimeUs: op.wallTimeUs,
      principals,
      control: before?.control ?? null,
    };
    this.#newestWallUs = Math.max(this.#newestWallUs, op.wallTimeUs);
    switch (effect.type) {
      case "genesis":
        this.#founder = op.author;
        this.#platform = effect.platform;
        this.#authors.set(key, author);
        return;
      case "enrol":
        this.#authors.set(key, { ...author, principals: [...new Set([...principals, effect.principal])] });
        return;
      case "control": {
        const control = { seq, opId: op.opId };
        this.#controls.push(control);
        this.#grants = changeGrants(this.#grants, effect.body.changes);
        this.#authors.set(key, { ...author, control });
        return;
      }
      case "text":
        applyTextUpdate(this.#text, effect.claimant, effect.change);
        this.#authors.set(key, author);
        return;
      case "bucket":
        this.#authors.set(key, author);
    }
  }
}
