// A device with one note open: the engine, a Yjs document, a disk and at most one socket, wired as the product's own shell wires
// them. It may crash at any moment and comes back with what its disk kept and a new Yjs clientID. It also remembers what it
// was promised: every edit that was stored and never refused must end up in the server's log.
import { can } from "@reed/access";
import { equalBytes, toHex } from "@reed/bytes";
import { decodeOp, type NoteId, noteIdBytes, type Op, verifyOp } from "@reed/log";
import { decodeUp, MAX_IN_FLIGHT_OPS } from "@reed/protocol";
import type { Visitor } from "@reed/room";
import { Engine, type EngineEffect, type EngineEvent } from "@reed/sync/engine";
import * as Y from "yjs";
import { DeviceDisk, type DeviceTimes } from "./device-disk.ts";
import type { Host } from "./host.ts";
import { type FakeKey, fakeVerify, isFakeKey, sha256 } from "./keys.ts";
import { type LogOracle, TEXT_NAME } from "./log-oracle.ts";
import type { Connection } from "./network.ts";
import type { Random } from "./prng.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Tally } from "./tally.ts";
import { assertThat } from "./violation.ts";

export interface DeviceOptions {
  readonly name: string;
  readonly noteId: NoteId;
  readonly key: FakeKey;
  readonly visitor: Visitor;
  readonly certificates: readonly Uint8Array[];
  /** For the device that makes the note: its genesis and the id that follows from it. */
  readonly genesis: { readonly envelope: Uint8Array; readonly docId: Uint8Array } | null;
  readonly host: Host;
  readonly oracle: LogOracle;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly times: DeviceTimes;
  readonly tally: Tally;
  /** Called when work goes on in promises. */
  readonly onAsync: () => void;
}

/** An edit of this device. made: may be lost in a crash. stored: must survive one. */
interface Edit {
  readonly id: number;
  readonly client: number;
  /** The client's clock after it. */
  readonly end: number;
  readonly update: Uint8Array;
  isStored: boolean;
}

/** Origin of changes that come from the log. */
const ELSEWHERE = Symbol("elsewhere");
const STEP_US = 400;
const TICKET_US = 60_000;
const MOST_CLOCK_ERROR_US = 5 * 3600 * 1e6;
const VERIFIER = {
  keyOk: isFakeKey,
  verify: (key: Uint8Array, signature: Uint8Array, message: Uint8Array) =>
    Promise.resolve(fakeVerify(key, signature, message)),
};

export class Device {
  readonly name: string;
  readonly visitor: Visitor;
  readonly #options: DeviceOptions;
  readonly #disk: DeviceDisk;
  #engine: Engine | null = null;
  #doc = new Y.Doc();
  #undo: Y.UndoManager | null = null;
  #connection: Connection | null = null;
  #cancelTimer: () => void = () => undefined;
  #clockErrorUs = 0;
  #life = 0;
  #attempt = 0;
  #nextEditId = 1;
  #hasFounded = false;
  #isRebuilding = false;
  #edits: Edit[] = [];
  #checkedHead = 0;
  /** Which op this device signed for each of its counters. */
  readonly #signed = new Map<number, string>();
  #peers: ReadonlyMap<number, Uint8Array> = new Map();
  isOnline = true;
  /** Called once, when the device next asks its disk for something that matters. */
  onNextStrictStore: (() => void) | null = null;
  /** A frame to it was changed on the way. */
  wasTampered = false;

  constructor(options: DeviceOptions) {
    this.name = options.name;
    this.visitor = options.visitor;
    this.#options = options;
    this.#disk = new DeviceDisk(options.scheduler, options.random.fork("disk"), options.times);
  }

  get isOpen(): boolean {
    return this.#engine !== null;
  }

  get connection(): Connection | null {
    return this.#connection;
  }

  get peers(): ReadonlyMap<number, Uint8Array> {
    return this.#peers;
  }

  get text(): string {
    return this.#doc.getText(TEXT_NAME).toString();
  }

  get engine(): Engine | null {
    return this.#engine;
  }

