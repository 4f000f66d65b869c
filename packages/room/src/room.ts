// A note as the server holds it: a log that fans out. It orders, checks, keeps and forwards ops and never builds the text.
// Everything that changes the log passes one queue and ends in one synchronous step: judge, insert, chain, answer. Nothing
// awaits between insert and ACK, so the platform's output gate makes both durable together (docs/spec/wire.md).
// The Durable Object and the simulation both host this class; it knows neither.
import { can, type Role } from "@reed/access";
import { equalBytes } from "@reed/bytes";
import {
  type Attribution,
  changeGrants,
  decodeGenesis,
  decodeOp,
  encodeAttributed,
  encodeControl,
  encodeDataBody,
  type Grant,
  hashGrants,
  Ledger,
  type LogRow,
  type NoteId,
  noteIdBytes,
  noteIdOf,
  type Op,
  type OpType,
  TEXT_BUCKET,
} from "@reed/log";
import {
  type Ack,
  type CloseReason,
  encodeDown,
  type Hello,
  MAX_PEERS,
  type NackCode,
  nackClassOf,
  negotiateVersion,
  type Peer,
} from "@reed/protocol";
import { FanOut } from "./fan-out.ts";
import { Fifo } from "./fifo.ts";
import { signGatewayEnrol, signGatewayOp } from "./gateway-author.ts";
import type { RoomPorts } from "./ports.ts";
import { type Prepared, type PreparedOp, prepareFrame, prepareOps } from "./prepare.ts";
import { roleOfVisitor, type Session, type SessionState, type Visitor } from "./session.ts";

/** How an attempt to write ended, for callers that hold no socket. */
export type WriteResult = { readonly ok: true; readonly seq: number } | { readonly ok: false; readonly code: NackCode };

/** created: the log began with this genesis. same: it had. conflict: it began with another. */
export type FoundResult = "created" | "same" | "conflict" | { readonly code: NackCode };

const RETRY_AFTER_MS = 1000;
const REPLAY_ROWS = 1000;

export class Room {
  readonly #ports: RoomPorts;
  readonly #noteId: NoteId;
  readonly #fifo = new Fifo();
  readonly #sessions = new Map<number, Session>();
  readonly #fanOut: FanOut;
  #ledger: Ledger | null = null;
  #lastRecvUs = 0;
  #isAhead = false;
  /** Set by the owner of the projection: a full note takes only updates that insert nothing. */
  isFull = false;

  /** Opens the room on whatever its log holds. */
  constructor(noteId: NoteId, ports: RoomPorts) {
    this.#noteId = noteId;
    this.#ports = ports;
    this.#replay();
    this.#fanOut = new FanOut(ports, this.#sessions, this.#ledger?.head.seq ?? 0);
  }

  /** The fold of the log; null before its genesis. */
  get ledger(): Ledger | null {
    return this.#ledger;
  }

