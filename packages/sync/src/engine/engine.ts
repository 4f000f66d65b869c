// The replica of one note, as a step function: an event comes in, effects go out, and nothing else happens. It owns the
// order of things: an edit is stored before it is signed, its op and counter before the op leaves, and an op is forgotten only
// when it was read back at its place in the log. No clock, no chance, no I/O: the same steps run in a browser, in tests and in
// the simulation. Rules: docs/spec/wire.md and docs/spec/storage.md.
import { can, type Role } from "@reed/access";
import { equalBytes } from "@reed/bytes";
import { helloMessage } from "@reed/crypto";
import {
  decodeOp,
  encodeDataBody,
  hexKey,
  Ledger,
  type LogRow,
  MAX_BODY_BYTES,
  type NoteId,
  noteIdBytes,
  noteIdOf,
  type Op,
  OpError,
  sealEnvelope,
  type Sha256,
  TEXT_BUCKET,
} from "@reed/log";
import {
  type CloseReason,
  decodeDown,
  type Deliver,
  type Down,
  encodeUp,
  MAX_IN_FLIGHT_BYTES,
  MAX_IN_FLIGHT_OPS,
  type Nack,
  type Welcome,
  WIRE_FLOOR,
  WIRE_VERSION,
} from "@reed/protocol";
import { backoffUs } from "./backoff.ts";
import { type Desk, type Draft, draftOps, mayDraft } from "./drafting.ts";
import type { EngineEffect, StoreChange } from "./effect.ts";
import type { EngineEvent } from "./event.ts";
import { type InFlightOp, type StoredInFlight, updatesOf } from "./in-flight.ts";
import { chainAfter, type IncomingOp, readDelivery } from "./incoming.ts";
import { Link } from "./link.ts";
import { Outbox, type OutboxEntry } from "./outbox.ts";
import type { SaveFacts } from "./save-state.ts";

export interface EngineOptions {
  readonly noteId: NoteId;
  /** Raw public key of this device. */
  readonly device: Uint8Array;
  readonly sha256: Sha256;
  /** Y.mergeUpdates: several updates as one. */
  readonly mergeUpdates: (updates: readonly Uint8Array[]) => Uint8Array;
}

/** What the device kept of the note. */
export interface StoredReplica {
  /** Pinned where it is known: for notes made here, before the server has them. */
  readonly docId: Uint8Array | null;
  readonly rows: readonly LogRow[];
  readonly outbox: readonly OutboxEntry[];
  readonly inFlight: readonly StoredInFlight[];
  readonly ctr: number;
  readonly role: Role | null;
}

/** What this device may not say to itself: the log it has is not the log the server has. */
const FORKED = "forked";

export class Engine {
  /** Text updates that make up the document as this device last had it. */
  readonly openingUpdates: readonly Uint8Array[];
  readonly #options: EngineOptions;
  readonly #outbox: Outbox;
  readonly #link = new Link();
  #ledger: Ledger | null;
  #inFlight: InFlightOp[];
  #ctr: number;
  #role: Role | null;
  #welcome: Welcome | null = null;
  #problem: string | null = null;
  #clockOffsetUs = 0;
  #resendAtUs: number | null = null;
  /** Refusals of class reissue since the last ACK: the first is mended at once, a lasting one must not spin. */
  #reissues = 0;
  #certificates: readonly Uint8Array[] = [];
  #presence: Uint8Array = new Uint8Array();
  readonly #peers = new Map<number, Uint8Array>();
  #deliveries: Deliver[] = [];
  /** Where a room that had forgotten what it sent said that the log stands; 0 where none did. */
  #headSeq = 0;
  /** Counts sockets, so that an answer to a question of an earlier one is not taken for this one's. */
  #socket = 0;
  #isGreeted = false;
  #isVerifying = false;
  #signing: { readonly keys: readonly string[]; readonly entryIds: readonly number[] } | null = null;
  /** An op that must be signed anew, as soon as those that are being signed to follow it can be dropped with it. */
  #voidKey: string | null = null;
  #nextToken = 1;
  #nextPutBackId: number;
  readonly #onSigned: ((signatures: readonly Uint8Array[]) => void)[] = [];
  readonly #onVerified: ((faults: readonly (string | null)[], nowUs: number) => void)[] = [];
  readonly #onStored = new Map<number, (nowUs: number) => void>();
  #effects: EngineEffect[] = [];

