// The backups that an object makes of itself: an hour after the first change that the last one lacks. So what is written costs one
// backup an hour at most and what rests costs none, and no clock has to know every object there is.
import type { Sql } from "@reed/room";
import type { Due, Duties } from "../host/due.ts";
import type { BackupKind } from "./backup-format.ts";
import { emptyShelf, type Shelf, shelfOf, shelve } from "./backup-shelf.ts";
import { backupOf } from "./object-backup.ts";

/** The recovery point: what was written longer ago than this is in a backup. */
const BACKUP_EVERY_MS = 3_600_000;

export interface ScheduledBackupsOptions {
  readonly sql: Sql;
  readonly due: Due;
  readonly kind: Exclude<BackupKind, "platform">;
  /** null: not known yet. */
  name(): string | null;
  /** null: without R2 there are no backups. */
  readonly blobs: (Shelf & Pick<R2Bucket, "get">) | null;
}

export class ScheduledBackups {
  readonly duties: Duties;
  readonly #options: ScheduledBackupsOptions;
  #making: Promise<number | null> = Promise.resolve(null);

  constructor(options: ScheduledBackupsOptions) {
    this.#options = options;
    this.duties = { backup: (nowMs) => this.#make(nowMs) };
  }

  /** Something was written. Only the first change after a backup costs anything. */
  onAppend(nowMs: number): void {
    const { due, blobs } = this.#options;
    if (blobs !== null && due.at("backup") === null) due.set("backup", nowMs + BACKUP_EVERY_MS);
  }

  /** Every backup of before goes at once, and one of now is made. */
  async drop(nowMs: number): Promise<void> {
    const { blobs, kind, due } = this.#options;
    const name = this.#options.name();
    if (blobs === null || name === null) return;
    await this.#making;
    await emptyShelf(blobs, shelfOf(kind, name));
    due.set("backup", nowMs);
  }

  #make(nowMs: number): Promise<number | null> {
    const made = this.#put(nowMs);
    this.#making = made.catch(() => null);
    return made;
  }

  async #put(nowMs: number): Promise<number | null> {
    const { blobs, sql, kind } = this.#options;
    const name = this.#options.name();
    if (blobs === null || name === null) return null;
    await shelve(blobs, shelfOf(kind, name), backupOf({ sql, kind, name, blobs, nowMs }), nowMs);
    return null;
  }
}
