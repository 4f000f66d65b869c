// The tab that holds the socket: it runs the engine and carries out its effects with the store, the network and the keys.
import { ed25519, sha256 } from "@reed/crypto";
import { type NoteId, type Op, verifyOp } from "@reed/log";
import type { CloseReason } from "@reed/protocol";
import * as Y from "yjs";
import { linkCertificate } from "./credentials.ts";
import type { EngineEffect } from "./engine/effect.ts";
import { Engine } from "./engine/engine.ts";
import type { EngineEvent } from "./engine/event.ts";
import type { SaveFacts } from "./engine/save-state.ts";
import type { Identity } from "./identity.ts";
import { RefusedError, type Server, type Ticket } from "./server.ts";
import { Socket } from "./socket.ts";
import type { NoteRecord, ReplicaStore } from "./store/replica-store.ts";

export interface LeaderPorts {
  readonly store: ReplicaStore;
  readonly server: Server;
  readonly identity: Identity;
  /** Calls back with true when trying again is worth it (the network is back, the page is looked at), with false when the
   *  network is known to be gone. The result unsubscribes. */
  readonly onNetwork: (listener: (isUp: boolean) => void) => () => void;
}

export interface LeaderEvents {
  /** Updates by others, or by another tab's leader before this one. */
  readonly onUpdates: (updates: readonly Uint8Array[]) => void;
  readonly onPeers: (peers: ReadonlyMap<number, Uint8Array>) => void;
  readonly onStatus: () => void;
  /** The edit with this id is on the disk. */
  readonly onStored: (id: number) => void;
  /** What was not in the log was refused for good: open the note anew from the store. */
  readonly onRebuild: (code: string) => void;
  /** The device would not keep something: from here on the window is all there is, and the replica goes on in it. */
  readonly onStoreFailed: () => void;
}

/** setTimeout fires at once for longer waits than this. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

const nowUs = (): number => Date.now() * 1000;

export class NoteLeader {
  readonly #noteId: NoteId;
  readonly #ports: LeaderPorts;
  readonly #events: LeaderEvents;
  readonly #engine: Engine;
  readonly #unsubscribeNetwork: () => void;
  #record: NoteRecord;
  #socket: Socket | null = null;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #storing: Promise<unknown> = Promise.resolve();
  #isClosed = false;
  #nextEditId: number;

  private constructor(
    record: NoteRecord,
    engine: Engine,
    nextEditId: number,
    ports: LeaderPorts,
    events: LeaderEvents,
  ) {
    this.#noteId = record.noteId;
    this.#record = record;
    this.#ports = ports;
    this.#events = events;
    this.#engine = engine;
    this.#nextEditId = nextEditId;
    this.#unsubscribeNetwork = ports.onNetwork((isUp) => (isUp ? this.start() : this.#socket?.drop()));
  }

  /** Opens the note on what the device kept, and goes for the server. */
  static async open(record: NoteRecord, ports: LeaderPorts, events: LeaderEvents): Promise<NoteLeader> {
    const stored = await ports.store.load(record.noteId);
    const device = ports.identity.key.publicKey;
    const options = { noteId: record.noteId, device, sha256, mergeUpdates: mergeTextUpdates };
    const engine = new Engine(options, { ...stored, docId: record.docId, role: record.role });
    const lastEditId = Math.max(0, ...stored.outbox.map(({ id }) => id));
    return new NoteLeader(record, engine, lastEditId + 1, ports, events);
  }

  get openingUpdates(): readonly Uint8Array[] {
    return this.#engine.openingUpdates;
  }

  get facts(): Omit<SaveFacts, "keeps"> {
    return this.#engine.facts;
  }

  /** Goes for the server now, whatever wait there was. */
  start(): void {
    this.step({ type: "connect_wanted", nowUs: nowUs() });
  }

  /** An edit of this device, by whichever tab; returns its id. */
  edit(update: Uint8Array): number {
    const id = this.#nextEditId++;
    this.step({ type: "edited", id, update, nowUs: nowUs() });
    return id;
  }

  flush(): void {
    this.step({ type: "flush_wanted", nowUs: nowUs() });
  }

  present(payload: Uint8Array): void {
    this.step({ type: "presence", payload, nowUs: nowUs() });
  }

  async close(): Promise<void> {
    this.flush();
    this.#isClosed = true;
    this.#unsubscribeNetwork();
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
      case "rebuild":
        return this.#background(this.#storing.then(() => this.#events.onRebuild(effect.code)));
      case "peers":
        return this.#events.onPeers(effect.peers);
      case "status":
        return this.#events.onStatus();
    }
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
      const ticket = await this.#ticket();
      if (attempt === this.#attempt && !this.#isClosed) this.#openSocket(ticket);
    } catch (error) {
      if (attempt !== this.#attempt) return;
      const refusal = error instanceof RefusedError ? error : null;
      const { code, isFinal } = refusal ?? { code: "unreachable", isFinal: false };
      this.step({ type: "ticket_refused", code, isFinal, chance: Math.random(), nowUs: nowUs() });
    }
  }

  /** What getting in takes: the guest and the genesis for a note made here, the link's certificate for one that was shared. */
  async #ticket(): Promise<Ticket> {
    const { server, identity } = this.#ports;
    const { linkId, secret } = this.#record;
    const isOwn = linkId === null;
    const accessToken = isOwn ? await identity.accessToken() : await identity.accessTokenIfGuest().catch(() => null);
    await this.#found(accessToken);
    const byLink = isOwn
      ? null
      : await linkCertificate(this.#noteId, { linkId, secret }, identity.key.publicKey, nowUs());
    const certificates = [identity.certificate, byLink].filter((certificate) => certificate !== null);
    this.step({ type: "certificates", certificates, nowUs: nowUs() });
    return server.ticket(this.#noteId, { device: identity.device, linkId, linkCertificate: byLink }, accessToken);
  }

  async #found(accessToken: string | null): Promise<void> {
    const { genesis } = this.#record;
    if (genesis === null || accessToken === null) return;
    await this.#ports.server.found(this.#noteId, genesis, accessToken);
    this.#record = { ...this.#record, genesis: null };
    await this.#ports.store.saveNote(this.#noteId, { genesis: null });
  }

  #openSocket(ticket: Ticket): void {
    const end = (socket: Socket, reason: CloseReason | null): void => {
      if (socket !== this.#socket) return;
      this.#socket = null;
      this.step({ type: "socket_closed", reason, chance: Math.random(), nowUs: nowUs() });
    };
    const socket: Socket = new Socket(ticket, {
      onOpen: () => this.step({ type: "socket_opened", nonce: ticket.nonce, nowUs: nowUs() }),
      onFrame: (frame) => this.step({ type: "frame", frame, nowUs: nowUs() }),
      onClose: (reason) => end(socket, reason),
    });
    this.#socket = socket;
  }

  async #verify(ops: readonly Op[]): Promise<void> {
    const faults = await Promise.all(ops.map((op) => verifyOp(op, ed25519)));
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
    const goOn = (): void => {
      if (token !== null) this.step({ type: "stored", token, nowUs: nowUs() });
      if (change.addOutbox !== undefined) this.#events.onStored(change.addOutbox.id);
    };
    return done.then(goOn, () => {
      this.#events.onStoreFailed();
      goOn();
    });
  }
}

/** One update that says what `updates` say, in the form in which Yjs writes a transaction. */
function mergeTextUpdates(updates: readonly Uint8Array[]): Uint8Array {
  const [only] = updates;
  return updates.length === 1 && only !== undefined ? only : Y.mergeUpdates([...updates]);
}
