// The user's private log on this device: what the user keeps for themselves and finds on every device. It is a note's replica
// without the note: the same engine, store, tabs and wire around a log whose content is one register set.
import { sha256 } from "@reed/crypto";
import {
  META_BUCKET,
  type PrivateRegisters,
  privateRegisters,
  type PrivateRegisterWrites,
  type RegisterState,
} from "@reed/log";
import { loadDocument, stateHash } from "@reed/text";
import { type SaveFacts, type SaveState, saveStateOf, UNKNOWN_FACTS } from "../engine/save-state.ts";
import { NO_SOURCE, type Source, toldSource } from "../note-buckets.ts";
import { type LeaderPorts, type LogRecord, NoteLeader } from "../note-leader.ts";
import { foldPending } from "../registers/fold-pending.ts";
import { TabChannel, type TabMessage } from "../tabs/channel.ts";
import { type Leadership, seekLead } from "../tabs/leadership.ts";
import type { FeedListener } from "./feed-listener.ts";
import { findLog } from "./find-log.ts";
import { isInLog, type Lost, OwnWrites } from "./own-writes.ts";
import { PrivateEntrance } from "./private-entrance.ts";
import type { PrivateLogServer } from "./private-log-server.ts";
import { repeatAt } from "../registers/repeat.ts";

type Facts = Omit<SaveFacts, "keeps">;

export interface PrivateLogOptions extends LeaderPorts {
  readonly server: PrivateLogServer;
  /** Whether other tabs of this device may have it open. */
  readonly sharesDevice: boolean;
}

export interface PrivateLogStatus {
  readonly save: SaveState;
  /** "memory": nothing survives this window. */
  readonly keeps: "device" | "memory";
  /** A closed error code of wire or API, as of a note. */
  readonly problem: string | null;
  /** The server's registers were read, now or before. */
  readonly isLoaded: boolean;
  /** Writes that the server would not take since this was opened; what they said is gone. */
  readonly refused: number;
}

export class PrivateLog {
  readonly #options: PrivateLogOptions;
  readonly #entrance: PrivateEntrance;
  readonly #listeners = new Set<() => void>();
  readonly #closing = new AbortController();
  readonly #own = new OwnWrites();
  /** Written here and with no leader yet: none is known, or it is in another tab. */
  #waiting: readonly Uint8Array[] = [];
  #channel: TabChannel | null = null;
  #leadership: Leadership | null = null;
  #leader: NoteLeader | null = null;
  /** As the leader in another tab told it. */
  #told: Source = NO_SOURCE;
  #facts: Facts = UNKNOWN_FACTS;
  #keeps: "device" | "memory";
  #lastUs = 0;
  #refused = 0;
  #feed: FeedListener | null = null;
  #registers: PrivateRegisters | null = null;
  #status: PrivateLogStatus | null = null;
  readonly #opened: Promise<void>;

  /** Opens what the device has, and goes for the server; makes the device's guest where there is none. */
  constructor(options: PrivateLogOptions) {
    this.#options = options;
    this.#keeps = options.store.keeps;
    this.#entrance = new PrivateEntrance(options.identity, options.server);
    this.#opened = this.#open();
  }

  /** Everything that is set, what this device has not sent yet included. The same object until something changes. */
  read(): PrivateRegisters {
    this.#registers ??= privateRegisters.read(this.#state());
    return this.#registers;
  }

