// The replica of one note, as a step function: an event comes in, effects go out, and nothing else happens. It owns the
// order of things and hands each event to the part that knows it: connection.ts (the socket), writer.ts (edits on their way
// out), reader.ts (the log on its way in), rejoining.ts (snapshots and new generations), checkpoints.ts (what the device
// keeps). No clock, no chance, no I/O: the same steps run in a browser, in tests and in the simulation.
// Rules: docs/spec/wire.md and docs/spec/storage.md.
import type { Role } from "@reed/access";
import { equalBytes } from "@reed/bytes";
import { decodeOp, hexKey, Ledger, type LogRow, noteIdOf, TEXT_BUCKET } from "@reed/log";
import { CLOSE_CODES, decodeDown, type Down, type Welcome } from "@reed/protocol";
import type { Checkpoint } from "./checkpoint.ts";
import { Checkpoints } from "./checkpoints.ts";
import { Connection } from "./connection.ts";
import type { EngineEffect } from "./effect.ts";
import type { EngineEvent } from "./event.ts";
import { type StoredInFlight, textUpdatesOf } from "./in-flight.ts";
import { Outbox, type OutboxEntry } from "./outbox.ts";
import { Reader } from "./reader.ts";
import { Rejoining } from "./rejoining.ts";
import { CROWDED, type EngineOptions, FORKED, Replica } from "./replica.ts";
import type { SaveFacts } from "./save-state.ts";
import { Writer } from "./writer.ts";

/** What the device kept of the note. */
export interface StoredReplica {
  /** Pinned where it is known: for notes made here, before the server has them. */
  readonly docId: Uint8Array | null;
  readonly checkpoint: Checkpoint | null;
  /** What follows the checkpoint. */
  readonly rows: readonly LogRow[];
  readonly outbox: readonly OutboxEntry[];
  readonly inFlight: readonly StoredInFlight[];
  readonly ctr: number;
  readonly role: Role | null;
}

/** The document as this device last had it: a base, and text updates to apply to it in order. */
export interface Opening {
  /** Yjs V2; null for an empty document. */
  readonly document: Uint8Array | null;
  readonly updates: readonly Uint8Array[];
}

export class Engine {
  readonly opening: Opening;
  readonly #replica: Replica;
  readonly #connection: Connection;
  readonly #writer: Writer;
  readonly #reader: Reader;
  readonly #rejoining: Rejoining;
  readonly #checkpoints: Checkpoints;
  /** Of the last event. */
  #nowUs = 0;

