// A note as the server holds it: a log that fans out. It orders, checks, keeps and forwards ops and never builds the text.
// Everything that changes the log stands in one line and is taken in one synchronous step with whatever else is ready: judge, chain,
// insert, answer, deliver. Nothing awaits between insert and ACK, so the platform's output gate makes both durable together
// (docs/spec/wire.md). The Durable Object and the simulation both host this class; it knows neither.
import type { Role } from "@reed/access";
import { equalBytes } from "@reed/bytes";
import {
  type Attribution,
  type Cursor,
  decodeOp,
  type Grant,
  type Ledger,
  type NoteId,
  noteIdBytes,
  type Op,
  TEXT_BUCKET,
} from "@reed/log";
import { type CloseReason, encodeDown, type Hello } from "@reed/protocol";
import { FanOut } from "./fan-out.ts";
import { type Act, isRestore, signGatewayEnrol } from "./gateway-author.ts";
import { controlDrafts, dataDraft, type Draft, scrubDrafts, signSequence, textDrafts } from "./gateway-sequence.ts";
import { type Bounds, frozen, NO_BOUNDS } from "./bounds.ts";
import { judgeHello, reasonOfGap } from "./greeting.ts";
import { Journal } from "./journal.ts";
import type { Answer } from "./judging.ts";
import { Line } from "./line.ts";
import { beginLog, replay } from "./opening.ts";
import { Past } from "./past.ts";
import type { RoomPorts } from "./ports.ts";
import { decodeMessage, type Prepared, type PreparedOp, prepareMessage, prepareOps } from "./prepare.ts";
import { Presences } from "./presences.ts";
import type { FoundResult, WriteResult } from "./results.ts";
import { Review, reviewRoles } from "./review.ts";
import {
  credit,
  knowsSnapshots,
  newSession,
  newState,
  roleOfVisitor,
  type Session,
  type SessionState,
  SPENT_NONCE,
  type Visitor,
} from "./session.ts";
import { type MadeSnapshot, signSnapshot, type SnapshotContent } from "./snapshotting.ts";
import { Timers } from "./timers.ts";
import { Turnstile } from "./turnstile.ts";

/** Shorter than a hop of the network, and long enough to hold what makes a note busy: docs/decisions/0013. */
const GATHER_MS = 5;
/** Positions that stay in memory when a snapshot has them: an author may have last seen one of these. */
const KEPT_POSITIONS = 4096;

const FROZEN: WriteResult = { ok: false, code: "forbidden" };

interface Incoming {
  readonly session: Session;
  readonly message: Prepared;
}

export class Room {
  readonly #ports: RoomPorts;
  readonly #noteId: NoteId;
  readonly #past: Past;
  readonly #line: Line<Incoming>;
  readonly #timers: Timers;
  readonly #journal: Journal;
  readonly #sessions = new Map<number, Session>();
  readonly #turnstile: Turnstile;
  readonly #presences = new Presences();
  readonly #reviews = new Review();
  readonly #fanOut: FanOut;
  #ledger: Ledger | null;
  #isFanOutDue = false;
  /** Set by the owner of the projection: a full note takes only updates that insert nothing. */
  isFull = false;
  /** Set by whoever knows more than the log about who may come in; what changed there is told by `recheck`. */
  bounds: Bounds = NO_BOUNDS;

