// A log in memory: for replicas that may keep nothing, and for tests.
import { assertContinues, countDropped, type LogRow, type SyncLogStore } from "./log-store.ts";

export class MemoryLogStore implements SyncLogStore {
  #rows: LogRow[] = [];
  #firstSeq = 1;

  append(rows: readonly LogRow[]): void {
    assertContinues(rows, this.lastSeq());
    this.#rows.push(...rows);
  }

  read(fromSeq: number, limit: number): readonly LogRow[] {
    const start = Math.max(0, fromSeq - this.#firstSeq);
    return this.#rows.slice(start, start + limit);
  }

  lastSeq(): number {
    return this.#firstSeq + this.#rows.length - 1;
  }

  firstSeq(): number {
    return this.#firstSeq;
  }

  drop(throughSeq: number, limit: number): number {
    const count = countDropped({ firstSeq: this.#firstSeq, lastSeq: this.lastSeq() }, throughSeq, limit);
    this.#rows = this.#rows.slice(count);
    this.#firstSeq += count;
    return count;
  }
}