  /** Throws an OpError where what the device kept is not what it was. */
  constructor(options: EngineOptions, stored: StoredReplica) {
    this.#options = options;
    this.#role = stored.role;
    this.#ctr = stored.ctr;
    this.#outbox = new Outbox(stored.outbox);
    this.#nextPutBackId = Math.min(0, ...stored.outbox.map(({ id }) => id)) - 1;
    this.#ledger = stored.docId === null ? null : new Ledger(stored.docId, options.sha256);
    const texts = stored.rows.flatMap(
      ({ envelope, recvUs }) => this.#read(decodeOp(envelope, options.sha256), recvUs) ?? [],
    );
    this.#inFlight = stored.inFlight
      .map(({ key, envelope }): InFlightOp => ({
        key,
        op: decodeOp(envelope, options.sha256),
        state: "waiting",
        unanswered: 0,
      }))
      .toSorted((a, b) => a.op.ctr - b.op.ctr);
    this.openingUpdates = [
      ...texts,
      ...updatesOf(this.#inFlight.map(({ op }) => op)),
      ...stored.outbox.map(({ update }) => update),
    ];
  }

  get ledger(): Ledger | null {
    return this.#ledger;
  }

  get facts(): Omit<SaveFacts, "keeps"> {
    const unanswered = this.#inFlight.filter(({ state }) => state !== "acked").length;
    return {
      role: this.#role,
      link: this.#link.shown,
      unacked: this.#outbox.size + unanswered + (this.#signing === null ? 0 : 1),
      unstored: this.#outbox.unstored,
      isOnServer: (this.#ledger?.head.seq ?? 0) > 0,
      problem: this.#problem,
    };
  }

  /** Takes one event and returns what to do, in order. */
  step(event: EngineEvent): readonly EngineEffect[] {
    this.#effects = [];
    this.#take(event);
    this.#advance(event.nowUs);
    return this.#effects;
  }

  #take(event: EngineEvent): void {
    switch (event.type) {
      case "edited":
        return this.#edited(event.id, event.update, event.nowUs);
      case "flush_wanted":
        return this.#outbox.hurry();
      case "timer":
        return;
      case "connect_wanted":
        if (this.#problem !== FORKED && this.#link.state === "away") this.#link.hurry();
        return;
      case "socket_opened":
        return this.#greet(event.nonce);
      case "socket_closed":
        return this.#parted(event.reason, event.reason, event.chance, event.nowUs);
      case "ticket_refused":
        return this.#parted(
          event.isFinal ? "not_found" : null,
          event.isFinal ? event.code : null,
          event.chance,
          event.nowUs,
        );
      case "frame":
        return this.#frame(event.frame, event.nowUs);
      case "verified":
        return this.#onVerified.shift()?.(event.faults, event.nowUs);
      case "signed":
        return this.#onSigned.shift()?.(event.signatures);
      case "stored": {
        const resume = this.#onStored.get(event.token);
        this.#onStored.delete(event.token);
        return resume?.(event.nowUs);
      }
      case "certificates":
        this.#certificates = event.certificates;
        return;
      case "presence":
        this.#presence = event.payload;
        if (this.#welcome !== null) this.#send(encodeUp({ type: "set_presence", payload: event.payload }));
    }
  }

  /** After every event: do what has become due, and say when to look again. */
  #advance(nowUs: number): void {
    const { retryAtUs } = this.#link;
    if (this.#link.state === "away" && retryAtUs !== null && retryAtUs <= nowUs) {
      this.#link.trying();
      this.#effects.push({ type: "connect" }, { type: "status" });
    }
    if (this.#resendAtUs !== null && this.#resendAtUs <= nowUs) {
      this.#resendAtUs = null;
      this.#sendWaiting();
    }
    this.#write(nowUs);
    const times = [this.#link.state === "away" ? this.#link.retryAtUs : null, this.#resendAtUs, this.#nextFlushUs()];
    // What is due and could not be done waits for an event; it must not hide what comes later.
    const next = Math.min(...times.filter((time) => time !== null && time > nowUs).map(Number));
    if (Number.isFinite(next)) this.#effects.push({ type: "set_timer", atUs: next });
  }

  // Writing

  #edited(id: number, update: Uint8Array, nowUs: number): void {
    this.#outbox.add({ id, update }, nowUs);
    this.#effects.push({ type: "status" });
    this.#store({ addOutbox: { id, update } }, () => {
      this.#outbox.markStored(id);
      this.#effects.push({ type: "status" });
    });
  }

  #nextFlushUs(): number | null {
    return this.#link.state === "live" && this.#signing === null ? this.#outbox.dueUs(this.#peers.size > 0) : null;
  }

  /** Welcomed, everything read that was there at the welcome, and nothing of ours half signed. */
  #mayWrite(): boolean {
    const read = this.#ledger?.head.seq ?? 0;
    const isRoomy =
      this.#inFlight.length < MAX_IN_FLIGHT_OPS - 3 &&
      this.#inFlight.reduce((bytes, { op }) => bytes + op.envelope.length, 0) < MAX_IN_FLIGHT_BYTES;
    return (
      this.#welcome !== null &&
      read >= this.#welcome.head.seq &&
      this.#signing === null &&
      this.#resendAtUs === null &&
      isRoomy
    );
  }

  #write(nowUs: number): void {
    const ledger = this.#ledger;
    if (ledger === null || !this.#mayWrite()) return;
    const dueUs = this.#outbox.dueUs(this.#peers.size > 0);
    const isDue = dueUs !== null && dueUs <= nowUs && can(this.#role, "write_text");
    const desk: Desk = {
      ledger,
      device: this.#options.device,
      inFlight: this.#inFlight.map(({ op }) => op),
      certificates: this.#certificates,
      ctr: this.#ctr,
      nowUs: nowUs + this.#clockOffsetUs,
      sha256: this.#options.sha256,
    };
    if (!isDue || !mayDraft(desk)) return this.#sign(draftOps(desk, null), []);
    const entries = this.#outbox.take();
    const payload = this.#options.mergeUpdates(entries.map(({ update }) => update));
    const body = encodeDataBody({ bucket: TEXT_BUCKET, payload });
    if (body.length > MAX_BODY_BYTES) return this.#giveUp("op_body_size", this.#inFlight.length, entries);
    this.#sign(draftOps(desk, body), entries);
  }

  /** Signs drafts, stores them with their counters in place of the edits they carry, and only then lets them leave. */
  #sign(drafts: readonly Draft[], entries: readonly OutboxEntry[]): void {
    if (drafts.length === 0) return;
    const entryIds = entries.map(({ id }) => id);
    this.#signing = { keys: drafts.map(({ key }) => key), entryIds };
    this.#ctr += drafts.length;
    this.#effects.push({ type: "sign", messages: drafts.map(({ unsigned }) => unsigned.message) });
    this.#onSigned.push((signatures) => {
      const ops = drafts.map(({ unsigned, key }, index): InFlightOp => {
        const envelope = sealEnvelope(unsigned, signatures[index] ?? new Uint8Array());
        return { key, op: decodeOp(envelope, this.#options.sha256), state: "waiting", unanswered: 0 };
      });
      const addInFlight = ops.map(({ key, op }) => ({ key, envelope: op.envelope }));
      this.#store({ addInFlight, removeOutbox: entryIds, ctr: this.#ctr }, (nowUs) => {
        this.#signing = null;
        this.#inFlight.push(...ops);
        const from = this.#inFlight.findIndex((item) => item.key === this.#voidKey);
        this.#voidKey = null;
        if (from === -1) this.#sendWaiting();
        else this.#reissue(from, nowUs);
      });
    });
  }

  #sendWaiting(): void {
    if (!this.#isGreeted || this.#resendAtUs !== null) return;
    let batch: InFlightOp[] = [];
    let bytes = 0;
    const push = (): void => {
      if (batch.length > 0) this.#send(encodeUp({ type: "ops", envelopes: batch.map(({ op }) => op.envelope) }));
      batch = [];
      bytes = 0;
    };
    for (const item of this.#inFlight) {
      if (item.state !== "waiting") continue;
      if (bytes + item.op.envelope.length > MAX_IN_FLIGHT_BYTES - 4096) push();
      item.state = "sent";
      item.unanswered += 1;
      batch.push(item);
      bytes += item.op.envelope.length + 4;
    }
    push();
  }

  // The socket

  #send(frame: Uint8Array): void {
    this.#effects.push({ type: "send", frame });
  }

  #store(change: StoreChange, then: ((nowUs: number) => void) | null): void {
    const token = then === null ? null : this.#nextToken++;
    if (token !== null && then !== null) this.#onStored.set(token, then);
    this.#effects.push({ type: "store", change, token, isStrict: change.rows === undefined });
  }

  #greet(nonce: Uint8Array): void {
    this.#socket += 1;
    const socket = this.#socket;
    const { device, noteId } = this.#options;
    this.#effects.push({ type: "sign", messages: [helloMessage(nonce, noteIdBytes(noteId))] });
    this.#onSigned.push(([proof]) => {
      if (socket !== this.#socket || this.#link.state !== "trying" || proof === undefined) return;
      const cursor = this.#ledger?.head ?? { seq: 0, chain: new Uint8Array(32) };
      const versions = { lowestVersion: WIRE_FLOOR, highestVersion: WIRE_VERSION };
      this.#send(encodeUp({ type: "hello", ...versions, device, proof, cursor, presence: this.#presence }));
      this.#isGreeted = true;
      this.#sendWaiting();
    });
  }

  /** The socket is gone or never came. `problem`: what people are told, where it is more than the network. */
  #parted(reason: CloseReason | null, problem: string | null, chance: number, nowUs: number): void {
    this.#socket += 1;
    this.#isGreeted = false;
    this.#link.ended(reason, chance, nowUs);
    this.#welcome = null;
    this.#deliveries = [];
    this.#headSeq = 0;
    this.#resendAtUs = null;
    for (const item of this.#inFlight) {
      item.unanswered = 0;
      if (item.state === "sent") item.state = "waiting";
    }
    if (this.#peers.size > 0) {
      this.#peers.clear();
      this.#effects.push({ type: "peers", peers: new Map() });
    }
    if (problem !== null && (this.#link.isStopped || reason === "access_ended")) this.#problem ??= problem;
    this.#effects.push({ type: "status" });
  }

  /** Leaves this socket and comes back at once: something was missed, and HELLO says from where. */
  #reconnect(): void {
    this.#effects.push({ type: "disconnect" });
    this.#parted(null, null, 0, 0);
    this.#link.hurry();
  }

  #fork(): void {
    this.#problem = FORKED;
    this.#effects.push({ type: "disconnect" });
    this.#parted(null, null, 0, 0);
    this.#link.isStopped = true;
  }

  #frame(frame: Uint8Array, nowUs: number): void {
    let message: Down;
    try {
      message = decodeDown(frame);
    } catch {
      return this.#tampered(nowUs);
    }
    switch (message.type) {
      case "welcome":
        return this.#welcomed(message, nowUs);
      case "ack":
        return this.#acked(message.ops.map(({ opId }) => hexKey(opId)));
      case "nack":
        return this.#nacked(message, nowUs);
      case "deliver":
        this.#deliveries.push(message);
        return this.#readNext(nowUs);
      case "peer_presence":
        this.#peers.set(message.connection, message.payload);
        return this.#showPeers();
      case "leave":
        this.#peers.delete(message.connection);
        return this.#showPeers();
      case "role":
        this.#role = message.role;
        this.#effects.push({ type: "status" });
        return;
      case "resync":
        return this.#fork();
      case "head":
        this.#headSeq = message.head.seq;
        return this.#readNext(nowUs);
      case "go_away":
        return;
    }
  }

  #showPeers(): void {
    this.#effects.push({ type: "peers", peers: new Map(this.#peers) }, { type: "status" });
  }

  #welcomed(welcome: Welcome, nowUs: number): void {
    const pinned = this.#ledger?.docId;
    if (noteIdOf(welcome.docId) !== this.#options.noteId) return this.#fork();
    if (pinned !== undefined && !equalBytes(pinned, welcome.docId)) return this.#fork();
    this.#ledger ??= new Ledger(welcome.docId, this.#options.sha256);
    this.#welcome = welcome;
    this.#role = welcome.role;
    this.#problem = null;
    this.#clockOffsetUs = welcome.serverTimeUs - nowUs;
    this.#link.welcomed();
    if (welcome.lastCtr > this.#ctr) {
      this.#ctr = welcome.lastCtr;
      this.#store({ ctr: this.#ctr }, null);
    }
    for (const { connection, payload } of welcome.peers) this.#peers.set(connection, payload);
    this.#showPeers();
    this.#sendWaiting();
  }

  #acked(keys: readonly string[]): void {
    this.#reissues = 0;
    for (const item of this.#inFlight) if (keys.includes(item.key)) item.state = "acked";
    this.#effects.push({ type: "status" });
  }

  #nacked({ opId, class: nackClass, code, retryAfterMs }: Nack, nowUs: number): void {
    const from = this.#inFlight.findIndex(({ key }) => key === hexKey(opId));
    const refused = this.#inFlight[from];
    if (refused === undefined) return;
    refused.unanswered -= 1;
    if (refused.state !== "sent" || refused.unanswered > 0) return;
    if (nackClass === "retry") {
      for (const item of this.#inFlight.slice(from)) item.state = "waiting";
      this.#resendAtUs = nowUs + retryAfterMs * 1000;
    } else if (nackClass === "never") this.#giveUp(code, from, []);
    else if (this.#signing !== null) this.#voidKey ??= refused.key;
    else this.#reissue(from, nowUs);
  }

  /** From there on the device's signed ops are void: their edits go back to be merged and signed once more. */
  #reissue(from: number, nowUs: number): void {
    // Each goes back by itself, newest first: all of them as one could be more than an op holds.
    for (const { key, op } of this.#inFlight.splice(from).toReversed()) {
      const [update] = updatesOf([op]);
      const entry = update === undefined ? undefined : { id: this.#nextPutBackId--, update };
      if (entry !== undefined) this.#outbox.putBack(entry);
      this.#store({ removeInFlight: [key], addOutbox: entry }, null);
    }
    this.#reissues += 1;
    this.#reconnect();
    if (this.#reissues > 1) this.#link.waitUntil(nowUs + backoffUs(this.#reissues, 1));
  }

  /** The server will never take this: what is not in the log leaves the document and is kept as a draft. The shell opens the
   *  replica anew, so whatever is half signed here goes nowhere. */
  #giveUp(code: string, from: number, entries: readonly OutboxEntry[]): void {
    const removeInFlight = [...this.#inFlight.splice(from).map(({ key }) => key), ...(this.#signing?.keys ?? [])];
    const entryIds = [...entries, ...this.#outbox.takeAll()].map(({ id }) => id);
    const removeOutbox = [...entryIds, ...(this.#signing?.entryIds ?? [])];
    this.#problem = code;
    this.#store({ removeInFlight, removeOutbox }, null);
    this.#effects.push({ type: "status" }, { type: "rebuild", code });
  }

  // Reading

  #readNext(nowUs: number): void {
    const deliver = this.#deliveries[0];
    if (this.#isVerifying) return;
    if (deliver === undefined) {
      if (this.#headSeq > (this.#ledger?.head.seq ?? 0)) this.#reconnect();
      return;
    }
    const incoming = this.#incoming(deliver);
    if (incoming === null) return this.#tampered(nowUs);
    if (incoming.type !== "ops") return this.#reconnect();
    const foreign = incoming.ops.filter(({ isOwn }) => !isOwn).map(({ op }) => op);
    if (foreign.length === 0) return this.#readVerified(incoming.ops, deliver, nowUs);
    const socket = this.#socket;
    this.#isVerifying = true;
    this.#effects.push({ type: "verify", ops: foreign });
    this.#onVerified.push((faults, laterUs) => {
      this.#isVerifying = false;
      if (socket !== this.#socket) return this.#readNext(laterUs);
      if (faults.some((fault) => fault !== null)) return this.#tampered(laterUs);
      this.#readVerified(incoming.ops, deliver, laterUs);
    });
  }

  #incoming(deliver: Deliver): ReturnType<typeof readDelivery> | null {
    const findOwn = (opId: Uint8Array): Op | null => this.#inFlight.find(({ key }) => key === hexKey(opId))?.op ?? null;
    try {
      return readDelivery(deliver, this.#ledger?.head.seq ?? 0, findOwn, this.#options.sha256);
    } catch (error) {
      if (error instanceof OpError) return null;
      throw error;
    }
  }

  #readVerified(ops: readonly IncomingOp[], deliver: Deliver, nowUs: number): void {
    this.#deliveries.shift();
    const ledger = this.#ledger;
    if (ledger === null) return;
    if (ops.length > 0) {
      if (!equalBytes(chainAfter(ledger.head, ops, this.#options.sha256), deliver.chain)) return this.#tampered(nowUs);
      this.#admit(ops);
    }
    this.#readNext(nowUs);
  }

  /** Ops that follow from the log: they get their place, and what they say is done. */
  #admit(ops: readonly IncomingOp[]): void {
    const rows: LogRow[] = [];
    const updates: Uint8Array[] = [];
    for (const { op, recvUs, isOwn } of ops) {
      const update = this.#read(op, recvUs);
      if (update !== null && !isOwn) updates.push(update);
      const { seq, chain } = this.#ledger?.head ?? { seq: 0, chain: op.opId };
      rows.push({ seq, chain, recvUs, opId: op.opId, envelope: op.envelope });
    }
    const keys = new Set<string>(ops.map(({ op }) => hexKey(op.opId)));
    const removeInFlight = this.#inFlight.filter(({ key }) => keys.has(key)).map(({ key }) => key);
    this.#inFlight = this.#inFlight.filter(({ key }) => !keys.has(key));
    this.#store({ rows, removeInFlight }, null);
    if (updates.length > 0) this.#effects.push({ type: "apply", updates });
    this.#effects.push({ type: "status" });
  }

  /** Adds one op to the ledger; returns the text update that it makes, if it makes one. An op that fails the rules is void. */
  #read(op: Op, recvUs: number): Uint8Array | null {
    this.#ledger ??= new Ledger(op.opId, this.#options.sha256);
    const verdict = this.#ledger.check(op, recvUs);
    if (verdict.type !== "accepted") {
      this.#ledger.appendVoid(op, recvUs);
      return null;
    }
    this.#ledger.append(op, verdict.effect, recvUs);
    return verdict.effect.type === "text" ? verdict.effect.update : null;
  }

  /** What came was not what the server may send: nothing of it is taken, and the same is asked for again, later. */
  #tampered(nowUs: number): void {
    this.#effects.push({ type: "disconnect" });
    this.#parted(null, null, 1, nowUs);
    this.#problem = "tampered";
  }
}
