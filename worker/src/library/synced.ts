// When each device had everything that there was: shown as "last synced".
import { blobOf, integerOf, type Sql } from "@reed/room";
import type { SyncedDevice } from "./events.ts";

export const SYNCED_TABLE =
  "CREATE TABLE synced (device BLOB PRIMARY KEY, at_ms INTEGER NOT NULL, rev INTEGER NOT NULL) WITHOUT ROWID";

/** A row is not written for less. */
const STEP_MS = 60_000;

export class Synced {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** `device` has everything up to revision `rev`. */
  mark(device: Uint8Array, rev: number, nowMs: number): void {
    const at = Math.floor(nowMs);
    this.#sql.run(
      `INSERT INTO synced (device, at_ms, rev) VALUES (?, ?, ?)
       ON CONFLICT (device) DO UPDATE SET at_ms = max(at_ms, ?), rev = ? WHERE at_ms < ?`,
      device.slice(),
      at,
      rev,
      at,
      rev,
      at - STEP_MS,
    );
  }

  all(): readonly SyncedDevice[] {
    return this.#sql
      .run("SELECT device, at_ms FROM synced ORDER BY at_ms DESC")
      .map((row) => ({ device: blobOf(row, "device").slice(), lastSyncedMs: integerOf(row, "at_ms") }));
  }
}
