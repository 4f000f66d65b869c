// A log in memory: for replicas that may keep nothing, and for tests.
import { assertContinues, type LogRow, type SyncLogStore } from "./log-store.ts";

export class MemoryLogStore implements SyncLogStore {
  readonly #rows: LogRow[] = [];

  append(rows: readonly LogRow[]): void {
    assertContinues(rows, this.lastSeq());
    this.#rows.push(...rows);
  }

  read(fromSeq: number, limit: number): readonly LogRow[] {
    return this.#rows.slice(Math.max(0, fromSeq - 1), Math.max(0, fromSeq - 1) + limit);
  }

  lastSeq(): number {
    return this.#rows.length;
  }
}
