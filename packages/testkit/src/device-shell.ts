// What stands around the engine on a device, as the product's own shell does: it carries out effects with a Yjs document, a disk
// and the line to the server, and feeds the results back. One life of it ends in a crash, a rebuild or with its tab.
import { equalBytes } from "@reed/bytes";
import { type Op, type Snapshot, TEXT_BUCKET, verifyOp } from "@reed/log";
import { Engine, type EngineEffect, type EngineEvent } from "@reed/sync/engine";
import { encodeDocument, textOf } from "@reed/text";
import * as Y from "yjs";
import type { DeviceOptions } from "./device-options.ts";
import { DeviceDisk } from "./device-disk.ts";
import { DeviceDocument } from "./device-document.ts";
import { DeviceLine, type Untimed } from "./device-line.ts";
import { DevicePromises } from "./device-promises.ts";
import { foldDisk } from "./fold-disk.ts";
import { FAKE_VERIFIER, sha256 } from "./keys.ts";
import { assertThat } from "./violation.ts";

const STEP_US = 400;
const MOST_CLOCK_ERROR_US = 5 * 3600 * 1e6;

export class DeviceShell {
  readonly disk: DeviceDisk;
  readonly line: DeviceLine;
  readonly promises: DevicePromises;
  readonly #options: DeviceOptions;
  readonly #onStep: () => void;
  #engine: Engine | null = null;
  #document: DeviceDocument | null = null;
  #cancelTimer: () => void = () => undefined;
  #clockErrorUs = 0;
  #life = 0;
  #nextEditId = 1;
  #isRebuilding = false;
  #cause: EngineEvent["type"] | null = null;
  #hasRebased = false;
  /** What the life before showed last. */
  #lastText = "";
  /** Its document was changed behind its back. */
  #isSpoiled = false;
  #peers: ReadonlyMap<number, Uint8Array> = new Map();
  /** Its program is of the first release. */
  isOld: boolean;
  /** Called once, when the device next asks its disk for something that matters. */
  onNextStrictStore: (() => void) | null = null;

  /** `onStep` is called after each step of the engine. */
  constructor(options: DeviceOptions, onStep: () => void) {
    const { name, key, oracle, marks, random, scheduler, times, genesis } = options;
    this.#options = options;
    this.#onStep = onStep;
    this.isOld = options.isOld;
    this.disk = new DeviceDisk(scheduler, random.fork("disk"), times);
    this.promises = new DevicePromises(name, key.publicKey, oracle, marks);
    this.line = new DeviceLine({
      ...options,
      genesis: genesis?.envelope ?? null,
      isOld: () => this.isOld,
      onEvent: (event) => this.happen(event),
    });
  }

  get engine(): Engine | null {
    return this.#engine;
  }

  get document(): DeviceDocument | null {
    return this.#document;
  }

  get text(): string {
    return this.#document?.text ?? "";
  }

  get peers(): ReadonlyMap<number, Uint8Array> {
    return this.#peers;
  }

  get isRebuilding(): boolean {
    return this.#isRebuilding;
  }

