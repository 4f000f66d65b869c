// What a device keeps, as IndexedDB keeps it: changes are atomic and end in order. A strict one is on the disk when it ends; a
// relaxed one may be lost in a crash after it ended, and one that had not ended may have been kept: a crash keeps some prefix
// that reaches at least to the last strict change that ended.
import { assertContinues, type LogRow } from "@reed/log";
import type { Checkpoint, OutboxEntry, StoreChange, StoredInFlight } from "@reed/sync/engine";
import type { Random } from "./prng.ts";
import type { Scheduler } from "./scheduler.ts";

interface Waiting {
  readonly change: StoreChange;
  readonly isStrict: boolean;
  readonly done: () => void;
}

export interface DeviceTimes {
  /** Longest time that a change takes, µs. */
  readonly storeUs: number;
}

export interface DiskContent {
  readonly checkpoint: Checkpoint | null;
  /** What follows the checkpoint. */
  readonly rows: readonly LogRow[];
  readonly outbox: readonly OutboxEntry[];
  readonly inFlight: readonly StoredInFlight[];
  readonly ctr: number;
}

export class DeviceDisk {
  readonly #scheduler: Scheduler;
  readonly #random: Random;
  readonly #times: DeviceTimes;
  #checkpoint: Checkpoint | null = null;
  #rows: LogRow[] = [];
  readonly #outbox = new Map<number, OutboxEntry>();
  readonly #inFlight = new Map<string, StoredInFlight>();
  #ctr = 0;
  /** Ended, but perhaps not on the disk. */
  #relaxed: StoreChange[] = [];
  #waiting: Waiting[] = [];
  #lastAtUs = 0;
  #life = 0;

  constructor(scheduler: Scheduler, random: Random, times: DeviceTimes) {
    this.#scheduler = scheduler;
    this.#random = random;
    this.#times = times;
  }

  change(change: StoreChange, isStrict: boolean, done: () => void): void {
    const life = this.#life;
    this.#waiting.push({ change, isStrict, done });
    const delayUs = this.#random.between(0, this.#random.chance(0.1) ? this.#times.storeUs * 10 : this.#times.storeUs);
    this.#lastAtUs = Math.max(this.#lastAtUs, this.#scheduler.nowUs + delayUs);
    this.#scheduler.at(this.#lastAtUs, () => {
      if (life === this.#life) this.#end();
    });
  }

  /** Runs `then` when everything asked for so far has ended. */
  whenIdle(then: () => void): void {
    this.change({}, false, then);
  }

  /** Everything that ended. */
  load(): DiskContent {
    this.#flush(this.#relaxed.length);
    const outbox = [...this.#outbox.values()].toSorted((a, b) => a.id - b.id);
    const inFlight = [...this.#inFlight.values()];
    return { checkpoint: this.#checkpoint, rows: [...this.#rows], outbox, inFlight, ctr: this.#ctr };
  }

  crash(): void {
    const undecided = [...this.#relaxed, ...this.#waiting.map(({ change }) => change)];
    this.#relaxed = undecided;
    this.#flush(this.#random.below(undecided.length + 1));
    this.forget();
  }

  /** Drops what has not ended and what was not flushed. */
  forget(): void {
    this.#relaxed = [];
    this.#waiting = [];
    this.#life += 1;
  }

  #end(): void {
    const ended = this.#waiting.shift();
    if (ended === undefined) return;
    this.#relaxed.push(ended.change);
    if (ended.isStrict) this.#flush(this.#relaxed.length);
    ended.done();
  }

  #flush(count: number): void {
    for (const change of this.#relaxed.splice(0, count)) this.#apply(change);
  }

  #apply(change: StoreChange): void {
    const { checkpoint } = change;
    if (change.dropRows === true) this.#rows = [];
    if (checkpoint !== undefined) {
      this.#checkpoint = checkpoint;
      this.#rows = this.#rows.filter(({ seq }) => seq > checkpoint.at.seq);
    }
    if (change.rows !== undefined) {
      assertContinues(change.rows, this.#rows.at(-1)?.seq ?? this.#checkpoint?.at.seq ?? 0);
      this.#rows.push(...change.rows);
    }
    if (change.addOutbox !== undefined) this.#outbox.set(change.addOutbox.id, change.addOutbox);
    for (const id of change.removeOutbox ?? []) this.#outbox.delete(id);
    for (const item of change.addInFlight ?? []) this.#inFlight.set(item.key, item);
    for (const key of change.removeInFlight ?? []) this.#inFlight.delete(key);
    this.#ctr = Math.max(this.#ctr, change.ctr ?? 0);
  }
}
