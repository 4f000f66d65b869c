// The tab that holds the socket: it runs the engine and carries out its effects with the store, the network and the keys.
import type { Role } from "@reed/access";
import { sha256 } from "@reed/crypto";
import { type Cursor, type Ledger, type NoteId, type Op, type SignatureFault, type Snapshot } from "@reed/log";
import { type CloseReason, isFeedFrame, isGreetingFrame } from "@reed/protocol";
import { encodeDocument, textOf } from "@reed/text";
import * as Y from "yjs";
import type { EngineEffect } from "./engine/effect.ts";
import { Engine, type Opening } from "./engine/engine.ts";
import { FORKED } from "./engine/replica.ts";
import type { EngineEvent } from "./engine/event.ts";
import type { SaveFacts } from "./engine/save-state.ts";
import type { Entrance, Entry } from "./entrance.ts";
import { foldStored } from "./fold-store.ts";
import { keepForkEvidence } from "./fork-evidence.ts";
import type { Identity } from "./identity.ts";
import type { FeedListener } from "./private-log/feed-listener.ts";
import { provenSnapshot } from "./proven-snapshot.ts";
import { quietMoment } from "./quiet-moment.ts";
import { RefusedError } from "./server.ts";
import { Socket } from "./socket.ts";
import type { ReplicaStore } from "./store/replica-store.ts";

export interface LeaderPorts {
  readonly store: ReplicaStore;
  readonly identity: Identity;
  /** Ms from one taking of what others wrote to the next while it comes without pause: what comes meanwhile is taken together. */
  readonly restMs: () => number;
  /** verifyOp of each, in their order; calls are answered in theirs. */
  readonly verifyOps: (ops: readonly Op[]) => Promise<readonly (SignatureFault | null)[]>;
  /** Calls back with true when trying again is worth it (the network is back, the page is looked at), with false when the
   *  network is known to be gone. The result unsubscribes. */
  readonly onNetwork: (listener: (isUp: boolean) => void) => () => void;
}

/** Which log is led, and what the device knew of it. */
export interface LogRecord {
  readonly noteId: NoteId;
  readonly docId: Uint8Array | null;
  readonly role: Role | null;
}

export interface LeaderEvents {
  /** Updates by others, or by another tab's leader before this one. */
  readonly onUpdates: (updates: readonly Uint8Array[]) => void;
  /** A document that holds all that ours has of the log, and more. */
  readonly onSnapshot: (snapshot: Snapshot) => void;
  /** The log was begun anew: see NoteDocument.rebase, whose result this gives. null: the text of then, or of now, is not known. */
  readonly onRebase: (snapshot: Snapshot, before: string | null, now: string | null) => Uint8Array | null;
  /** Hash of the document's state at this moment. */
  readonly onHash: () => Uint8Array;
  /** What other buckets hold has changed. */
  readonly onBuckets: () => void;
  /** An entry of another bucket than the text will never be taken. */
  readonly onRefused: (bucket: string, payload: Uint8Array, code: string) => void;
  readonly onPeers: (peers: ReadonlyMap<number, Uint8Array>) => void;
  readonly onStatus: () => void;
  /** The edit with this id is on the disk. */
  readonly onStored: (id: number) => void;
  /** Text was refused for good, or the document differs from the log: close this leader, and open the note anew from the store. */
  readonly onRebuild: (code: string) => void;
  /** The device would not keep something: from here on the window is all there is, and the replica goes on in it. */
  readonly onStoreFailed: () => void;
  readonly feed?: FeedListener | undefined;
}

/** setTimeout fires at once for longer waits than this. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;
const TICKET_FRESH_MS = 30_000;
/** Besides at each of the server's snapshots. */
const COMPARE_EVERY_MS = 24 * 60 * 60 * 1000;

const nowUs = (): number => Date.now() * 1000;

