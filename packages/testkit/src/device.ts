// A device with one note open. It may crash at any moment and comes back with what its disk kept and a new Yjs clientID; another tab
// may take over while its disk still works; its program may be of the first release until it is updated. What people do at it is
// here, and what must hold of it.
import { can } from "@reed/access";
import { decodeUtf8, equalBytes } from "@reed/bytes";
import { META_BUCKET } from "@reed/log";
import type { Visitor } from "@reed/room";
import type { Engine } from "@reed/sync/engine";
import { DeviceBuckets, bucketsOf, ROLL_BUCKET } from "./device-buckets.ts";
import type { DeviceOptions } from "./device-options.ts";
import { DeviceShell } from "./device-shell.ts";
import type { Connection } from "./network.ts";
import { assertThat } from "./violation.ts";

export class Device {
  readonly name: string;
  readonly visitor: Visitor;
  readonly #options: DeviceOptions;
  readonly #shell: DeviceShell;
  readonly #buckets: DeviceBuckets;
  #isHandingOver = false;
  /** It was closed when the log was begun anew: what it will show first is owed. */
  #partsAtOpen = false;
  #checkedHead = 0;

  constructor(options: DeviceOptions) {
    this.name = options.name;
    this.visitor = options.visitor;
    this.#options = options;
    this.#shell = new DeviceShell(options, () => this.check());
    this.#buckets = new DeviceBuckets(options.random.fork("buckets"));
  }

  /** A frame to it was changed on the way. */
  get wasTampered(): boolean {
    return this.#shell.line.wasTampered;
  }

  set wasTampered(is: boolean) {
    this.#shell.line.wasTampered = is;
  }

  get isOpen(): boolean {
    return this.engine !== null || this.#isHandingOver;
  }

  get isOnline(): boolean {
    return this.#shell.line.isOnline;
  }

  get engine(): Engine | null {
    return this.#shell.engine;
  }

  get connection(): Connection | null {
    return this.#shell.line.connection;
  }

  get peers(): ReadonlyMap<number, Uint8Array> {
    return this.#shell.peers;
  }

  set onNextStrictStore(run: () => void) {
    this.#shell.onNextStrictStore = run;
  }

