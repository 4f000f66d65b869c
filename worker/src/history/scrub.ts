// Text that is taken away for good (docs/spec/history.md). The ops that begin the text anew are in the log in one step, and with them
// the appointment to drop what was before; from there on every step can be broken off and done again. Until the last of them the
// note opens as it always does: on its newest snapshot and the rows after it, which end in the new beginning.
import type { Attribution, LogRow } from "@reed/log";
import type { Room, Sql, SqliteArchive, WriteResult } from "@reed/room";
import { updatesOfText } from "@reed/text";
import type { ScheduledBackups } from "../admin/scheduled-backups.ts";
import type { Due, Duties } from "../host/due.ts";
import type { Snapshots } from "../host/snapshots.ts";
import type { Projection } from "../note/projection.ts";
import type { History } from "./history.ts";

/** Sockets that keep up have got the ops by then, in a crowd too. */
const DELIVERED_AFTER_MS = 300;
/** Rows that one run drops: eight packs. */
const DROP_ROWS = 4096;
/** Of these a caller waits for so many. */
const MAX_RUNS = 4;

export interface ScrubOptions {
  readonly sql: Sql;
  readonly due: Due;
  readonly projection: Projection;
  readonly snapshots: Snapshots;
  readonly archive: SqliteArchive;
  readonly history: History;
  readonly backups: ScheduledBackups;
  /** Those for chats, which were drawn while the text was there. */
  dropPictures(): Promise<void>;
  room(): Room;
  ready(): Promise<void>;
}

export class Scrub {
  readonly duties: Duties;
  readonly #options: ScrubOptions;
  #running: Promise<number | null> | null = null;
  /** The scrub after which nothing more is to be dropped, as far as this memory knows. */
  #doneSeq = 0;

  constructor(options: ScrubOptions) {
    this.#options = options;
    this.duties = { scrub: (nowMs) => this.#drop(nowMs) };
  }

  /** Whether something of a removed text may still be here. */
  get isPending(): boolean {
    const isMeant = this.#running !== null || this.#options.due.at("scrub") !== null;
    return isMeant && this.#doneSeq !== this.#scrubSeq();
  }

  /** Rows were appended: by whomever the text was begun anew, what was before is dropped. */
  onAppend(rows: readonly LogRow[], nowMs: number): void {
    const seq = this.#scrubSeq();
    const [first] = rows;
    if (first !== undefined && seq >= first.seq) this.#options.due.set("scrub", nowMs);
  }

  /** Begins the text anew with what it is now. */
  async begin(attribution: Attribution): Promise<WriteResult> {
    const { projection, room, ready } = this.#options;
    await ready();
    return room().scrub(() => updatesOfText(projection.read().text), attribution);
  }

  /** Drops now what the alarm would drop. Whether all is gone; where not, the alarm goes on. */
  async finish(): Promise<boolean> {
    try {
      for (let run = 0; run < MAX_RUNS && this.isPending; run += 1) await this.#drop(Date.now());
    } catch {
      // The duty meets the same fault, tells it, and comes back.
    }
    return !this.isPending;
  }

  /** One run at a time; who comes meanwhile waits for it. */
  #drop(nowMs: number): Promise<number | null> {
    return (this.#running ??= this.#dropSome(nowMs).finally(() => {
      this.#running = null;
    }));
  }

  async #dropSome(nowMs: number): Promise<number | null> {
    const { snapshots, projection, archive, history, backups, sql, dropPictures, ready } = this.#options;
    const seq = this.#scrubSeq();
    if (seq === this.#doneSeq) return null;
    await scheduler.wait(DELIVERED_AFTER_MS);
    await ready();
    projection.update();
    if ((snapshots.newest?.generation ?? 0) < seq) await snapshots.make();
    history.dropBelow(seq);
    sql.run("DELETE FROM evidence");
    const dropped = archive.compact(snapshots.newest?.at.seq ?? 0, DROP_ROWS);
    await snapshots.dropBlobs();
    await backups.drop(nowMs);
    await dropPictures();
    if (dropped === DROP_ROWS) return nowMs;
    this.#doneSeq = seq;
    return null;
  }

  #scrubSeq(): number {
    return this.#options.room().ledger?.generations.findLast(({ reason }) => reason === "scrub")?.seq ?? 0;
  }
}
