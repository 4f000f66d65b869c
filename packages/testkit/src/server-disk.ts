// The object's storage. A write is pending until its commit; a crash keeps exactly the committed prefix. The output gate holds
// whatever is sent while writes are pending until they are committed, and loses it with them.
import { assertContinues, type LogRow, type SyncLogStore } from "@reed/log";
import type { Random } from "./prng.ts";
import type { Scheduler } from "./scheduler.ts";

interface Gated {
  readonly afterWrite: number;
  readonly go: () => void;
}

export class ServerDisk {
  readonly #scheduler: Scheduler;
  readonly #random: Random;
  readonly #slowUs: number;
  readonly #onCommit: (rows: readonly LogRow[]) => void;
  #rows: LogRow[] = [];
  #committedRows = 0;
  #writes = 0;
  #committedWrites = 0;
  #lastCommitAtUs = 0;
  #life = 0;
  #gated: Gated[] = [];

  constructor(scheduler: Scheduler, random: Random, slowUs: number, onCommit: (rows: readonly LogRow[]) => void) {
    this.#scheduler = scheduler;
    this.#random = random;
    this.#slowUs = slowUs;
    this.#onCommit = onCommit;
  }

  get isClean(): boolean {
    return this.#writes === this.#committedWrites;
  }

  get committedSeq(): number {
    return this.#committedRows;
  }

  committedRow(seq: number): LogRow | null {
    return seq <= this.#committedRows ? (this.#rows[seq - 1] ?? null) : null;
  }

  /** The log as the object sees it: its own writes at once. Dead with the life in which it was opened. */
  openLog(): SyncLogStore {
    const life = this.#life;
    const assertAlive = (): void => {
      if (life !== this.#life) throw new Error("the storage of a dead object");
    };
    return {
      append: (rows) => {
        assertAlive();
        this.#append(rows);
      },
      read: (fromSeq, limit) => {
        assertAlive();
        return this.#rows.slice(Math.max(0, fromSeq - 1), Math.max(0, fromSeq - 1) + limit);
      },
      lastSeq: () => this.#rows.length,
    };
  }

  /** The output gate. */
  whenDurable(go: () => void): void {
    if (this.isClean) go();
    else this.#gated.push({ afterWrite: this.#writes, go });
  }

  /** Returns how many writes were lost. */
  crash(): number {
    const lost = this.#writes - this.#committedWrites;
    this.#life += 1;
    this.#rows = this.#rows.slice(0, this.#committedRows);
    this.#writes = this.#committedWrites;
    this.#gated = [];
    return lost;
  }

  #append(rows: readonly LogRow[]): void {
    assertContinues(rows, this.#rows.length);
    this.#rows.push(...rows);
    this.#writes += 1;
    const life = this.#life;
    const write = this.#writes;
    const end = this.#rows.length;
    const delayUs = this.#random.between(0, this.#random.chance(0.1) ? this.#slowUs : 2_000);
    this.#lastCommitAtUs = Math.max(this.#lastCommitAtUs, this.#scheduler.nowUs + delayUs);
    this.#scheduler.at(this.#lastCommitAtUs, () => {
      if (life === this.#life) this.#commit(write, end);
    });
  }

  #commit(write: number, end: number): void {
    const rows = this.#rows.slice(this.#committedRows, end);
    this.#committedWrites = write;
    this.#committedRows = end;
    this.#onCommit(rows);
    const ready = this.#gated.filter(({ afterWrite }) => afterWrite <= write);
    this.#gated = this.#gated.filter(({ afterWrite }) => afterWrite > write);
    for (const { go } of ready) go();
  }
}