  /** Opens the note on what the disk kept. */
  open(): void {
    const { random, noteId, key, genesis, tally } = this.#options;
    this.#clockErrorUs = random.chance(0.4) ? random.between(-MOST_CLOCK_ERROR_US, MOST_CLOCK_ERROR_US) : 0;
    const stored = this.#disk.load();
    const options = { noteId, device: key.publicKey, sha256, mergeUpdates };
    const engine = new Engine(options, { ...stored, docId: genesis?.docId ?? null, role: null });
    this.#engine = engine;
    this.#checkedHead = 0;
    this.#nextEditId = Math.max(0, ...stored.outbox.map(({ id }) => id)) + 1;
    tally.editsLost += this.#edits.filter(({ isStored }) => !isStored).length;
    this.#edits = this.#edits.filter(({ isStored }) => isStored);
    this.#bindDoc(engine.openingUpdates);
    this.#step({ type: "presence", payload: random.bytes(4), nowUs: this.#nowUs });
    this.#step({ type: "connect_wanted", nowUs: this.#nowUs });
  }

  crash(): void {
    if (this.#engine === null) return;
    this.#options.tally.deviceCrashes += 1;
    this.#close();
    this.#disk.crash();
    this.#connection?.vanish("client");
    this.#connection = null;
  }

  /** The world is over. */
  end(): void {
    if (this.#engine !== null) this.#close();
  }

  goOffline(): void {
    this.isOnline = false;
    this.#connection?.kill();
  }

  goOnline(): void {
    this.isOnline = true;
    this.wake();
  }

  wake(): void {
    this.#step({ type: "connect_wanted", nowUs: this.#nowUs });
  }

  flush(): void {
    this.#step({ type: "flush_wanted", nowUs: this.#nowUs });
  }

  present(): void {
    this.#step({
      type: "presence",
      payload: this.#options.random.bytes(this.#options.random.below(12)),
      nowUs: this.#nowUs,
    });
  }

  /** Whether the interface would let somebody type. */
  get mayType(): boolean {
    if (this.#engine === null) return false;
    const { role } = this.#engine.facts;
    return role === null ? this.#options.genesis !== null : can(role, "write_text");
  }

  type(text: string): void {
    const shared = this.#doc.getText(TEXT_NAME);
    this.#doc.transact(() => shared.insert(this.#position(shared.length), text), "typing");
  }

  erase(): void {
    const shared = this.#doc.getText(TEXT_NAME);
    const from = this.#position(shared.length);
    const to = this.#position(Math.min(shared.length, from + 12), from);
    if (to > from) this.#doc.transact(() => shared.delete(from, to - from), "typing");
  }

  undo(): void {
    const { tally, random } = this.#options;
    const done = random.chance(0.7) ? this.#undo?.undo() : this.#undo?.redo();
    if (done !== undefined && done !== null) tally.undos += 1;
  }

  /** What must hold at any moment. */
  check(): void {
    const engine = this.#engine;
    if (engine === null) return;
    const { oracle } = this.#options;
    const head = engine.ledger?.head ?? null;
    if (head !== null && head.seq !== this.#checkedHead) {
      const chain = oracle.chainAt(head.seq);
      assertThat(
        chain !== null && equalBytes(chain, head.chain),
        "a replica's log is the server's log",
        () => `${this.name} at ${head.seq}`,
      );
      this.#checkedHead = head.seq;
    }
    const { unacked, link, problem } = engine.facts;
    if (unacked > 0 || link !== "live" || problem !== null || this.#isRebuilding) return;
    for (const edit of this.#edits) {
      assertThat(
        oracle.clockOf(edit.client) >= edit.end,
        "saved means that it is in the server's log",
        () => `${this.name}, edit ${edit.id}`,
      );
    }
  }

  /** What must hold once everything has come to rest. */
  checkAtRest(): void {
    const { oracle } = this.#options;
    const engine = this.#engine;
    const name = (): string =>
      `${this.name}: ${JSON.stringify(engine?.facts)}, head ${engine?.ledger?.head.seq} of ${oracle.headSeq}`;
    assertThat(engine !== null && engine.facts.link === "live", "everybody who has access comes back", name);
    assertThat(engine.ledger?.head.seq === oracle.headSeq, "everybody reads to the end of the log", name);
    this.check();
    const rows = this.#disk.load().rows;
    assertThat(
      rows.every(({ envelope }, index) => equalBytes(envelope, oracle.rows[index]?.envelope ?? new Uint8Array())),
      "a replica keeps the bytes that the server keeps",
      name,
    );
    if (!can(engine.facts.role, "write_text")) return;
    assertThat(engine.facts.unacked === 0, "nothing is left to send", name);
    const { outbox, inFlight } = this.#disk.load();
    assertThat(
      outbox.length === 0 && inFlight.length === 0,
      "nothing is left in the store",
      () => `${name()}, ${outbox.length} edits, ${inFlight.length} ops`,
    );
    this.#checkEdits();
    assertThat(
      this.text === oracle.text,
      "everybody has the text that the log makes",
      () => `${name()}\n${JSON.stringify(this.text)}\n${JSON.stringify(oracle.text)}`,
    );
  }

  /** Each edit that was stored and not refused changes nothing any more in the document that the log makes. */
  #checkEdits(): void {
    const isKnown = this.#options.oracle.holds(this.#edits.map(({ update }) => update));
    assertThat(isKnown, "no stored edit is lost", () => this.name);
  }

  /** By this device's own clock. */
  get #nowUs(): number {
    return Math.round(this.#options.scheduler.nowUs + this.#clockErrorUs);
  }

  #close(): void {
    this.#engine = null;
    this.#isRebuilding = false;
    this.#life += 1;
    this.#attempt += 1;
    this.#cancelTimer();
    this.#undo?.destroy();
    this.#doc.destroy();
  }