export class NoteLeader {
  readonly #noteId: NoteId;
  readonly #ports: LeaderPorts;
  readonly #entrance: Entrance;
  readonly #events: LeaderEvents;
  readonly #engine: Engine;
  readonly #unsubscribeNetwork: () => void;
  readonly #comparing: ReturnType<typeof setInterval>;
  #socket: Socket | null = null;
  #early: { readonly entry: Promise<Entry>; readonly atMs: number } | null = null;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #storing: Promise<unknown> = Promise.resolve();
  #isComparing = false;
  #isClosed = false;
  #hasForked = false;
  /** When ops of others were taken last. */
  #tookAtMs = Number.NEGATIVE_INFINITY;
  #nextEditId: number;

  private constructor(
    record: LogRecord,
    engine: Engine,
    nextEditId: number,
    entrance: Entrance,
    ports: LeaderPorts,
    events: LeaderEvents,
  ) {
    this.#noteId = record.noteId;
    this.#ports = ports;
    this.#entrance = entrance;
    this.#events = events;
    this.#engine = engine;
    this.#nextEditId = nextEditId;
    this.#unsubscribeNetwork = ports.onNetwork((isUp) => (isUp ? this.start() : this.#socket?.drop()));
    this.#comparing = setInterval(() => this.compare(), COMPARE_EVERY_MS);
  }

  /** Opens the log on what the device kept of it. */
  static async open(
    record: LogRecord,
    entrance: Entrance,
    ports: LeaderPorts,
    events: LeaderEvents,
  ): Promise<NoteLeader> {
    const stored = await ports.store.load(record.noteId);
    const device = ports.identity.key.publicKey;
    const options = { noteId: record.noteId, device, sha256, mergeUpdates: mergeTextUpdates };
    const engine = new Engine(options, { ...stored, docId: record.docId, role: record.role });
    const lastEditId = Math.max(0, ...stored.outbox.map(({ id }) => id));
    return new NoteLeader(record, engine, lastEditId + 1, entrance, ports, events);
  }

  get opening(): Opening {
    return this.#engine.opening;
  }

  get ledger(): Ledger | null {
    return this.#engine.ledger;
  }

  get heldSeq(): number {
    return this.#engine.heldSeq;
  }

  get facts(): Omit<SaveFacts, "keeps"> {
    return this.#engine.facts;
  }

  /** The server's time, as far as it is known. */
  get serverNowUs(): number {
    return nowUs() + this.#engine.clockOffsetUs;
  }

  /** What this device has written to `bucket` and not yet read back. */
  pending(bucket: string): readonly Uint8Array[] {
    return this.#engine.pending(bucket);
  }

  /** Goes for the server now, whatever wait there was. */
  start(): void {
    this.step({ type: "connect_wanted", nowUs: nowUs() });
  }

  /** An entry for `bucket` by this device, by whichever tab; returns its id. */
  write(bucket: string, payload: Uint8Array): number {
    const id = this.#nextEditId++;
    this.step({ type: "edited", id, bucket, payload, nowUs: nowUs() });
    return id;
  }

  /** Sends a frame that is no part of the log; it falls away where there is no socket. */
  say(frame: Uint8Array): void {
    this.#socket?.send(frame);
  }

  flush(): void {
    this.step({ type: "flush_wanted", nowUs: nowUs() });
  }

  present(payload: Uint8Array): void {
    this.step({ type: "presence", payload, nowUs: nowUs() });
  }

  /** The person has read that the note was restored. */
  confirmRestore(): void {
    this.step({ type: "restore_confirmed", nowUs: nowUs() });
  }

  /** Holds the document against the server's: once a day, and when a peer stands somewhere else; one question at a time. */
  compare(): void {
    if (this.#isComparing) return;
    this.#isComparing = true;
    const compared = this.#entrance.state().then(
      ({ at, stateHash }) => this.step({ type: "server_state", at, stateHash, nowUs: nowUs() }),
      () => undefined, // the next time
    );
    this.#background(compared.finally(() => (this.#isComparing = false)));
  }