  /** Opens the note on what the disk kept. */
  open(): void {
    if (this.isOpen) return;
    this.#shell.open();
    this.#checkedHead = 0;
    if (this.#partsAtOpen) this.#shell.promises.part(this.#shell.text);
    this.#partsAtOpen = false;
    this.#shell.start();
  }

  crash(): void {
    if (this.engine === null) return;
    this.#options.tally.deviceCrashes += 1;
    this.#shell.close();
    this.#shell.disk.crash();
    this.#shell.line.vanish();
  }

  /** Another tab of the device takes over: it waits for what this one asked of the disk, and for nothing else of it. */
  handOver(): void {
    if (this.engine === null) return;
    this.#options.tally.handOvers += 1;
    this.flush();
    this.#shell.close();
    this.#shell.line.hangUp();
    this.#isHandingOver = true;
    this.#shell.disk.whenIdle(() => {
      this.#isHandingOver = false;
      this.open();
    });
  }

  /** Where its program is too old to go on, the person updates it. */
  update(): void {
    const problem = this.engine?.facts.problem ?? null;
    if (!this.#shell.isOld || problem === null) return;
    this.#shell.isOld = false;
    this.#options.tally.updated += 1;
    this.handOver();
  }

  /** The world is over. */
  end(): void {
    if (this.engine !== null) this.#shell.close();
  }

  goOffline(): void {
    this.#shell.line.isOnline = false;
    this.connection?.kill();
  }

  goOnline(): void {
    this.#shell.line.isOnline = true;
    this.wake();
  }

  wake(): void {
    this.#shell.happen({ type: "connect_wanted" });
  }

  /** Whoever was refused at the door tries again when they hear that they were let in. */
  knock(): void {
    if (this.engine?.facts.problem === "not_found") this.wake();
  }

  flush(): void {
    this.#shell.happen({ type: "flush_wanted" });
  }

  present(): void {
    const { random } = this.#options;
    this.#shell.happen({ type: "presence", payload: random.bytes(random.below(12)) });
  }

  /** Asks the server what the text hashes to, as it does once a day. */
  compare(): void {
    if (this.engine?.facts.link === "live") this.#shell.line.fetchState();
  }

  /** The person goes on after a restore. */
  confirmRestore(): void {
    this.#shell.happen({ type: "restore_confirmed" });
  }

  /** Whether the interface would let somebody type. */
  get mayType(): boolean {
    if (this.engine === null) return false;
    const { role } = this.engine.facts;
    return role === null ? this.#options.genesis !== null : can(role, "write_text");
  }

  type(text: string): void {
    this.#shell.document?.type(text);
  }

  erase(): void {
    this.#byHand(() => this.#shell.document?.erase());
  }

  undo(): void {
    this.#byHand(() => {
      if (this.#shell.document?.undo() === true) this.#options.tally.undos += 1;
    });
  }

  /** Changes a setting, or says something in the roll. */
  write(): void {
    const ledger = this.engine?.ledger ?? null;
    if (ledger === null || !ledger.isFounded) return;
    this.#options.tally.entries += 1;
    if (this.#options.random.chance(0.6))
      return this.#shell.write(META_BUCKET, this.#buckets.setting(ledger, this.#shell.nowUs));
    const saying = this.#buckets.saying();
    this.#shell.promises.said(this.#shell.nextEditId, decodeUtf8(saying));
    this.#shell.write(ROLL_BUCKET, saying);
  }

  /** Something eats a part of the document and tells nobody. A program or server of the first release never notices. */
  spoil(): void {
    if (this.#shell.isOld || this.#options.host.speaks === 1) return;
    this.#byHand(() => {
      if (this.#shell.spoil()) this.#options.tally.spoiled += 1;
    });
  }

  /** Somebody begins the log anew: what this device has sent may be gone, and is written again if it has the text. */
  partWithServer(): void {
    this.#shell.promises.part(this.#shell.text);
    this.#partsAtOpen ||= this.engine === null;
    this.#checkedHead = 0;
  }

  /** What must hold at any moment. */
  check(): void {
    const { engine } = this;
    if (engine === null || this.#isParted) return;
    const head = engine.ledger?.head ?? null;
    if (head !== null && head.seq !== this.#checkedHead) {
      const chain = this.#options.oracle.chainAt(head.seq);
      const isSame = chain !== null && equalBytes(chain, head.chain);
      assertThat(isSame, "a replica's log is the server's log", () => `${this.name} at ${head.seq}`);
      this.#checkedHead = head.seq;
    }
    const { unacked, link, problem } = engine.facts;
    const isSaved = unacked === 0 && link === "live" && problem === null;
    if (isSaved && !this.#shell.isRebuilding) this.#shell.promises.assertSaved();
  }

  /** What must hold once everything has come to rest. */
  checkAtRest(): void {
    const { oracle } = this.#options;
    const { engine } = this;
    const { rows, checkpoint, outbox, inFlight } = this.#shell.disk.load();
    const state = (...more: readonly string[]): string =>
      [
        `${this.name}: ${JSON.stringify(engine?.facts)}, head ${engine?.ledger?.head.seq} of ${oracle.headSeq}`,
        `keeps ${checkpoint?.at.seq ?? 0}+${rows.length}, ${outbox.length} edits, ${inFlight.length} ops`,
        ...more,
      ].join("\n");
    const isBack = engine !== null && engine.facts.link === "live" && engine.ledger !== null;
    assertThat(isBack, "everybody who has access comes back", state);
    assertThat(engine.ledger.head.seq === oracle.headSeq, "everybody reads to the end of the log", state);
    this.check();
    const isKept = rows.every(({ envelope, seq }) => {
      const bytes = oracle.rows[seq - 1]?.envelope;
      return bytes !== undefined && equalBytes(envelope, bytes);
    });
    assertThat(isKept, "a replica keeps the bytes that the server keeps", state);
    const folded = bucketsOf(engine.ledger);
    const { outcome } = oracle.buckets;
    assertThat(folded === outcome, "everybody folds the other buckets alike", () => state(folded, outcome));
    if (!can(engine.facts.role, "write_text")) return;
    assertThat(engine.facts.unacked === 0, "nothing is left to send", state);
    assertThat(outbox.length === 0 && inFlight.length === 0, "nothing is left in the store", state);
    this.#shell.promises.assertHeld();
    const { text } = this.#shell;
    const texts = (): string => state(JSON.stringify(text), JSON.stringify(oracle.text));
    assertThat(text === oracle.text, "everybody has the text that the log makes", texts);
  }

  /** The server was put back since, or the text begun anew, and this device has not gone on with it yet. */
  get #isParted(): boolean {
    const { oracle } = this.#options;
    const ledger = this.engine?.ledger ?? null;
    if (ledger === null) return false;
    return oracle.wasLost(ledger.head.chain) || ledger.generations.length !== oracle.generations.length;
  }

  /** The text changes by this device alone: what is gone then was meant to go. */
  #byHand(change: () => void): void {
    const before = this.#shell.text;
    change();
    this.#options.marks.changed(before, this.#shell.text);
  }
}
