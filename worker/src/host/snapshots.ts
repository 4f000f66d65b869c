// The snapshots of one log, from the decision to make one to the rows that it makes needless. Made, stored, installed and
// compacted are four steps, each durable before the next begins and each done again without harm: broken off anywhere, the log
// opens on what was installed, and the duty comes back (docs/operations.md).
import { gunzipSync, gzipSync } from "node:zlib";
import { type Cursor, decodeSnapshot, type LogRow, type NoteId, type SyncLogStore } from "@reed/log";
import {
  type InstalledSnapshot,
  integerOf,
  MAX_SQL_SNAPSHOT_BYTES,
  type NewSnapshot,
  PACK_ROWS,
  type Room,
  type SnapshotContent,
  type Sql,
  type SqliteArchive,
} from "@reed/room";
import type { Due, Duties } from "./due.ts";
import { type BlobStore, dropUnnamed, ORPHAN_AFTER_MS, snapshotKey, sweepOrphans } from "./snapshot-blobs.ts";
import { isSnapshotDue, snapshotAtMs, type Tail } from "./snapshot-trigger.ts";

/** Who is just reading the rows may finish. */
const COMPACT_AFTER_MS = 30_000;
/** Rows that one run drops: two packs. */
const COMPACT_ROWS = 1024;
const COMPACT_INTERVAL_MS = 1000;

/** Without R2 every snapshot has to fit into rows. */
export interface SnapshotLimits {
  /** What is larger than this, packed, goes to R2. */
  readonly sqlBytes: number;
}

export const SNAPSHOT_LIMITS: SnapshotLimits = { sqlBytes: MAX_SQL_SNAPSHOT_BYTES };

export interface SnapshotsOptions {
  readonly noteId: NoteId;
  readonly sql: Sql;
  readonly log: SyncLogStore;
  readonly archive: SqliteArchive;
  readonly due: Due;
  readonly blobs: BlobStore | null;
  readonly limits: SnapshotLimits;
  room(): Room;
  /** Brings the content near to the head, for a stretch. Whether it is there. */
  prepare(): Promise<boolean>;
  /** The log's content at `head`, which is its newest position. */
  read(head: Cursor): SnapshotContent;
}

export class Snapshots {
  readonly duties: Duties;
  readonly #options: SnapshotsOptions;
  #newest: InstalledSnapshot | null;
  #tail: Tail | null = null;
  #blob: Uint8Array | null = null;
  #turn: Promise<void> = Promise.resolve();

  constructor(options: SnapshotsOptions) {
    this.#options = options;
    this.#newest = options.archive.newest();
    this.duties = {
      snapshot: (nowMs) => this.#makeIfDue(nowMs),
      compact: (nowMs) => this.#compact(nowMs),
      sweep: (nowMs) => this.#sweep(nowMs),
    };
  }

  /** The one that counts; null before the first. */
  get newest(): InstalledSnapshot | null {
    return this.#newest;
  }

  /** The file of the newest snapshot, packed, where it is kept in rows. */
  file(): Uint8Array | null {
    return this.#options.archive.file();
  }

