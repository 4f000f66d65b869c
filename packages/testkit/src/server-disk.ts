// The object's storage: the log, its snapshots and what compaction leaves. A write is pending until its commit; a crash keeps exactly
// the committed prefix. The output gate holds whatever is sent while writes are pending until they are committed, and loses it
// with them. An operator may put everything back to an earlier commit, as a restore from a backup does.
import { equalBytes } from "@reed/bytes";
import { assertContinues, type LogRow, type SyncLogStore } from "@reed/log";
import type { Archive, MadeSnapshot } from "@reed/room";
import type { Random } from "./prng.ts";
import type { Scheduler } from "./scheduler.ts";

interface Gated {
  readonly afterWrite: number;
  readonly go: () => void;
}

/** Everything that is kept, but for the rows themselves: those are `rows` from `firstSeq` to `lastSeq`. */
interface Kept {
  readonly lastSeq: number;
  readonly firstSeq: number;
  /** Newest last, at most two. */
  readonly snapshots: readonly MadeSnapshot[];
}

const NOTHING: Kept = { lastSeq: 0, firstSeq: 1, snapshots: [] };
/** Founded: before that there is nothing to go back to. */
const LEAST_ROWS = 3;

export class ServerDisk {
  readonly #scheduler: Scheduler;
  readonly #random: Random;
  readonly #slowUs: number;
  readonly #onCommit: (rows: readonly LogRow[]) => void;
  /** Every row of this history, dropped ones too: of those only position, id and chain are used. */
  #rows: LogRow[] = [];
  #kept = NOTHING;
  #committed = NOTHING;
  /** What was committed before, for an operator to go back to. */
  #commits: Kept[] = [];
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
    return this.#committed.lastSeq;
  }

  /** The newest snapshot that is installed for good. */
  get snapshot(): MadeSnapshot | null {
    return this.#committed.snapshots.at(-1) ?? null;
  }

  /** Every row as the object would have it, dropped ones too. */
  allRows(): readonly LogRow[] {
    return this.#rows;
  }

  /** A row that was committed, dropped meanwhile or not. */
  committedRow(seq: number): LogRow | null {
    return seq <= this.#committed.lastSeq ? (this.#rows[seq - 1] ?? null) : null;
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
        assertContinues(rows, this.#kept.lastSeq);
        this.#rows.push(...rows);
        this.#write({ ...this.#kept, lastSeq: this.#kept.lastSeq + rows.length });
      },
      read: (fromSeq, limit) => {
        assertAlive();
        const from = Math.max(this.#kept.firstSeq, fromSeq);
        return this.#rows.slice(from - 1, from - 1 + limit);
      },
      lastSeq: () => this.#kept.lastSeq,
      firstSeq: () => this.#kept.firstSeq,
      drop: (throughSeq, limit) => {
        assertAlive();
        const { firstSeq, lastSeq } = this.#kept;
        const count = Math.max(0, Math.min(limit, throughSeq - firstSeq + 1, lastSeq - firstSeq));
        if (count > 0) this.#write({ ...this.#kept, firstSeq: firstSeq + count });
        return count;
      },
    };
  }

  openArchive(): Archive {
    return {
      base: () => {
        const newest = this.#kept.snapshots.at(-1);
        return newest === undefined ? null : { at: newest.at, ledger: newest.ledger };
      },
      chainAt: (seq) => (seq < this.#kept.firstSeq ? (this.#rows[seq - 1]?.chain ?? null) : null),
      seqOf: (opId) => this.#rows.find((row) => equalBytes(row.opId, opId))?.seq ?? null,
      genesis: () => (this.#kept.snapshots.length === 0 ? null : (this.#rows[0]?.envelope ?? null)),
    };
  }

  /** One transaction: the newest snapshot is this one, and the one before is kept unless the text was scrubbed since. */
  install(made: MadeSnapshot): void {
    const previous = this.#kept.snapshots.at(-1);
    if (previous !== undefined && previous.at.seq >= made.at.seq) return;
    const isKept = previous !== undefined && previous.generation === made.generation;
    this.#write({ ...this.#kept, snapshots: isKept ? [previous, made] : [made] });
  }

  /** Up to where rows may be dropped: what the snapshot before the newest has too, and all that was scrubbed. */
  get coveredSeq(): number {
    const [previous, newest] = this.#kept.snapshots;
    return Math.max(newest === undefined ? 0 : (previous?.at.seq ?? 0), this.#kept.snapshots.at(-1)?.generation ?? 0);
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
    this.#put(this.#committed);
    this.#gated = [];
    return lost;
  }

  /** A restore: everything is as it was at some earlier commit. Only while nothing runs. Returns where the log ends then. */
  goBack(): number | null {
    const earlier = this.#commits.filter(({ lastSeq }) => lastSeq >= LEAST_ROWS && lastSeq < this.#committed.lastSeq);
    const [point] = earlier.slice(-1 - this.#random.below(4));
    if (point === undefined) return null;
    this.#commits = this.#commits.slice(0, this.#commits.indexOf(point) + 1);
    this.#committed = point;
    this.#put(point);
    return point.lastSeq;
  }

  #put(kept: Kept): void {
    this.#kept = kept;
    this.#rows = this.#rows.slice(0, kept.lastSeq);
    this.#writes = this.#committedWrites;
  }

  #write(kept: Kept): void {
    this.#kept = kept;
    this.#writes += 1;
    const life = this.#life;
    const write = this.#writes;
    const delayUs = this.#random.between(0, this.#random.chance(0.1) ? this.#slowUs : 2_000);
    this.#lastCommitAtUs = Math.max(this.#lastCommitAtUs, this.#scheduler.nowUs + delayUs);
    this.#scheduler.at(this.#lastCommitAtUs, () => {
      if (life === this.#life) this.#commit(write, kept);
    });
  }

  #commit(write: number, kept: Kept): void {
    const rows = this.#rows.slice(this.#committed.lastSeq, kept.lastSeq);
    this.#committedWrites = write;
    this.#committed = kept;
    this.#commits.push(kept);
    this.#onCommit(rows);
    const ready = this.#gated.filter(({ afterWrite }) => afterWrite <= write);
    this.#gated = this.#gated.filter(({ afterWrite }) => afterWrite > write);
    for (const { go } of ready) go();
  }
}