  async close(): Promise<void> {
    this.flush();
    this.#isClosed = true;
    this.#unsubscribeNetwork();
    clearInterval(this.#comparing);
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#socket?.close();
    await this.#storing;
  }

  step(event: EngineEvent): void {
    if (this.#isClosed) return;
    for (const effect of this.#engine.step(event)) this.#carryOut(effect);
  }

  #carryOut(effect: EngineEffect): void {
    switch (effect.type) {
      case "connect":
        return this.#background(this.#connect());
      case "disconnect":
        this.#attempt += 1;
        this.#socket?.close();
        this.#socket = null;
        return;
      case "send":
        return this.#socket?.send(effect.frame);
      case "set_timer":
        return this.#setTimer(effect.atUs);
      case "verify":
        return this.#background(this.#verify(effect.ops));
      case "sign":
        return this.#background(this.#sign(effect.messages));
      case "store":
        return this.#background(this.#store(effect));
      case "apply":
        return this.#events.onUpdates(effect.updates);
      case "fetch_snapshot":
        return this.#background(this.#fetchSnapshot());
      case "load":
        return this.#events.onSnapshot(effect.snapshot);
      case "rebase":
        return this.#background(this.#rebase(effect.snapshot, effect.beforeSeq));
      case "make_checkpoint":
        return this.#background(this.#makeCheckpoint(effect.at));
      case "check_state":
        return this.#checkState(effect.stateHash);
      case "rebuild":
        // Not inside the engine's step, and before the next key is pressed: it must not reach an engine that has given up.
        return queueMicrotask(() => {
          if (!this.#isClosed) this.#events.onRebuild(effect.code);
        });
      case "buckets":
        return this.#events.onBuckets();
      case "refused":
        return this.#events.onRefused(effect.bucket, effect.payload, effect.code);
      case "peers":
        return this.#events.onPeers(effect.peers);
      case "status":
        this.#watchFork();
        return this.#events.onStatus();
    }
  }

  /** The first time that the logs are found to have parted, where they part is kept. */
  #watchFork(): void {
    const { ledger, facts } = this.#engine;
    if (this.#hasForked || facts.problem !== FORKED || ledger === null) return;
    this.#hasForked = true;
    const keep = (bytes: Uint8Array): Promise<void> =>
      this.#ports.store.addEvidence(this.#noteId, { atMs: Date.now(), kind: "forked", bytes });
    keepForkEvidence(ledger, this.#entrance, keep).catch(() => undefined); // not reached: the ops show it as well
  }

  /** Work whose end comes back as an event. Its failures are the shell's: they are dealt with inside. */
  #background(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      queueMicrotask(() => {
        throw error;
      });
    });
  }

  #setTimer(atUs: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    const delayMs = Math.min(MAX_TIMEOUT_MS, Math.max(0, atUs / 1000 - Date.now()));
    this.#timer = setTimeout(() => this.step({ type: "timer", nowUs: nowUs() }), delayMs);
  }

  async #connect(): Promise<void> {
    this.#attempt += 1;
    const attempt = this.#attempt;
    try {
      const { ticket, certificates } = await this.#enter();
      if (attempt !== this.#attempt || this.#isClosed) return;
      this.step({ type: "certificates", certificates, nowUs: nowUs() });
      this.#openSocket(ticket);
    } catch (error) {
      if (attempt !== this.#attempt) return;
      const { code, isFinal } = error instanceof RefusedError ? error : { code: "unreachable", isFinal: false };
      this.step({ type: "ticket_refused", code, isFinal, chance: Math.random(), nowUs: nowUs() });
    }
  }

  #enter(): Promise<Entry> {
    const early = this.#early;
    this.#early = null;
    return early !== null && Date.now() - early.atMs < TICKET_FRESH_MS ? early.entry : this.#entrance.enter();
  }

  #openSocket(ticket: Entry["ticket"]): void {
    const end = (socket: Socket, reason: CloseReason | null): void => {
      if (socket !== this.#socket) return;
      this.#socket = null;
      this.step({ type: "socket_closed", reason, chance: Math.random(), nowUs: nowUs() });
    };
    const socket: Socket = new Socket(ticket, {
      onOpen: () => this.step({ type: "socket_opened", nonce: ticket.nonce, nowUs: nowUs() }),
      onFrame: (frame) => {
        if (isFeedFrame(frame)) return this.#events.feed?.onFeed(frame);
        this.step({ type: "frame", frame, nowUs: nowUs() });
        if (isGreetingFrame(frame)) this.#events.feed?.onGreeted();
      },
      onClose: (reason) => end(socket, reason),
    });
    this.#socket = socket;
  }

  /** The ticket for the socket that follows is fetched beside it. */
  async #fetchSnapshot(): Promise<void> {
    const entry = this.#entrance.enter();
    entry.catch(() => undefined); // said when it is used
    this.#early = { entry, atMs: Date.now() };
    const snapshot = await provenSnapshot(this.#entrance, this.#noteId);
    this.step({ type: "snapshot_fetched", snapshot, chance: Math.random(), nowUs: nowUs() });
  }

  async #rebase(snapshot: Snapshot, beforeSeq: number): Promise<void> {
    await this.#storing;
    const doc = foldStored(await this.#ports.store.load(this.#noteId), beforeSeq);
    const before = doc === null ? null : textOf(doc);
    doc?.destroy();
    const now = await this.#entrance.text().catch(() => null);
    if (this.#isClosed) return;
    const update = this.#events.onRebase(snapshot, before, now);
    this.step({ type: "rebased", id: this.#nextEditId++, update, nowUs: nowUs() });
  }

  async #makeCheckpoint(at: Cursor): Promise<void> {
    await this.#storing;
    await quietMoment();
    const doc = foldStored(await this.#ports.store.load(this.#noteId), at.seq);
    const document = doc === null ? null : encodeDocument(doc);
    doc?.destroy();
    this.step({ type: "checkpoint_made", document, nowUs: nowUs() });
  }

  #checkState(stateHash: Uint8Array): void {
    const ours = this.#events.onHash();
    const isSame = ours.every((byte, index) => byte === stateHash[index]);
    queueMicrotask(() => this.step({ type: "state_checked", isSame, nowUs: nowUs() }));
  }

  async #verify(ops: readonly Op[]): Promise<void> {
    const faults = await this.#ports.verifyOps(ops);
    const waitMs = this.#tookAtMs + this.#ports.restMs() - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    this.#tookAtMs = performance.now();
    this.step({ type: "verified", faults, nowUs: nowUs() });
  }

  async #sign(messages: readonly Uint8Array[]): Promise<void> {
    const signatures = await Promise.all(messages.map((message) => this.#ports.identity.key.sign(message)));
    this.step({ type: "signed", signatures, nowUs: nowUs() });
  }

  /** Changes reach the store in the order in which the engine made them. */
  #store({ change, token, isStrict }: EngineEffect & { type: "store" }): Promise<void> {
    const done = this.#storing.then(() => this.#ports.store.change(this.#noteId, change, isStrict));
    this.#storing = done.catch(() => undefined);
    const goOn = (isKept: boolean): void => {
      if (token !== null) this.step({ type: "stored", token, nowUs: nowUs() });
      if (isKept && change.addOutbox !== undefined) this.#events.onStored(change.addOutbox.id);
    };
    const failed = (): void => {
      this.#events.onStoreFailed();
      goOn(false);
    };
    return done.then(() => goOn(true), failed);
  }
}

/** One update that says what `updates` say, in the form in which Yjs writes a transaction. */
const mergeTextUpdates = (updates: readonly Uint8Array[]): Uint8Array => Y.mergeUpdates([...updates]);