  /** By this device's own clock. */
  get nowUs(): number {
    return Math.round(this.#options.scheduler.nowUs + this.#clockErrorUs);
  }

  /** Opens the note on what the disk kept; nothing happens yet. */
  open(): void {
    const { random, noteId, key, genesis, tally, checkpointOps, receiptEveryBytes } = this.#options;
    this.#clockErrorUs = random.chance(0.4) ? random.between(-MOST_CLOCK_ERROR_US, MOST_CLOCK_ERROR_US) : 0;
    const stored = this.disk.load();
    const wire = this.isOld ? { lowest: 1, highest: 1 } : undefined;
    const options = { noteId, device: key.publicKey, sha256, mergeUpdates, wire, checkpointOps, receiptEveryBytes };
    const engine = new Engine(options, { ...stored, docId: genesis?.docId ?? null, role: null });
    this.#engine = engine;
    this.#isSpoiled = false;
    this.#nextEditId = Math.max(0, ...stored.outbox.map(({ id }) => id)) + 1;
    const lost = this.promises.forgetUnstored();
    tally.editsLost += lost;
    this.#bindDocument(engine.opening.document, engine.opening.updates);
    if (lost > 0) this.#options.marks.changed(this.#lastText, this.text);
  }

  /** Shows itself and goes for the server. */
  start(): void {
    this.happen({ type: "presence", payload: this.#options.random.bytes(4) });
    this.happen({ type: "connect_wanted" });
  }

  /** This life is over; the disk still does what it was asked for. */
  close(): void {
    this.#engine = null;
    this.#isRebuilding = false;
    this.#life += 1;
    this.line.end();
    this.#cancelTimer();
    this.#lastText = this.text;
    this.#document?.destroy();
    this.#document = null;
  }

  happen(event: Untimed<EngineEvent>): void {
    const engine = this.#engine;
    if (engine === null) return;
    const life = this.#life;
    this.#cause = event.type;
    for (const effect of engine.step({ ...event, nowUs: this.nowUs })) {
      if (life === this.#life) this.#carryOut(effect);
    }
    this.#onStep();
  }

  /** An entry for a bucket; returns its id in the outbox. */
  write(bucket: string, payload: Uint8Array): void {
    this.happen({ type: "edited", id: this.#nextEditId++, bucket, payload });
  }

  /** The id that the next entry gets. */
  get nextEditId(): number {
    return this.#nextEditId;
  }

  /** Something eats a part of the document and tells nobody; whether there was something to eat. */
  spoil(): boolean {
    const isEaten = this.#document?.spoil() === true;
    this.#isSpoiled ||= isEaten;
    return isEaten;
  }

  #bindDocument(base: Uint8Array | null, updates: readonly Uint8Array[]): void {
    const life = this.#life;
    const document: DeviceDocument = new DeviceDocument(this.#options.random, base, updates, (update) => {
      if (life !== this.#life || this.#document !== document) return;
      this.#options.tally.edits += 1;
      this.promises.made(this.#nextEditId, document, update);
      this.write(TEXT_BUCKET, update);
    });
    this.#document = document;
  }

  /** Does `run` later, unless this life is over by then. */
  #later(delayUs: number, run: () => void): () => void {
    const life = this.#life;
    return this.#options.scheduler.after(delayUs, () => {
      if (life === this.#life) run();
    });
  }

  #carryOut(effect: EngineEffect): void {
    switch (effect.type) {
      case "connect":
        return this.line.connect();
      case "disconnect":
        return this.line.hangUp();
      case "send":
        return this.line.send(effect.frame);
      case "set_timer":
        this.#cancelTimer();
        this.#cancelTimer = this.#later(effect.atUs - this.nowUs, () => this.happen({ type: "timer" }));
        return;
      case "verify":
        return this.#verify(effect.ops);
      case "sign": {
        const signatures = effect.messages.map((message) => this.#options.key.sign(message));
        // One worker signs, in order.
        this.#later(STEP_US, () => this.happen({ type: "signed", signatures }));
        return;
      }
      case "store":
        return this.#store(effect);
      case "apply":
        return this.#document?.apply(effect.updates);
      case "fetch_snapshot":
        return this.line.fetchSnapshot();
      case "load":
        return this.#document?.load(effect.snapshot.document);
      case "rebase":
        return this.#rebase(effect.snapshot, effect.beforeSeq);
      case "make_checkpoint":
        return this.#makeCheckpoint(effect.at.seq);
      case "check_state":
        return this.#checkState(effect.stateHash);
      case "rebuild":
        return this.#rebuild(effect.code);
      case "refused":
        return this.#refused(effect.code);
      case "peers":
        this.#peers = effect.peers;
        return;
      case "buckets":
      case "status":
    }
  }

  #rebase(snapshot: Snapshot, beforeSeq: number): void {
    const { tally, marks, oracle, name } = this.#options;
    const wasLost = oracle.wasLost(this.#engine?.ledger?.head.chain ?? new Uint8Array());
    const isAsked = !wasLost || this.#cause === "restore_confirmed";
    assertThat(isAsked, "nobody goes on after a restore before the person has read of it", () => name);
    this.#hasRebased = true;
    this.#whenStored(() => {
      const document = this.#document;
      if (document === null) return;
      tally.rebases += 1;
      const before = foldDisk(this.disk.load(), beforeSeq);
      const { text } = document;
      const { update, rebased } = document.rebase(snapshot.document, before === null ? text : textOf(before));
      // What it had read can't be told from what it wrote: the rest becomes a draft.
      if (before === null) marks.changed(text, rebased);
      this.promises.part(rebased);
      document.destroy();
      this.#bindDocument(snapshot.document, update === null ? [] : [update]);
      this.happen({ type: "rebased", id: this.#nextEditId++, update });
    });
  }

  #makeCheckpoint(seq: number): void {
    this.#whenStored(() => {
      const doc = foldDisk(this.disk.load(), seq);
      if (doc === null) return;
      this.#options.tally.checkpoints += 1;
      this.happen({ type: "checkpoint_made", document: encodeDocument(doc) });
    });
  }

  #checkState(stateHash: Uint8Array): void {
    const { tally, name } = this.#options;
    const isSame = equalBytes(this.#document?.hash() ?? new Uint8Array(), stateHash);
    tally.statesChecked += 1;
    assertThat(isSame || this.#isSpoiled, "replicas do not diverge by themselves", () => name);
    this.#later(STEP_US, () => this.happen({ type: "state_checked", isSame }));
  }

  /** Runs `then` when everything asked of the disk so far has ended, unless this life is over by then. */
  #whenStored(then: () => void): void {
    const life = this.#life;
    this.disk.whenIdle(() => {
      if (life === this.#life) then();
    });
  }

  #verify(ops: readonly Op[]): void {
    const life = this.#life;
    this.#options.onAsync();
    void Promise.all(ops.map((op) => verifyOp(op, FAKE_VERIFIER))).then((faults) => {
      if (life === this.#life) this.#later(STEP_US * ops.length, () => this.happen({ type: "verified", faults }));
    });
  }

  #store({ change, token, isStrict }: EngineEffect & { readonly type: "store" }): void {
    const life = this.#life;
    this.disk.change(change, isStrict, () => {
      if (change.addOutbox !== undefined) this.promises.stored(change.addOutbox.id);
      if (token !== null && life === this.#life) this.happen({ type: "stored", token });
    });
    if (!isStrict) return;
    this.onNextStrictStore?.();
    this.onNextStrictStore = null;
  }

  /** Whether there was ever a time when this device could not write. */
  get #everLost(): boolean {
    const { oracle, visitor } = this.#options;
    return [visitor.user, visitor.link].every((principal) => principal === null || oracle.hasLost(principal));
  }

  #refused(code: string): void {
    assertThat(this.#everLost, "who may write is never refused an entry", () => `${this.#options.name}: ${code}`);
    this.promises.forgive();
  }

  /**
   * Nobody who was always let write is ever refused for good; who was not may lose what the log does not have. A document that is
   * not what the log makes is put by, and the note opened on what the disk has.
   */
  #rebuild(code: string): void {
    const { tally, name, marks } = this.#options;
    const isDivergence = code === "diverged";
    // What a device has to say again after a restore may be more than an op holds.
    const isExcused = this.#everLost || (this.#hasRebased && code === "op_body_size");
    assertThat(isDivergence || isExcused, "who may write is never refused for good", () => `${name}: ${code}`);
    if (isDivergence) tally.divergences += 1;
    else tally.rebuilds += 1;
    this.#isRebuilding = true;
    const { text } = this;
    if (!isDivergence) this.promises.forgive();
    this.#whenStored(() => {
      if (!isDivergence) this.promises.forgive();
      this.close();
      this.line.hangUp();
      this.disk.forget();
      this.open();
      if (!isDivergence) marks.changed(text, this.text);
      this.start();
    });
  }
}

function mergeUpdates(updates: readonly Uint8Array[]): Uint8Array {
  const [only] = updates;
  return updates.length === 1 && only !== undefined ? only : Y.mergeUpdates([...updates]);
}