  /** How many live sockets came by each link principal, for the ledger of links. */
  get sessions(): readonly SessionState[] {
    return [...this.#sessions.values()];
  }

  roleOf(visitor: Visitor): Role | null {
    return this.#ledger === null ? null : roleOfVisitor(visitor, this.#ledger, this.#ports.nowUs());
  }

  /** A socket that the edge admitted, before its HELLO. */
  open(connection: number, visitor: Visitor, nonce: Uint8Array): void {
    const presence = new Uint8Array();
    this.#addSession({ connection, visitor, nonce, phase: "new", role: null, presence });
  }

  /** A socket that outlived the memory of this room; it learns where the log stands, in case something was not sent. */
  resume(state: SessionState): void {
    const session = this.#addSession(state);
    const ledger = this.#ledger;
    if (ledger === null || session.phase !== "live") return;
    session.sentSeq = ledger.head.seq;
    this.#ports.send(session.connection, encodeDown({ type: "head", head: ledger.head }));
  }

  /** One frame of a socket. Resolves when it was dealt with; its form and signatures are checked while others wait. */
  async receive(connection: number, frame: Uint8Array): Promise<void> {
    const session = this.#sessions.get(connection);
    if (session === undefined) return;
    const { sha256, verifier } = this.#ports;
    const prepared = prepareFrame(frame, { sha256, verifier, note: noteIdBytes(this.#noteId), nonce: session.nonce });
    await this.#fifo.run(async () => {
      const message = await prepared;
      if (this.#sessions.get(connection) === session) this.#take(session, message);
    });
  }

  /** The socket is gone, however it went. */
  leave(connection: number): void {
    const session = this.#sessions.get(connection);
    if (session === undefined) return;
    this.#sessions.delete(connection);
    if (session.presence.length > 0) this.#sendToLive(encodeDown({ type: "leave", connection }));
  }

  /** The call that `wakeIn` asked for. */
  tick(): void {
    this.#review();
    this.#fanOut.tick();
  }

  /** A note made elsewhere: `envelope` is its genesis. */
  found(envelope: Uint8Array): Promise<FoundResult> {
    return this.#fifo.run(async () => {
      const prepared = await prepareOps([envelope], this.#ports);
      if (prepared.type !== "ops") return { code: "op_truncated" };
      const [first] = prepared.ops;
      if (first === undefined) return { code: "op_truncated" };
      return first.type === "fault" ? { code: first.code } : this.#begin(first.op);
    });
  }

  /** A control op by the gateway, for an owner (or, as the first one, for whoever becomes it). */
  changeGrants(changes: readonly Grant[], attribution: Attribution): Promise<WriteResult> {
    return this.#writeAsGateway("control", (ledger) =>
      encodeControl({
        counter: (ledger.control?.counter ?? 0) + 1,
        prevControl: ledger.control?.opId ?? null,
        changes,
        grantsHash: hashGrants(changeGrants(ledger.grants, changes), this.#ports.sha256),
        attribution,
      }),
    );
  }

  /** A Yjs V1 update by the gateway, for somebody who may write. */
  writeText(update: Uint8Array, attribution: Attribution): Promise<WriteResult> {
    const payload = encodeAttributed(attribution, update);
    return this.#writeAsGateway("data", () => encodeDataBody({ bucket: TEXT_BUCKET, payload }));
  }

  #addSession(state: SessionState): Session {
    const session: Session = { ...state, sentSeq: 0, isPresenceDirty: false, presenceSentMs: Number.NEGATIVE_INFINITY };
    this.#sessions.set(state.connection, session);
    return session;
  }

  #replay(): void {
    const { log, sha256 } = this.#ports;
    const lastSeq = log.lastSeq();
    for (let seq = 1; seq <= lastSeq; seq += REPLAY_ROWS) {
      for (const row of log.read(seq, REPLAY_ROWS)) this.#replayRow(row, decodeOp(row.envelope, sha256));
    }
  }