  /** Throws an OpError or a DecodeError where what the device kept is not what it was. */
  constructor(options: EngineOptions, stored: StoredReplica) {
    const { checkpoint } = stored;
    const outbox = new Outbox(stored.outbox);
    const replica = new Replica(options, outbox, {
      ledger: openLedger(options, stored),
      ctr: stored.ctr,
      role: stored.role,
      checkpointSeq: checkpoint?.at.seq ?? 0,
    });
    const firstPutBackId = Math.min(0, ...stored.outbox.map(({ id }) => id)) - 1;
    this.#replica = replica;
    this.#connection = new Connection(replica, () => {
      this.#writer.parted();
      this.#reader.parted();
    });
    this.#writer = new Writer(replica, this.#connection, firstPutBackId);
    this.#reader = new Reader(replica, this.#connection, () => this.#rejoining.begin("behind"));
    this.#rejoining = new Rejoining(replica, this.#connection, this.#writer);
    this.#checkpoints = new Checkpoints(replica, this.#connection, this.#writer);
    const texts = stored.rows.flatMap(
      ({ envelope, recvUs }) => this.#reader.read(decodeOp(envelope, options.sha256), recvUs).textUpdate ?? [],
    );
    replica.inFlight = stored.inFlight
      .map(({ key, envelope }) => ({
        key,
        op: decodeOp(envelope, options.sha256),
        state: "waiting" as const,
        unanswered: 0,
      }))
      .toSorted((a, b) => a.op.ctr - b.op.ctr);
    const unread = textUpdatesOf(replica.inFlight.map(({ op }) => op));
    const updates = [...texts, ...unread, ...outbox.waitingFor(TEXT_BUCKET)];
    this.opening = { document: checkpoint?.document ?? null, updates };
  }

  get ledger(): Ledger | null {
    return this.#replica.ledger;
  }

  /** The server's clock less this device's, as the last WELCOME told it. */
  get clockOffsetUs(): number {
    return this.#replica.clockOffsetUs;
  }

  /** Nothing of this device is on its way: its document is the log's. */
  get isIdle(): boolean {
    return this.#writer.isIdle;
  }

  /** The position up to which the document holds the log, if nobody wrote in between what the server has acknowledged. */
  get heldSeq(): number {
    const { inFlight, ledger } = this.#replica;
    return (ledger?.head.seq ?? 0) + inFlight.filter(({ state }) => state === "acked").length;
  }

  get facts(): Omit<SaveFacts, "keeps"> {
    const { inFlight, outbox, role, link, headSeq, problem } = this.#replica;
    const unanswered = inFlight.filter(({ state }) => state !== "acked").length;
    return {
      role,
      link: link.shown,
      unacked: outbox.size + unanswered + (this.#writer.isSigning ? 1 : 0),
      unstored: outbox.unstored,
      isOnServer: headSeq > 0,
      problem,
    };
  }

  /** What this device has written to `bucket` and not yet read back from the log, oldest first. */
  pending(bucket: string): readonly Uint8Array[] {
    return this.#writer.pending(bucket);
  }

  /** Takes one event and returns what to do, in order. */
  step(event: EngineEvent): readonly EngineEffect[] {
    this.#follow(event.nowUs);
    this.#take(event);
    this.#advance(event.nowUs);
    return this.#replica.takeEffects();
  }

  /** A clock that is put back would put off all that is due: it is due when it would have been. */
  #follow(nowUs: number): void {
    const byUs = nowUs - this.#nowUs;
    this.#nowUs = nowUs;
    if (byUs >= 0) return;
    this.#replica.link.shift(byUs);
    this.#replica.outbox.shift(byUs);
    this.#writer.shift(byUs);
  }

  #take(event: EngineEvent): void {
    const { link, problem } = this.#replica;
    switch (event.type) {
      case "edited":
        return this.#writer.edited({ id: event.id, bucket: event.bucket, payload: event.payload }, event.nowUs);
      case "flush_wanted":
        return this.#replica.outbox.hurry();
      case "timer":
        return;
      case "connect_wanted":
        if (problem !== FORKED && link.state === "away") link.hurry();
        return;
      case "socket_opened":
        return this.#connection.greet(event.nonce, () => this.#writer.sendWaiting());
      case "socket_closed":
        return this.#closed(event);
      case "ticket_refused": {
        const { code, isFinal, chance, nowUs } = event;
        return this.#connection.parted(isFinal ? "not_found" : null, isFinal ? code : null, chance, nowUs);
      }
      case "frame":
        return this.#frame(event.frame, event.nowUs);
      case "verified":
        return this.#replica.verified(event.faults, event.nowUs);
      case "signed":
        return this.#replica.signed(event.signatures, event.nowUs);
      case "stored":
        return this.#replica.stored(event.token, event.nowUs);
      case "snapshot_fetched":
        return this.#rejoining.fetched(event.snapshot, event.chance, event.nowUs);
      case "rebased":
        return this.#rejoining.rebased(event.id, event.update, event.nowUs);
      case "restore_confirmed":
        return this.#rejoining.confirmed();
      case "checkpoint_made":
        return this.#checkpoints.made(event.document);
      case "server_state":
        return this.#checkpoints.answered(event.at, event.stateHash);
      case "state_checked":
        return this.#checkpoints.checked(event.isSame);
      case "certificates":
        this.#replica.certificates = event.certificates;
        return;
      case "presence":
        this.#replica.presence = event.payload;
        if (this.#replica.welcome !== null) this.#connection.send({ type: "set_presence", payload: event.payload });
    }
  }

  /** After every event: do what has become due, and say when to look again. */
  #advance(nowUs: number): void {
    const { link } = this.#replica;
    if (link.state === "away" && link.retryAtUs !== null && link.retryAtUs <= nowUs) this.#try();
    this.#writer.advance(nowUs);
    this.#checkpoints.advance();
    const times = [link.state === "away" ? link.retryAtUs : null, this.#writer.resendAtUs, this.#writer.nextFlushUs()];
    // What is due and could not be done waits for an event; it must not hide what comes later.
    const next = Math.min(...times.filter((time) => time !== null && time > nowUs).map(Number));
    if (Number.isFinite(next)) this.#replica.emit({ type: "set_timer", atUs: next });
  }

  #try(): void {
    if (this.#rejoining.isNewcomer) return this.#rejoining.begin("first");
    this.#replica.link.trying();
    this.#replica.emit({ type: "connect" }, { type: "status" });
  }

  #closed({ reason, chance, nowUs }: EngineEvent & { readonly type: "socket_closed" }): void {
    const isCrowded = reason === "overloaded" && this.#replica.welcome === null && this.#writer.isIdle;
    this.#connection.parted(reason, reason, chance, nowUs);
    if (isCrowded) this.#replica.problem ??= CROWDED;
    if (isCrowded || (reason !== null && CLOSE_CODES[reason].next === "snapshot")) this.#rejoining.begin("behind");
  }

  #frame(frame: Uint8Array, nowUs: number): void {
    let message: Down;
    try {
      message = decodeDown(frame);
    } catch {
      return this.#connection.tampered(nowUs);
    }
    switch (message.type) {
      case "welcome":
        return this.#welcomed(message, nowUs);
      case "ack":
        return this.#writer.acked(message.ops.map(({ opId }) => hexKey(opId)));
      case "nack":
        return this.#writer.nacked(message, nowUs);
      case "deliver":
        return this.#reader.delivered(message, frame.length, nowUs);
      case "peer_presence":
        this.#replica.peers.set(message.connection, message.payload);
        return this.#showPeers();
      case "leave":
        this.#replica.peers.delete(message.connection);
        return this.#showPeers();
      case "role":
        this.#replica.role = message.role;
        this.#replica.emit({ type: "status" });
        return;
      case "resync":
        return this.#rejoining.begin("parted");
      case "head":
        return this.#reader.toldHead(message.head.seq, nowUs);
      case "snapshot_new":
        return this.#checkpoints.told(message.at, message.stateHash);
      case "go_away":
        return this.#connection.returnAt(nowUs + message.afterMs * 1000, nowUs);
      case "feed":
        // No part of the log: who subscribes to it takes it out before.
        return;
    }
  }

  #showPeers(): void {
    this.#replica.emit({ type: "peers", peers: new Map(this.#replica.peers) }, { type: "status" });
  }

  #welcomed(welcome: Welcome, nowUs: number): void {
    const replica = this.#replica;
    const pinned = replica.ledger?.docId;
    if (noteIdOf(welcome.docId) !== replica.options.noteId) return this.#connection.fork();
    if (pinned !== undefined && !equalBytes(pinned, welcome.docId)) return this.#connection.fork();
    replica.ledger ??= replica.newLedger(welcome.docId);
    replica.welcome = welcome;
    replica.role = welcome.role;
    replica.problem = null;
    replica.clockOffsetUs = welcome.serverTimeUs - nowUs;
    replica.link.welcomed(nowUs);
    replica.raiseCtr(welcome.lastCtr);
    for (const { connection, payload } of welcome.peers) replica.peers.set(connection, payload);
    this.#showPeers();
    this.#writer.welcomed(welcome.lastCtr);
  }
}

function openLedger({ sha256 }: EngineOptions, { checkpoint, docId }: StoredReplica): Ledger | null {
  const options = { sha256, below: "trust" } as const;
  if (checkpoint !== null) return Ledger.load(checkpoint.ledger, options);
  return docId === null ? null : new Ledger(docId, options);
}