  #bindDoc(updates: readonly Uint8Array[]): void {
    const { random } = this.#options;
    this.#doc = new Y.Doc();
    this.#doc.clientID = random.below(2 ** 32);
    const life = this.#life;
    this.#apply(updates);
    this.#undo = new Y.UndoManager(this.#doc.getText(TEXT_NAME), {
      captureTimeout: 0,
      trackedOrigins: new Set(["typing"]),
    });
    this.#doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin !== ELSEWHERE && life === this.#life) this.#edited(update);
    });
  }

  #apply(updates: readonly Uint8Array[]): void {
    this.#doc.transact(() => {
      for (const update of updates) Y.applyUpdate(this.#doc, update, ELSEWHERE);
    }, ELSEWHERE);
  }

  #edited(update: Uint8Array): void {
    this.#options.tally.edits += 1;
    const id = this.#nextEditId++;
    const client = this.#doc.clientID;
    this.#edits.push({ id, client, end: Y.getState(this.#doc.store, client), update, isStored: false });
    this.#step({ type: "edited", id, update, nowUs: this.#nowUs });
  }

  /** A place in the text, not between the halves of one character. */
  #position(upTo: number, from = 0): number {
    const text = this.text;
    const position = from + this.#options.random.below(Math.max(0, upTo - from) + 1);
    const isInside = /[\uD800-\uDBFF]/.test(text[position - 1] ?? "") && /[\uDC00-\uDFFF]/.test(text[position] ?? "");
    return isInside ? position - 1 : position;
  }

  #step(event: EngineEvent): void {
    const engine = this.#engine;
    if (engine === null) return;
    const life = this.#life;
    for (const effect of engine.step(event)) {
      if (life === this.#life) this.#carryOut(effect);
    }
    this.check();
  }

  /** Does `run` later, unless the note was closed meanwhile. */
  #later(delayUs: number, run: () => void): () => void {
    const life = this.#life;
    return this.#options.scheduler.after(delayUs, () => {
      if (life === this.#life) run();
    });
  }

  #carryOut(effect: EngineEffect): void {
    const { key } = this.#options;
    switch (effect.type) {
      case "connect":
        return this.#connect();
      case "disconnect":
        this.#attempt += 1;
        this.#connection?.close("client", null);
        this.#connection = null;
        return;
      case "send":
        return this.#send(effect.frame);
      case "set_timer":
        this.#cancelTimer();
        this.#cancelTimer = this.#later(effect.atUs - this.#nowUs, () =>
          this.#step({ type: "timer", nowUs: this.#nowUs }),
        );
        return;
      case "verify":
        return this.#verify(effect.ops);
      case "sign": {
        const signatures = effect.messages.map((message) => key.sign(message));
        // One worker signs, in order.
        this.#later(STEP_US, () => this.#step({ type: "signed", signatures, nowUs: this.#nowUs }));
        return;
      }
      case "store":
        return this.#store(effect);
      case "apply":
        return this.#apply(effect.updates);
      case "rebuild":
        return this.#rebuild(effect.code);
      case "peers":
        this.#peers = effect.peers;
        return;
      case "status":
    }
  }

  #verify(ops: readonly Op[]): void {
    const life = this.#life;
    this.#options.onAsync();
    void Promise.all(ops.map((op) => verifyOp(op, VERIFIER))).then((faults) => {
      if (life === this.#life)
        this.#later(STEP_US * ops.length, () => this.#step({ type: "verified", faults, nowUs: this.#nowUs }));
    });
  }

  #store({ change, token, isStrict }: EngineEffect & { readonly type: "store" }): void {
    this.#disk.change(change, isStrict, () => {
      for (const edit of this.#edits) if (edit.id === change.addOutbox?.id) edit.isStored = true;
      if (token !== null) this.#step({ type: "stored", token, nowUs: this.#nowUs });
    });
    if (!isStrict) return;
    this.onNextStrictStore?.();
    this.onNextStrictStore = null;
  }

  /** Nobody who was always let write is ever refused for good; who was not may lose what the log does not have. */
  #rebuild(code: string): void {
    const { oracle, tally, visitor } = this.#options;
    const ways = [visitor.user, visitor.link].filter((principal) => principal !== null);
    const everLost = ways.every((principal) => oracle.hasLost(principal));
    assertThat(everLost, "who may write is never refused for good", () => `${this.name}: ${code}`);
    tally.rebuilds += 1;
    this.#isRebuilding = true;
    this.#forgive();
    const life = this.#life;
    this.#disk.whenIdle(() => {
      if (life !== this.#life) return;
      this.#forgive();
      this.#close();
      this.#connection?.close("client", null);
      this.#connection = null;
      this.#disk.forget();
      this.open();
    });
  }

  /** What was refused need not turn up. */
  #forgive(): void {
    this.#edits = this.#edits.filter(({ update }) => this.#options.oracle.holds([update]));
  }

  #connect(): void {
    const { host, random } = this.#options;
    this.#attempt += 1;
    const attempt = this.#attempt;
    const goOn = (run: () => void): void => {
      this.#later(random.between(0, TICKET_US), () => {
        if (attempt === this.#attempt) run();
      });
    };
    const refuse = (code: string, isFinal: boolean): void =>
      this.#step({ type: "ticket_refused", code, isFinal, chance: random.next(), nowUs: this.#nowUs });
    goOn(() => {
      if (!this.isOnline || !host.isUp) return refuse("unreachable", false);
      this.#found((isThere) => {
        goOn(() => {
          if (!isThere || !this.isOnline || !host.isUp) return refuse("unreachable", false);
          this.#step({ type: "certificates", certificates: this.#options.certificates, nowUs: this.#nowUs });
          if (attempt !== this.#attempt) return;
          if (!host.mayEnter(this.visitor)) return refuse("not_found", true);
          this.#openSocket();
        });
      });
    });
  }

  #found(then: (isThere: boolean) => void): void {
    const { genesis, host } = this.#options;
    if (genesis === null || this.#hasFounded) return then(true);
    const life = this.#life;
    host.found(genesis.envelope, (result) => {
      assertThat(
        result === null || result === "created" || result === "same",
        "a genesis is taken, and taken again",
        () => JSON.stringify(result),
      );
      this.#hasFounded ||= result !== null;
      if (life === this.#life) then(result !== null);
    });
  }

  #openSocket(): void {
    const { host, random, tally } = this.#options;
    const life = this.#life;
    const isCurrent = (): boolean => life === this.#life && this.#connection === connection;
    const connection = host.connect(this.visitor, {
      onOpen: (nonce) => {
        if (isCurrent()) this.#step({ type: "socket_opened", nonce, nowUs: this.#nowUs });
      },
      onFrame: (frame) => {
        if (isCurrent()) this.#step({ type: "frame", frame, nowUs: this.#nowUs });
      },
      onClosed: (reason) => {
        if (!isCurrent()) return;
        this.#connection = null;
        this.#step({ type: "socket_closed", reason, chance: random.next(), nowUs: this.#nowUs });
      },
    });
    this.#connection = connection;
    tally.connects += 1;
  }

  #send(frame: Uint8Array): void {
    const message = decodeUp(frame);
    if (message.type === "ops") for (const envelope of message.envelopes) this.#checkOwn(decodeOp(envelope, sha256));
    assertThat(
      message.type !== "ops" || message.envelopes.length <= MAX_IN_FLIGHT_OPS,
      "a client keeps to the limit of ops in flight",
    );
    this.#connection?.send("server", frame);
  }

  #checkOwn(op: Op): void {
    const { noteId } = this.#options;
    assertThat(equalBytes(op.docId.subarray(0, 16), noteIdBytes(noteId)), "an op is for this note");
    const before = this.#signed.get(op.ctr);
    const opId = toHex(op.opId);
    assertThat(
      before === undefined || before === opId,
      "a device says one thing at each of its counters",
      () => `${this.name} at ${op.ctr}`,
    );
    this.#signed.set(op.ctr, opId);
  }
}

function mergeUpdates(updates: readonly Uint8Array[]): Uint8Array {
  const [only] = updates;
  return updates.length === 1 && only !== undefined ? only : Y.mergeUpdates([...updates]);
}