  #replayRow(row: LogRow, op: Op): void {
    this.#ledger ??= new Ledger(op.opId, this.#ports.sha256);
    const verdict = this.#ledger.check(op, row.recvUs);
    if (verdict.type !== "accepted")
      throw new Error(`row ${row.seq} of the log does not follow from the rows before it`);
    this.#ledger.append(op, verdict.effect, row.recvUs);
    this.#lastRecvUs = row.recvUs;
  }

  /** Receive times never go back, whatever the clock does. */
  #recvUs(): number {
    this.#lastRecvUs = Math.max(this.#lastRecvUs, this.#ports.nowUs());
    return this.#lastRecvUs;
  }

  #begin(op: Op): FoundResult {
    if (this.#ledger !== null) return equalBytes(this.#ledger.docId, op.opId) ? "same" : "conflict";
    if (op.type !== "genesis") return { code: "founding" };
    if (noteIdOf(op.opId) !== this.#noteId) return { code: "wrong_note" };
    const ledger = new Ledger(op.opId, this.#ports.sha256);
    const verdict = ledger.check(op, this.#recvUs());
    if (verdict.type !== "accepted") return { code: verdict.type === "refused" ? verdict.fault : "founding" };
    if (!equalBytes(decodeGenesis(op.body).platform, this.#ports.platformKey)) return { code: "certificate_invalid" };
    this.#ledger = ledger;
    this.#commit([{ type: "op", op }], null);
    return "created";
  }

  #take(session: Session, message: Prepared): void {
    switch (message.type) {
      case "broken":
        return this.#end(session, message.reason);
      case "hello":
        return this.#greet(session, message.hello, message.isProven);
      case "ops":
        return this.#takeOps(session, message.ops);
      case "set_presence":
        return this.#takePresence(session, message.payload);
    }
  }

  #greet(session: Session, hello: Hello, isProven: boolean): void {
    const version = negotiateVersion(hello.lowestVersion, hello.highestVersion);
    const ledger = this.#ledger;
    if (session.phase !== "new") return this.#end(session, "frame_unexpected");
    if (version === null) return this.#end(session, "version_unsupported");
    if (!isProven || !equalBytes(hello.device, session.visitor.device)) return this.#end(session, "hello_proof");
    if (ledger === null) return this.#end(session, "not_found");
    session.role = this.roleOf(session.visitor);
    if (!can(session.role, "read")) return this.#end(session, "access_ended");
    const { connection, role } = session;
    const known = hello.cursor.seq === 0 ? hello.cursor.chain : ledger.chainAt(hello.cursor.seq);
    if (known === null || !equalBytes(known, hello.cursor.chain)) {
      session.phase = "parted";
      this.#ports.keepSession(session);
      return this.#ports.send(connection, encodeDown({ type: "resync", docId: ledger.docId, head: ledger.head }));
    }
    const author = ledger.author(hello.device);
    this.#ports.send(
      connection,
      encodeDown({
        type: "welcome",
        version,
        connection,
        docId: ledger.docId,
        head: ledger.head,
        role,
        lastCtr: author?.ctr ?? 0,
        lastOpId: author?.opId ?? null,
        serverTimeUs: this.#ports.nowUs(),
        peers: this.#peersOf(session),
      }),
    );
    session.phase = "live";
    session.sentSeq = hello.cursor.seq;
    session.presence = hello.presence;
    session.isPresenceDirty = hello.presence.length > 0;
    this.#ports.keepSession(session);
    this.#fanOut.request();
  }

  #peersOf(session: Session): readonly Peer[] {
    return [...this.#sessions.values()]
      .filter((other) => other !== session && other.phase === "live" && other.presence.length > 0)
      .slice(0, MAX_PEERS)
      .map(({ connection, presence }) => ({ connection, payload: presence }));
  }

  #takePresence(session: Session, payload: Uint8Array): void {
    if (session.phase === "new") return this.#end(session, "frame_unexpected");
    if (session.phase === "parted") return;
    session.presence = payload.slice();
    session.isPresenceDirty = true;
    this.#ports.keepSession(session);
    this.#fanOut.request();
  }

  #takeOps(session: Session, ops: readonly PreparedOp[]): void {
    if (session.phase === "new") return this.#end(session, "frame_unexpected");
    if (session.phase === "parted") return;
    this.#review();
    if (this.#sessions.get(session.connection) !== session) return;
    const acked: Ack["ops"][number][] = [];
    const rows = this.#judge(ops, session.visitor.device, (opId, answer) => {
      if (typeof answer === "number") acked.push({ opId, seq: answer });
      else this.#refuse(session, opId, answer);
    });
    this.#insert(rows);
    if (acked.length > 0) this.#ports.send(session.connection, encodeDown({ type: "ack", ops: acked }));
    this.#spread(rows, session.connection);
  }

  #refuse(session: Session, opId: Uint8Array, code: NackCode): void {
    const nackClass = nackClassOf(code);
    const retryAfterMs = nackClass === "retry" ? RETRY_AFTER_MS : 0;
    this.#ports.send(session.connection, encodeDown({ type: "nack", opId, class: nackClass, code, retryAfterMs }));
  }

  /** Judges ops in order against the log as it grows, and returns the rows to insert. `device`: who may have signed them. */
  #judge(
    ops: readonly PreparedOp[],
    device: Uint8Array | null,
    answer: (opId: Uint8Array, answer: number | NackCode) => void,
  ): readonly LogRow[] {
    const ledger = this.#ledger;
    if (ledger === null) throw new Error("a room without a genesis takes no ops");
    if (this.#isAhead) throw new Error("the log could not be written; open the room anew");
    const rows: LogRow[] = [];
    for (const prepared of ops) {
      if (prepared.type === "fault") {
        answer(prepared.opId, prepared.code);
        continue;
      }
      const { op } = prepared;
      const recvUs = this.#recvUs();
      const verdict = ledger.check(op, recvUs);
      if (verdict.type === "duplicate") answer(op.opId, verdict.seq);
      else if (verdict.type === "refused") {
        // Two ops with one counter contradict each other; a lower counter may be an honest frame that came late.
        if (ledger.author(op.author)?.ctr === op.ctr) this.#ports.keepEvidence(op.opId, op.envelope);
        answer(op.opId, verdict.fault);
      } else if (device !== null && !equalBytes(op.author, device)) answer(op.opId, "forbidden");
      else if (this.isFull && verdict.effect.type === "text" && verdict.effect.change.insertsUnits > 0)
        answer(op.opId, "note_full");
      else {
        const { seq, chain } = ledger.append(op, verdict.effect, recvUs);
        rows.push({ seq, chain, recvUs, opId: op.opId, envelope: op.envelope });
        answer(op.opId, seq);
      }
    }
    return rows;
  }

  /** Where the store will not take what the ledger already holds, this room knows more than its log: it must answer nobody. */
  #insert(rows: readonly LogRow[]): void {
    if (rows.length === 0) return;
    this.#isAhead = true;
    this.#ports.log.append(rows);
    this.#isAhead = false;
    this.#ports.onAppend(rows);
  }

  #spread(rows: readonly LogRow[], connection: number | null): void {
    if (rows.length === 0) return;
    this.#fanOut.add(rows, connection);
    this.#review();
    this.#fanOut.request();
  }

  /** Ops that did not come over a socket. */
  #commit(ops: readonly PreparedOp[], device: Uint8Array | null): WriteResult {
    let result: WriteResult = { ok: false, code: "overloaded" };
    const rows = this.#judge(ops, device, (_, answer) => {
      result = typeof answer === "number" ? { ok: true, seq: answer } : { ok: false, code: answer };
    });
    this.#insert(rows);
    this.#spread(rows, null);
    return result;
  }

  #writeAsGateway(type: OpType, bodyFor: (ledger: Ledger) => Uint8Array): Promise<WriteResult> {
    return this.#fifo.run(async () => {
      const ledger = this.#ledger;
      if (ledger === null) return { ok: false, code: "founding" };
      const enrol = await signGatewayEnrol(ledger, this.#ports);
      if (enrol !== null) {
        const enrolled = this.#commit([{ type: "op", op: decodeOp(enrol, this.#ports.sha256) }], null);
        if (!enrolled.ok) return enrolled;
      }
      const envelope = await signGatewayOp(type, bodyFor(ledger), ledger, this.#ports);
      return this.#commit([{ type: "op", op: decodeOp(envelope, this.#ports.sha256) }], null);
    });
  }

  /** Before anything more is sent: who lost access is cut off, whose role changed is told. */
  #review(): void {
    for (const session of this.#sessions.values()) {
      if (session.phase !== "live") continue;
      const role = this.roleOf(session.visitor);
      if (role === session.role) continue;
      session.role = role;
      if (!can(role, "read")) {
        this.#end(session, "access_ended");
        continue;
      }
      this.#ports.keepSession(session);
      this.#ports.send(session.connection, encodeDown({ type: "role", role }));
    }
  }

  #end(session: Session, reason: CloseReason): void {
    this.leave(session.connection);
    this.#ports.close(session.connection, reason);
  }

  #sendToLive(frame: Uint8Array): void {
    for (const session of this.#sessions.values())
      if (session.phase === "live") this.#ports.send(session.connection, frame);
  }
}
