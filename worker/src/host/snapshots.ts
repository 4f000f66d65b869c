// The snapshots of one log, from the decision to make one to the rows that it makes needless. Made, stored, installed and
// compacted are four steps, each durable before the next begins and each done again without harm: broken off anywhere, the log
// opens on what was installed, and the duty comes back (docs/operations.md).
import { gzipSync } from "node:zlib";
import type { Cursor, LogRow, NoteId, SyncLogStore } from "@reed/log";
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
import { type DocumentBase, DocumentAwayError, documentIn, findBase, type FoundBase } from "./document-base.ts";
import type { Due, Duties } from "./due.ts";
import { type BlobStore, dropUnnamed, ORPHAN_AFTER_MS, snapshotKey, sweepOrphans } from "./snapshot-blobs.ts";
import { isSnapshotDue, snapshotAtMs, type Tail } from "./snapshot-trigger.ts";
import { UnnamedBlobs } from "./unnamed-blobs.ts";

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
  readonly #unnamed: UnnamedBlobs;
  #newest: InstalledSnapshot | null;
  #tail: Tail | null = null;
  /** What came of fetching the document, until somebody takes it. */
  #fetched: FoundBase | null = null;
  #fetching: Promise<void> | null = null;
  /** Position of the newest snapshot where its blob is gone. */
  #lostSeq: number | null = null;
  #turn: Promise<void> = Promise.resolve();

  constructor(options: SnapshotsOptions) {
    this.#options = options;
    this.#unnamed = new UnnamedBlobs(options.sql);
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

  /** To be awaited before `document`: brings the newest snapshot from where it rests, if it can be had. Never fails. */
  async ready(): Promise<void> {
    if (this.#newest?.place.type !== "blob" || this.#fetched?.type === "found") return;
    await (this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = null;
    }));
  }

  /** The document that the rows after it go on from; null for the log's beginning. Throws a DocumentAwayError. */
  document(): DocumentBase | null {
    if (this.#newest === null) return null;
    const { at, place } = this.#newest;
    if (place.type === "blob") return this.#takeFetched();
    const file = this.file();
    if (file === null) throw new Error("the newest snapshot has no file");
    return { seq: at.seq, document: documentIn(file) };
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
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.then(
      () => undefined,
      () => undefined,
    );
    return turn;
  }

  async #fetch(): Promise<void> {
    const { noteId, sql, blobs, log, due, room } = this.#options;
    const newest = this.#newest;
    const begunSeq = () => room().ledger?.generations.findLast(({ reason }) => reason === "scrub")?.seq ?? 0;
    const found = await findBase({ noteId, sql, blobs, firstSeq: () => log.firstSeq(), begunSeq });
    if (this.#newest !== newest) return this.#newest?.place.type === "blob" ? this.#fetch() : undefined;
    this.#fetched = found;
    if (found.type !== "found" || found.isOfNewest) return;
    this.#lostSeq = newest?.at.seq ?? null;
    due.set("snapshot", Date.now());
  }

  #takeFetched(): DocumentBase | null {
    const fetched = this.#fetched;
    if (fetched === null) throw new Error("the newest snapshot was not made ready");
    if (fetched.type !== "found") throw new DocumentAwayError(fetched.type);
    this.#fetched = null;
    return fetched.base;
  }

  async #make(): Promise<void> {
    const { log, due, room, read, archive } = this.#options;
    const { at, stateHash, ledger, generation, file: whole } = await room().makeSnapshot(read);
    const madeMs = Date.now();
    const file = await this.#store(at.seq, gzipSync(whole), madeMs);
    if (!this.#install({ at, stateHash, madeUs: madeMs * 1000, generation, ledger, file }, madeMs)) return;
    const coveredSeq = this.#newest?.at.seq ?? 0;
    this.#newest = archive.newest();
    this.#fetched = null; // it was of the one before
    this.#tail = this.#measure();
    room().installed(at, stateHash);
    const isPackFull = coveredSeq - log.firstSeq() + 1 >= PACK_ROWS;
    if (isPackFull || generation >= log.firstSeq()) due.set("compact", madeMs + COMPACT_AFTER_MS);
  }

  /** Also in place of one whose blob is lost. Whatever has no name any more is marked in the same step. */
  #install(snapshot: NewSnapshot, nowMs: number): boolean {
    const { archive, sql } = this.#options;
    const before = archive.blobKeys();
    let isInstalled = false;
    sql.transaction(() => {
      if (this.#lostSeq !== null) {
        sql.run("DELETE FROM snapshots WHERE seq = ?", this.#lostSeq);
        sql.run("DELETE FROM snapshot_parts WHERE seq = ?", this.#lostSeq);
      }
      isInstalled = archive.install(snapshot);
    });
    if (!isInstalled) return false;
    this.#lostSeq = null;
    const after = archive.blobKeys();
    this.#unname(
      before.filter((key) => !after.includes(key)),
      nowMs,
    );
    return true;
  }

  #unname(keys: readonly string[], nowMs: number): void {
    if (keys.length === 0) return;
    this.#unnamed.mark(keys, nowMs);
    this.#options.due.set("sweep", nowMs + ORPHAN_AFTER_MS + 1);
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
    const { blobs, limits, noteId } = this.#options;
    if (blobs === null || bytes.length <= limits.sqlBytes) return { place: "sql", bytes };
    const generation = this.#options.room().ledger?.generations.at(-1)?.seq ?? 0;
    const key = snapshotKey(noteId, generation, seq, bytes);
    this.#unname([key], nowMs); // until it is installed
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
    return this.#inTurn(() => sweepOrphans(blobs, noteId, () => archive.blobKeys(), this.#unnamed, nowMs));
  }

  /** Also a new beginning of the log is snapshotted at once: nobody shall begin from what was before it. */
  #isDue(tail: Tail): boolean {
    const begunSeq = this.#options.room().ledger?.generations.at(-1)?.seq ?? 0;
    if (this.#lostSeq !== null) return true;
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