  /** To be awaited before `document`: brings the newest snapshot from where it rests. */
  async ready(): Promise<void> {
    const { place } = this.#newest ?? {};
    if (place?.type !== "blob" || this.#blob !== null) return;
    const blob = await this.#options.blobs?.get(place.key);
    if (blob === null || blob === undefined) throw new Error("the newest snapshot's blob is missing");
    this.#blob = new Uint8Array(await blob.arrayBuffer());
  }

  /** The document of the newest snapshot, with its position; null before the first. */
  document(): { readonly seq: number; readonly document: Uint8Array } | null {
    if (this.#newest === null) return null;
    const { at, place } = this.#newest;
    const file = place.type === "sql" ? this.file() : this.#blob;
    if (file === null) throw new Error("the newest snapshot was not made ready");
    this.#blob = null;
    return { seq: at.seq, document: decodeSnapshot(new Uint8Array(gunzipSync(file))).document };
  }

  /** Rows were appended; `nowMs` is the time of now. */
  onAppend(rows: readonly LogRow[], nowMs: number): void {
    if (this.#tail === null) this.#tail = this.#measure();
    else {
      const bytes = rows.reduce((sum, { envelope }) => sum + envelope.length, this.#tail.bytes);
      this.#tail = { ops: this.#tail.ops + rows.length, bytes };
    }
    if (!this.#isDue(this.#tail)) return;
    const madeMs = (this.#newest?.madeUs ?? Number.NEGATIVE_INFINITY) / 1000;
    this.#options.due.set("snapshot", snapshotAtMs(this.#tail, nowMs, madeMs));
  }

  /** Makes a snapshot of this moment and installs it. */
  make(): Promise<void> {
    return this.#inTurn(() => this.#make());
  }

  /** Deletes at once every blob that no installed snapshot names. */
  async dropBlobs(): Promise<void> {
    const { blobs, noteId, archive } = this.#options;
    if (blobs !== null) await this.#inTurn(() => dropUnnamed(blobs, noteId, () => archive.blobKeys()));
  }

  /** A blob that is there is not yet named while it is being installed: nothing else may look at the blobs then. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #make(): Promise<void> {
    const { archive, log, due, room, read } = this.#options;
    const { at, stateHash, ledger, generation, file: whole } = await room().makeSnapshot(read);
    const madeMs = Date.now();
    const file = await this.#store(at.seq, gzipSync(whole), madeMs);
    if (!archive.install({ at, stateHash, madeUs: madeMs * 1000, generation, ledger, file })) return;
    const coveredSeq = this.#newest?.at.seq ?? 0;
    this.#newest = archive.newest();
    this.#blob = null; // it was of the one before
    this.#tail = this.#measure();
    room().installed(at, stateHash);
    const isPackFull = coveredSeq - log.firstSeq() + 1 >= PACK_ROWS;
    if (isPackFull || generation >= log.firstSeq()) due.set("compact", madeMs + COMPACT_AFTER_MS);
  }

  async #makeIfDue(nowMs: number): Promise<number | null> {
    this.#tail = this.#measure();
    if (!this.#isDue(this.#tail)) return null;
    if (!(await this.#options.prepare())) return nowMs;
    await this.make();
    return null;
  }

  /** Puts the packed file where it belongs by its size; a blob is there before anything names it. */
  async #store(seq: number, bytes: Uint8Array, nowMs: number): Promise<NewSnapshot["file"]> {
    const { blobs, limits, noteId, due } = this.#options;
    if (blobs === null || bytes.length <= limits.sqlBytes) return { place: "sql", bytes };
    const generation = this.#options.room().ledger?.generations.at(-1)?.seq ?? 0;
    const key = snapshotKey(noteId, generation, seq, bytes);
    due.set("sweep", nowMs + ORPHAN_AFTER_MS);
    await blobs.put(key, bytes);
    return { place: "blob", key, size: bytes.length };
  }

  #compact(nowMs: number): number | null {
    const throughSeq = this.#newest?.at.seq ?? 0;
    const dropped = this.#options.archive.compact(throughSeq, COMPACT_ROWS);
    return dropped < COMPACT_ROWS ? null : nowMs + COMPACT_INTERVAL_MS;
  }

  async #sweep(nowMs: number): Promise<number | null> {
    const { blobs, noteId, archive } = this.#options;
    if (blobs === null) return null;
    const isMore = await sweepOrphans(blobs, noteId, () => archive.blobKeys(), nowMs);
    return isMore ? nowMs + ORPHAN_AFTER_MS : null;
  }

  /** Also a new beginning of the log is snapshotted at once: nobody shall begin from what was before it. */
  #isDue(tail: Tail): boolean {
    const begunSeq = this.#options.room().ledger?.generations.at(-1)?.seq ?? 0;
    return begunSeq > (this.#newest?.at.seq ?? 0) || isSnapshotDue(tail, this.#newest?.bytes ?? 0);
  }

  #measure(): Tail {
    const fromSeq = this.#newest?.at.seq ?? 0;
    const [row] = this.#options.sql.run(
      "SELECT count(*) AS ops, coalesce(sum(length(envelope)), 0) AS bytes FROM log WHERE seq > ?",
      fromSeq,
    );
    return row === undefined ? { ops: 0, bytes: 0 } : { ops: integerOf(row, "ops"), bytes: integerOf(row, "bytes") };
  }
}
