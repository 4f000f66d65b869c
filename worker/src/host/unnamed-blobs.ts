// Since when no installed snapshot names a blob. It is kept with the snapshots, in one row of `snapshot_parts` under position 0
// (docs/spec/storage.md, S17): an object that is brought back to an earlier time has what held then.
import { decodeUtf8, encodeUtf8 } from "@reed/bytes";
import { blobOf, type Sql } from "@reed/room";
import * as v from "valibot";

const marksSchema = v.record(v.string(), v.number());

export class UnnamedBlobs {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Times in ms since the epoch, by key. */
  read(): ReadonlyMap<string, number> {
    const [row] = this.#sql.run("SELECT bytes FROM snapshot_parts WHERE seq = 0 AND kind = 'unnamed' AND part = 0");
    if (row === undefined) return new Map();
    return new Map(Object.entries(v.parse(marksSchema, JSON.parse(decodeUtf8(blobOf(row, "bytes"))))));
  }

  write(marks: ReadonlyMap<string, number>): void {
    if (marks.size === 0)
      return void this.#sql.run("DELETE FROM snapshot_parts WHERE seq = 0 AND kind = 'unnamed' AND part = 0");
    this.#sql.run(
      "INSERT OR REPLACE INTO snapshot_parts (seq, kind, part, bytes) VALUES (0, 'unnamed', 0, ?)",
      encodeUtf8(JSON.stringify(Object.fromEntries(marks))),
    );
  }

  /** `keys` have no name from now on, whatever they had before. */
  mark(keys: readonly string[], nowMs: number): void {
    if (keys.length > 0) this.write(new Map([...this.read(), ...keys.map((key) => [key, nowMs] as const)]));
  }
}