  /** Sets what is named; null takes a value away. RangeError for what no replica would take. */
  set(writes: PrivateRegisterWrites): void {
    const timeUs = privateRegisters.nextTimeUs(this.#state(), this.#lastUs, this.#entrance.nowUs());
    const payload = privateRegisters.write(writes, timeUs);
    this.#lastUs = timeUs;
    if (this.#leader !== null) return this.#write(this.#leader, payload);
    this.#waiting = [...this.#waiting, payload];
    this.#channel?.post({ type: "write", bucket: META_BUCKET, payload });
    this.#changed();
  }

  status(): PrivateLogStatus {
    this.#status ??= this.#makeStatus();
    return this.#status;
  }

  /** Calls back after every change of registers or status; the result unsubscribes. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What comes over the socket besides the log goes to `listener`. */
  listenToFeed(listener: FeedListener): void {
    this.#feed = listener;
    if (this.#leader?.facts.link === "live") listener.onGreeted();
  }

  /** Whether what the server says is heard in this tab, or in the one that leads. */
  get isConnected(): boolean {
    return this.#facts.link === "live";
  }

  /** Asks for something besides the log; nothing is said where another tab leads. */
  say(frame: Uint8Array): void {
    this.#leader?.say(frame);
  }

  /** Sends what is waiting, now. */
  flush(): void {
    if (this.#leader === null) this.#channel?.post({ type: "flush" });
    else this.#leader.flush();
  }

  /** The person has read that the log was restored, and goes on with what the server has. */
  confirmRestore(): void {
    if (this.#leader === null) this.#channel?.post({ type: "confirm_restore" });
    else this.#leader.confirmRestore();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#listeners.clear();
    await this.#opened;
    await this.#leader?.close();
    this.#leadership?.release();
    this.#channel?.close();
  }

  async #open(): Promise<void> {
    const { identity, onNetwork, sharesDevice } = this.#options;
    const { signal } = this.#closing;
    const found = identity.privateLog ?? (await findLog(this.#entrance, onNetwork, signal));
    if (typeof found === "string") return this.#factsChanged({ ...UNKNOWN_FACTS, link: "away", problem: found });
    if (found === null) return;
    const record: LogRecord = { noteId: found.noteId, docId: found.docId, role: "owner" };
    if (!sharesDevice) return this.#lead(record);
    if (signal.aborted) return;
    this.#channel = new TabChannel(record.noteId, (message) => this.#hear(message, this.#leader));
    this.#channel.post({ type: "join", from: "" });
    this.#leadership = seekLead(record.noteId, () => void this.#lead(record));
  }

  async #lead(record: LogRecord): Promise<void> {
    const leader = await NoteLeader.open(record, this.#entrance, this.#options, {
      onUpdates: nothing,
      onSnapshot: nothing,
      onRebase: () => null,
      onHash: hashOfNoText,
      onBuckets: () => this.#registersChanged(),
      onRefused: () => this.#registersChanged(),
      onPeers: nothing,
      onStatus: () => this.#factsChanged(leader.facts),
      onStored: nothing,
      feed: { onGreeted: () => this.#feed?.onGreeted(), onFeed: (frame) => this.#feed?.onFeed(frame) },
      onRebuild: () => void leader.close().then(() => this.#lead(record)),
      onStoreFailed: () => {
        this.#keeps = "memory";
        this.#changed();
      },
    });
    this.#leader = leader;
    this.#own.clear();
    leader.pending(META_BUCKET).forEach((payload) => this.#own.add(payload));
    const waiting = this.#waiting;
    this.#waiting = [];
    waiting.forEach((payload) => this.#writeOnce(leader, payload));
    // Closed meanwhile: what was written is kept, and nothing else is begun.
    if (this.#closing.signal.aborted) return leader.close();
    this.#factsChanged(leader.facts);
    this.#registersChanged();
    leader.start();
  }

  #write(leader: NoteLeader, payload: Uint8Array, isRepeat = false): void {
    this.#own.add(payload, isRepeat);
    leader.write(META_BUCKET, payload);
  }

  /** What another tab wrote, or this one before it led; it may have come already. */
  #writeOnce(leader: NoteLeader, payload: Uint8Array): void {
    if (!this.#own.has(payload) && !isInLog(payload, this.#logState(), this.#device)) this.#write(leader, payload);
  }

  #registersChanged(): void {
    const leader = this.#leader;
    if (leader !== null) {
      const pending = leader.pending(META_BUCKET);
      const lost = this.#own.settle(pending, this.#logState(), this.#device);
      // Not inside the engine's step, which this may be.
      if (lost.length > 0) queueMicrotask(() => this.#repeat(leader, lost));
      this.#tell(leader);
    }
    this.#changed();
  }

  /** Refused: most likely for its time, by a device whose clock was ahead before it heard the server's. It is said again, once. */
  #repeat(leader: NoteLeader, lost: readonly Lost[]): void {
    if (this.#leader !== leader || this.#closing.signal.aborted) return;
    const nowUs = this.#entrance.nowUs();
    this.#lastUs = Math.min(this.#lastUs, nowUs);
    for (const { payload, isRepeat } of lost) {
      const repeat = isRepeat ? null : repeatAt(payload, this.#nextUs(nowUs));
      if (repeat === null) this.#refused += 1;
      else this.#write(leader, repeat, true);
    }
    this.#changed();
  }

  #nextUs(nowUs: number): number {
    return (this.#lastUs = privateRegisters.nextTimeUs(this.#logState(), this.#lastUs, nowUs));
  }

  #factsChanged(facts: Facts): void {
    this.#facts = facts;
    this.#channel?.post({ type: "facts", facts, peers: new Map() });
    this.#changed();
  }

  // Tabs

  #tell(leader: NoteLeader): void {
    const pending = new Map([[META_BUCKET, leader.pending(META_BUCKET)]]);
    this.#channel?.post({ type: "buckets", ledger: leader.ledger?.save() ?? null, pending });
  }

  #hear(message: TabMessage, leader: NoteLeader | null): void {
    switch (message.type) {
      case "join":
        if (leader === null) return;
        this.#tell(leader);
        return this.#factsChanged(leader.facts);
      case "write":
        if (leader !== null && message.bucket === META_BUCKET) this.#writeOnce(leader, message.payload);
        return;
      case "flush":
        return leader?.flush();
      case "confirm_restore":
        return leader?.confirmRestore();
      case "buckets":
        if (leader === null) this.#follow(toldSource(message));
        return;
      case "facts":
        if (leader !== null) return;
        this.#facts = message.facts;
        return this.#changed();
      default:
    }
  }

  /** What the leader has not heard of, it is told again: a leader may have died with it. */
  #follow(told: Source): void {
    this.#told = told;
    const known = new OwnWrites();
    told.pending(META_BUCKET).forEach((payload) => known.add(payload));
    const log = this.#logState();
    this.#waiting = this.#waiting.filter((payload) => !known.has(payload) && !isInLog(payload, log, this.#device));
    for (const payload of this.#waiting) this.#channel?.post({ type: "write", bucket: META_BUCKET, payload });
    this.#changed();
  }

  // What is shown

  get #device(): Uint8Array {
    return this.#options.identity.key.publicKey;
  }

  get #source(): Source {
    return this.#leader ?? this.#told;
  }

  #logState(): RegisterState {
    return foldPending(privateRegisters, this.#source.ledger, []);
  }

  #state(): RegisterState {
    const source = this.#source;
    return foldPending(privateRegisters, source.ledger, [...source.pending(META_BUCKET), ...this.#waiting]);
  }

  #makeStatus(): PrivateLogStatus {
    const facts: SaveFacts = {
      ...this.#facts,
      unacked: this.#facts.unacked + this.#waiting.length,
      unstored: this.#facts.unstored + this.#waiting.length,
      keeps: this.#keeps,
    };
    const { keeps, problem, isOnServer } = facts;
    return { save: saveStateOf(facts), keeps, problem, isLoaded: isOnServer, refused: this.#refused };
  }

  #changed(): void {
    this.#registers = null;
    this.#status = null;
    for (const listener of this.#listeners) listener();
  }
}

function nothing(): void {}

/** What a snapshot of a log without a text says of it. */
function hashOfNoText(): Uint8Array {
  const doc = loadDocument(null);
  const hash = stateHash(doc, sha256);
  doc.destroy();
  return hash;
}