  /** Opens the room on whatever its log and archive hold. */
  constructor(noteId: NoteId, ports: RoomPorts) {
    this.#noteId = noteId;
    this.#ports = ports;
    this.#past = new Past(ports.log, ports.archive);
    this.#turnstile = new Turnstile(ports.limits);
    const opened = replay(ports);
    this.#ledger = opened?.ledger ?? null;
    this.#journal = new Journal(ports, this.#turnstile, this.#past, opened?.lastRecvUs ?? 0);
    const nowMs = (): number => ports.nowUs() / 1000;
    const timers = new Timers(nowMs, (delayMs) => ports.wakeIn(delayMs));
    this.#timers = timers;
    this.#line = new Line({
      gatherMs: ports.gatherMs ?? GATHER_MS,
      nowMs,
      wakeIn: (delayMs, wake) => timers.in(delayMs, wake),
      take: (frames, fail) => this.#takeAll(frames, fail),
    });
    this.#fanOut = new FanOut(ports, timers, this.#sessions, this.#ledger?.head.seq ?? 0, (session) =>
      this.#end(session, reasonOfGap(session.version)),
    );
  }

  /** The fold of the log; null before its genesis. */
  get ledger(): Ledger | null {
    return this.#ledger;
  }

  /** All sockets, with what is known of them. */
  get sessions(): readonly SessionState[] {
    return [...this.#sessions.values()];
  }

  roleOf(visitor: Visitor): Role | null {
    return this.bounds.narrow(visitor, this.grantedTo(visitor));
  }

  /** The role that the log gives, whatever the bounds leave of it. */
  grantedTo(visitor: Visitor): Role | null {
    return this.#ledger === null ? null : roleOfVisitor(visitor, this.#ledger, this.#ports.nowUs());
  }

  /** The bounds have changed: whoever may come in no longer is cut off before anything else is sent. */
  recheck(): void {
    this.#reviews.force();
    this.#review();
  }

  /** Ends the sockets of some visitors, whatever they are doing. How many those were. */
  cut(isFor: (visitor: Visitor) => boolean): number {
    const cut = [...this.#sessions.values()].filter(({ visitor }) => isFor(visitor));
    for (const session of cut) this.#end(session, "access_ended");
    return cut.length;
  }

  /** Whether one more live socket of `role` fits; who does not polls. */
  roomFor(role: Role | null): boolean {
    return this.#turnstile.hasRoomFor(role, this.#sessions.values());
  }

  /** A socket that the edge admitted, before its HELLO. */
  open(connection: number, visitor: Visitor, nonce: Uint8Array): void {
    // Many come by one link: they share its name.
    const link = visitor.link === null ? null : (this.#ledger?.grants.get(visitor.link)?.principal ?? visitor.link);
    this.#addSession(newState(connection, { ...visitor, link }, nonce));
  }

  /** A socket that outlived the memory of this room; it learns where the log stands, in case something was not sent. */
  resume(state: SessionState): void {
    const session = this.#addSession(state);
    const ledger = this.#ledger;
    if (ledger === null || session.phase !== "live") return;
    session.sentSeq = session.knownSeq = ledger.head.seq;
    this.#presences.set(session, state.presence, this.#ports.nowUs());
    this.#ports.send(session.connection, encodeDown({ type: "head", head: ledger.head }));
  }

  /** One frame of a socket. Resolves when it was dealt with; its form and signatures are checked while others wait. */
  async receive(connection: number, frame: Uint8Array): Promise<void> {
    const session = this.#sessions.get(connection);
    if (session === undefined) return;
    const decoded = decodeMessage(frame);
    const isTaken = this.#turnstile.arrive(session, decoded, frame.length, this.#ports.nowUs() / 1000);
    if (!isTaken) return this.#end(session, "overloaded");
    const { sha256, verifier } = this.#ports;
    const context = { sha256, verifier, note: noteIdBytes(this.#noteId), nonce: session.nonce };
    await this.#line.add(prepareMessage(decoded, context).then((message) => ({ session, message })));
  }

  /** The socket is gone, however it went. */
  leave(connection: number): void {
    const session = this.#sessions.get(connection);
    if (session === undefined || !this.#sessions.delete(connection)) return;
    // One that was taken back just before may not have been shown so yet.
    if (session.presence.length === 0 && !session.isPresenceDirty) return;
    this.#presences.set(session, new Uint8Array(), this.#ports.nowUs());
    this.#fanOut.tell({ type: "leave", connection });
  }

  /** The call that `wakeIn` asked for. */
  tick(): void {
    this.#review();
    this.#timers.ring();
  }

  /** A note made elsewhere: `envelope` is its genesis. */
  found(envelope: Uint8Array): Promise<FoundResult> {
    return this.#line.run(async () => {
      const prepared = await prepareOps([envelope], this.#ports);
      if (prepared.type !== "ops") return { code: "op_truncated" };
      const [first] = prepared.ops;
      if (first === undefined) return { code: "op_truncated" };
      return first.type === "fault" ? { code: first.code } : this.#begin(first.op);
    });
  }

  /** A control op by the gateway, for an owner (or, as the first one, for whoever becomes it). */
  control(changes: readonly Grant[], act: Act | null, attribution: Attribution): Promise<WriteResult> {
    const asked = { changes, act, attribution };
    return this.#write((found) => controlDrafts(asked, found, this.#ports), isRestore(act));
  }

  changeGrants(changes: readonly Grant[], attribution: Attribution): Promise<WriteResult> {
    return this.control(changes, null, attribution);
  }

  /** An entry of any bucket by the gateway, for somebody who may write it. */
  write(bucket: string, payload: Uint8Array, attribution: Attribution): Promise<WriteResult> {
    if (this.bounds.isFrozen) return Promise.resolve(FROZEN);
    return this.#write(() => [dataDraft(bucket, payload, attribution)]);
  }

  /** A Yjs V1 update by the gateway, for somebody who may write. */
  writeText(update: Uint8Array, attribution: Attribution): Promise<WriteResult> {
    return this.write(TEXT_BUCKET, update, attribution);
  }

  /** Updates by the gateway that only make sense together: all of them, or none. `read` is asked at once, in their turn. */
  writeTexts(read: (head: Cursor) => readonly Uint8Array[], attribution: Attribution): Promise<WriteResult> {
    if (this.bounds.isFrozen) return Promise.resolve(FROZEN);
    return this.#write(({ head }) => textDrafts(read(head), attribution));
  }

  /** Begins the text anew, for an owner: what it was is void, `read` says what it is now. Refused in compliance mode. */
  scrub(read: (head: Cursor) => readonly Uint8Array[], attribution: Attribution): Promise<WriteResult> {
    return this.#write(({ head }) => scrubDrafts(read(head), attribution, this.#ports.sha256), false, true);
  }

  /** A snapshot at the head, in its turn. `read` is asked at once what the text is there. Rejects before a genesis. */
  async makeSnapshot(read: (head: Cursor) => SnapshotContent): Promise<MadeSnapshot> {
    const signed = await this.#line.run(() => {
      const ledger = this.#ledger;
      if (ledger === null || this.#journal.isAhead) throw new Error("there is nothing to make a snapshot of");
      return { snapshot: signSnapshot(ledger, read(ledger.head), this.#past.genesis(), this.#ports) };
    });
    return signed.snapshot;
  }

  /** The archive's newest snapshot is now the one at `at`: older positions are forgotten here, and it is announced. */
  installed(at: Cursor, stateHash: Uint8Array): void {
    this.#ledger?.trimTo(Math.min(at.seq, this.#ledger.head.seq - KEPT_POSITIONS));
    this.#fanOut.forget(this.#ledger?.generations.findLast(({ reason }) => reason === "scrub")?.seq ?? 0);
    this.#fanOut.tell({ type: "snapshot_new", at, stateHash }, knowsSnapshots);
  }

  /** Asks every socket to come back later, each at its own time within `spreadMs`. */
  drain(spreadMs: number): void {
    this.#fanOut.drain(spreadMs);
  }

  #addSession(state: SessionState): Session {
    const session = newSession(state);
    this.#sessions.set(state.connection, session);
    return session;
  }

  #begin(op: Op): FoundResult {
    if (this.#ledger !== null) return equalBytes(this.#ledger.docId, op.opId) ? "same" : "conflict";
    const begun = beginLog(op, this.#noteId, this.#journal.recvUs(), this.#ports);
    if (typeof begun === "string") return { code: begun };
    this.#ledger = begun;
    this.#commit([{ type: "op", op }]);
    return "created";
  }

  /** Frames in the order in which they came; all that their ops lead to is one commit. */
  #takeAll(frames: readonly Incoming[], fail: (index: number, error: unknown) => void): void {
    for (const [index, { session, message }] of frames.entries()) {
      if (this.#sessions.get(session.connection) !== session) continue;
      try {
        this.#take(session, message);
      } catch (error) {
        fail(index, error);
      }
    }
    this.#flush();
    if (this.#journal.isAhead) throw new Error("the log could not be written; open the room anew");
    this.#fanOutIfDue();
  }

  #fanOutIfDue(): void {
    if (!this.#isFanOutDue) return;
    this.#isFanOutDue = false;
    this.#review();
    this.#fanOut.request();
  }

  #take(session: Session, message: Prepared): void {
    // What these two send must not tell of ops that are not stored yet.
    if (message.type === "broken" || message.type === "hello") this.#flush();
    if (message.type === "broken") return this.#end(session, message.reason);
    if (message.type === "hello") return this.#greet(session, message.hello, message.isProven);
    if (session.phase === "new") return this.#end(session, "frame_unexpected");
    if (session.phase === "parted") return;
    this.#review();
    if (this.#sessions.get(session.connection) !== session) return;
    switch (message.type) {
      case "ops":
        return this.#takeOps(session, message.ops);
      case "set_presence":
        return this.#takePresence(session, message.payload);
      case "receipt":
        if (credit(session, message.bytes, this.#turnstile.windowBytes)) this.#resumeDelivery(session);
    }
  }

  #greet(session: Session, hello: Hello, isProven: boolean): void {
    const role = this.roleOf(session.visitor);
    const greeting = judgeHello(hello, isProven, {
      session,
      ledger: this.#ledger,
      past: this.#past,
      role,
      hasRoom: this.roomFor(role),
      peers: () => this.#presences.peersOf(session.connection),
      nowUs: this.#ports.nowUs(),
      newest: this.#ports.newest,
    });
    if (greeting.type === "end") return this.#end(session, greeting.reason);
    session.role = role;
    session.nonce = SPENT_NONCE;
    session.version = greeting.version;
    session.phase = greeting.type;
    this.#ports.send(session.connection, encodeDown(greeting.message));
    if (greeting.type === "parted") return this.#ports.keepSession(session);
    session.sentSeq = session.knownSeq = hello.cursor.seq;
    this.#presences.set(session, hello.presence, this.#ports.nowUs());
    session.isPresenceDirty = hello.presence.length > 0;
    this.#reviews.force();
    this.#ports.keepSession(session);
    this.#isFanOutDue = true;
  }

  /** It is kept for hibernation when it is shown, so what comes too often costs nothing but the last one. */
  #takePresence(session: Session, payload: Uint8Array): void {
    session.isPresenceDirty = this.#presences.set(session, payload, this.#ports.nowUs());
    this.#isFanOutDue = true;
  }

  /** The socket keeps up again: it gets the log from where it stands, and the presences that it was spared. */
  #resumeDelivery(session: Session): void {
    for (const { connection, payload } of this.#presences.peersOf(session.connection))
      this.#ports.send(session.connection, encodeDown({ type: "peer_presence", connection, payload }));
    this.#isFanOutDue = true;
  }

  #takeOps(session: Session, ops: readonly PreparedOp[]): void {
    const ledger = this.#founded();
    const controlSeq = ledger.control?.seq;
    this.#journal.take(this.bounds.isFrozen ? frozen(ops, ledger) : ops, session, ledger, this.isFull);
    // Roles may have changed, also for the frames that follow.
    if (ledger.control?.seq !== controlSeq) this.#flush();
  }

  #founded(): Ledger {
    if (this.#ledger === null) throw new Error("a room without a genesis takes no ops");
    return this.#ledger;
  }

  /** Stores what is in the fold only, then answers; what is stored is delivered next. */
  #flush(): void {
    const stored = this.#journal.store();
    if (stored === null) return;
    for (const [session, frame] of stored.answers())
      if (this.#sessions.get(session.connection) === session) this.#ports.send(session.connection, frame);
    if (stored.runs.length === 0) return;
    for (const { rows, connection } of stored.runs) this.#fanOut.add(rows, connection);
    this.#review();
    this.#isFanOutDue = true;
  }

  /** Ops that did not come over a socket. */
  #commit(ops: readonly PreparedOp[], isAnew = false): WriteResult {
    let result: WriteResult = { ok: true, seq: this.#ledger?.head.seq ?? 0 };
    const answer: Answer = (_, seqOrCode) => {
      result = typeof seqOrCode === "number" ? { ok: true, seq: seqOrCode } : { ok: false, code: seqOrCode };
    };
    this.#journal.judge(ops, null, this.#founded(), this.isFull && !isAnew, answer);
    this.#flush();
    this.#fanOutIfDue();
    return result;
  }

  /** Takes what `draft` gives in its turn, all or none. `enrols`: the gateway itself first; `isAnew`: in place of the text. */
  #write(draft: (ledger: Ledger) => readonly Draft[], enrols = false, isAnew = false): Promise<WriteResult> {
    return this.#line.run(async () => {
      const ledger = this.#ledger;
      if (ledger === null) return { ok: false, code: "founding" };
      const enrol = enrols ? null : await signGatewayEnrol(ledger, this.#ports);
      if (enrol !== null) {
        const enrolled = this.#commit([{ type: "op", op: decodeOp(enrol, this.#ports.sha256) }]);
        if (!enrolled.ok) return enrolled;
      }
      const ops = await signSequence(draft(ledger), ledger, this.#ports);
      if (typeof ops === "string") return { ok: false, code: ops };
      if (this.isFull && ops.length > 1 && !isAnew) return { ok: false, code: "note_full" };
      return this.#commit(
        ops.map((op) => ({ type: "op", op })),
        isAnew,
      );
    });
  }

  /** Before anything more is sent: who lost access is cut off, whose role changed is told. */
  #review(): void {
    if (this.#ledger === null || !this.#reviews.isDue(this.#ledger, this.#ports.nowUs())) return;
    reviewRoles([...this.#sessions.values()], this.#ledger, {
      roleOf: (visitor) => this.roleOf(visitor),
      end: (session, reason) => this.#end(session, reason),
      onRole: (session) => {
        this.#ports.keepSession(session);
        this.#ports.send(session.connection, encodeDown({ type: "role", role: session.role }));
      },
    });
  }

  #end(session: Session, reason: CloseReason): void {
    this.leave(session.connection);
    this.#ports.close(session.connection, reason);
  }
}
