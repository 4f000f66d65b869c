// Snapshots and what compaction leaves, in SQLite beside the log (docs/spec/storage.md, S17-S24). The newest row of `snapshots` is
// the one that counts: installing is one transaction, so a crash leaves the old one or the new one, and what was folded away is
// never more than what the snapshot before it holds too. The host calls `install` and `compact`; the room reads.
import { concatBytes } from "@reed/bytes";
import type { Cursor, Sha256, SyncLogStore } from "@reed/log";
import type { Archive, ArchiveBase } from "./archive.ts";
import { OP_INDEX_TABLE, OpPacks, PACK_ROWS, type PackableRow } from "./op-packs.ts";
import { blobOf, integerOf, type Sql, type SqlRow } from "./sql.ts";

export const ARCHIVE_TABLES: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS snapshots (
    seq INTEGER PRIMARY KEY,
    chain BLOB NOT NULL,
    state_hash BLOB NOT NULL,
    made_us INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    place TEXT NOT NULL,
    blob_key TEXT,
    generation INTEGER NOT NULL
  )`,
  `CREATE TABLE IF NOT EXISTS snapshot_parts (
    seq INTEGER,
    kind TEXT,
    part INTEGER,
    bytes BLOB NOT NULL,
    PRIMARY KEY (seq, kind, part)
  ) WITHOUT ROWID`,
  OP_INDEX_TABLE,
];

/** A larger snapshot is a blob elsewhere: rows of a snapshot are read and written as a whole, and 10 GB must do for a note. */
export const MAX_SQL_SNAPSHOT_BYTES = 8 * 1024 * 1024;
/** The platform takes rows of 2 MB. */
export const PART_BYTES = 1024 * 1024;
/** Rows among which an op that lies below the base and was not packed yet is looked for. */
const SCANNED_ROWS = 32_768;
/** Where the genesis is kept among the parts. */
const GENESIS_SEQ = 0;

/** sql: its file is here. blob: its file is elsewhere, under `key`. */
export type SnapshotPlace = { readonly type: "sql" } | { readonly type: "blob"; readonly key: string };

export interface InstalledSnapshot {
  readonly at: Cursor;
  readonly stateHash: Uint8Array;
  readonly madeUs: number;
  /** Size of its file as it is stored. */
  readonly bytes: number;
  /** Position of the newest scrub that it holds; 0 for none. */
  readonly generation: number;
  readonly place: SnapshotPlace;
}

export interface NewSnapshot extends Omit<InstalledSnapshot, "bytes" | "place"> {
  /** Ledger.save() at `at`. */
  readonly ledger: Uint8Array;
  /** The file itself, at most MAX_SQL_SNAPSHOT_BYTES, or the key of a blob that is there already. */
  readonly file:
    | { readonly place: "sql"; readonly bytes: Uint8Array }
    | { readonly place: "blob"; readonly key: string; readonly size: number };
}

export interface ArchiveOptions {
  readonly log: SyncLogStore;
  readonly sha256: Sha256;
  /** Compliance mode: no row is dropped. */
  isCompliant(): boolean;
}

export class SqliteArchive implements Archive {
  readonly #sql: Sql;
  readonly #options: ArchiveOptions;
  readonly #packs: OpPacks;

  /** The tables must be there. */
  constructor(sql: Sql, options: ArchiveOptions) {
    this.#sql = sql;
    this.#options = options;
    this.#packs = new OpPacks(sql, options.sha256);
  }

  base(): ArchiveBase | null {
    const newest = this.newest();
    const ledger = newest === null ? null : this.#part(newest.at.seq, "ledger");
    return newest === null || ledger === null ? null : { at: newest.at, ledger };
  }

  chainAt(seq: number): Uint8Array | null {
    return this.#packs.chainAt(seq);
  }

  seqOf(opId: Uint8Array): number | null {
    const [row] = this.#sql.run(
      `SELECT seq FROM (SELECT seq, op_id FROM log ORDER BY seq DESC LIMIT ${SCANNED_ROWS}) WHERE op_id = ?`,
      opId,
    );
    return row === undefined ? this.#packs.seqOf(opId) : integerOf(row, "seq");
  }

  genesis(): Uint8Array | null {
    return this.#part(GENESIS_SEQ, "genesis");
  }

  /** The snapshot that counts; null before the first. */
  newest(): InstalledSnapshot | null {
    return this.#snapshots(1)[0] ?? null;
  }

  /** The file of the newest snapshot as it was installed, where it is kept here; else null. */
  file(): Uint8Array | null {
    const newest = this.newest();
    return newest?.place.type === "sql" ? this.#part(newest.at.seq, "file") : null;
  }

  /** Keys of the blobs that are still needed: any other may be deleted. */
  blobKeys(): readonly string[] {
    return this.#snapshots(2).flatMap(({ place }) => (place.type === "blob" ? [place.key] : []));
  }

  /**
   * Makes `snapshot` the one that counts. The one before is kept, unless the text was scrubbed since; older ones go. False, and
   * nothing is done, where one at this position or a later one is installed already.
   */
  install(snapshot: NewSnapshot): boolean {
    const previous = this.newest();
    const { at, file, generation } = snapshot;
    if (previous !== null && previous.at.seq >= at.seq) return false;
    if (file.place === "sql" && file.bytes.length > MAX_SQL_SNAPSHOT_BYTES)
      throw new RangeError("a snapshot of this size is kept as a blob");
    const keepFromSeq = previous === null || previous.generation < generation ? at.seq : previous.at.seq;
    this.#sql.transaction(() => {
      this.#keepGenesis();
      this.#putPart(at.seq, "ledger", snapshot.ledger);
      if (file.place === "sql") this.#putPart(at.seq, "file", file.bytes);
      this.#insert(snapshot);
      this.#sql.run("DELETE FROM snapshots WHERE seq < ?", keepFromSeq);
      this.#sql.run("DELETE FROM snapshot_parts WHERE seq < ? AND seq > ?", keepFromSeq, GENESIS_SEQ);
    });
    return true;
  }

  /**
   * Packs and drops the oldest rows up to `throughSeq`, at most `limit` of them: whole packs only, one transaction each, and only
   * rows that the snapshot before the newest holds too, or that were scrubbed, which go to the last. Returns how many were dropped.
   */
  compact(throughSeq: number, limit: number): number {
    const { log } = this.#options;
    if (this.#options.isCompliant()) return 0;
    const [newest, previous] = this.#snapshots(2);
    const scrubbedSeq = newest?.generation ?? 0;
    let dropped = 0;
    while (dropped < limit) {
      const firstSeq = log.firstSeq();
      const isScrubbed = firstSeq <= scrubbedSeq;
      const coveredSeq = isScrubbed ? scrubbedSeq : (previous?.at.seq ?? 0);
      const room = Math.min(throughSeq, coveredSeq, log.lastSeq() - 1) - firstSeq + 1;
      const count = Math.min(room, PACK_ROWS, limit - dropped);
      if (count <= 0 || (count < PACK_ROWS && !isScrubbed)) break;
      this.#sql.transaction(() => {
        this.#packs.add(this.#packable(firstSeq, count));
        log.drop(firstSeq + count - 1, count);
      });
      dropped += count;
    }
    return dropped;
  }

  #snapshots(limit: number): readonly InstalledSnapshot[] {
    return this.#sql
      .run(
        `SELECT seq, chain, state_hash, made_us, bytes, blob_key, generation FROM snapshots ORDER BY seq DESC LIMIT ?`,
        limit,
      )
      .map(toSnapshot);
  }

  /** Without envelopes: 512 of the largest would be more than an object has memory. */
  #packable(firstSeq: number, count: number): readonly PackableRow[] {
    return this.#sql
      .run("SELECT seq, recv_us, op_id, chain FROM log WHERE seq >= ? ORDER BY seq LIMIT ?", firstSeq, count)
      .map((row) => ({
        seq: integerOf(row, "seq"),
        recvUs: integerOf(row, "recv_us"),
        opId: blobOf(row, "op_id"),
        chain: blobOf(row, "chain"),
      }));
  }

  #insert({ at, stateHash, madeUs, file, generation }: NewSnapshot): void {
    this.#sql.run(
      `INSERT INTO snapshots (seq, chain, state_hash, made_us, bytes, place, blob_key, generation)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      at.seq,
      at.chain,
      stateHash,
      madeUs,
      file.place === "sql" ? file.bytes.length : file.size,
      file.place,
      file.place === "sql" ? null : file.key,
      generation,
    );
  }

  #keepGenesis(): void {
    const [first] = this.#options.log.read(1, 1);
    if (first?.seq === 1 && this.genesis() === null) this.#putPart(GENESIS_SEQ, "genesis", first.envelope);
  }

  #putPart(seq: number, kind: string, bytes: Uint8Array): void {
    this.#sql.run("DELETE FROM snapshot_parts WHERE seq = ? AND kind = ?", seq, kind);
    for (let part = 0; part * PART_BYTES < bytes.length; part += 1) {
      this.#sql.run(
        "INSERT INTO snapshot_parts (seq, kind, part, bytes) VALUES (?, ?, ?, ?)",
        seq,
        kind,
        part,
        bytes.slice(part * PART_BYTES, (part + 1) * PART_BYTES),
      );
    }
  }

  #part(seq: number, kind: string): Uint8Array | null {
    const rows = this.#sql.run("SELECT bytes FROM snapshot_parts WHERE seq = ? AND kind = ? ORDER BY part", seq, kind);
    return rows.length === 0 ? null : concatBytes(...rows.map((row) => blobOf(row, "bytes")));
  }
}

function toSnapshot(row: SqlRow): InstalledSnapshot {
  const key = row["blob_key"];
  return {
    at: { seq: integerOf(row, "seq"), chain: blobOf(row, "chain") },
    stateHash: blobOf(row, "state_hash"),
    madeUs: integerOf(row, "made_us"),
    bytes: integerOf(row, "bytes"),
    generation: integerOf(row, "generation"),
    place: typeof key === "string" ? { type: "blob", key } : { type: "sql" },
  };
}
