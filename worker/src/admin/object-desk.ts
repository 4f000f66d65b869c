// What an operator may do with one object's storage, whatever it holds: look, take a backup, fill it from one, and see that its
// tables are up to date. The object's shell calls it; who may ask is checked before (http/operator.ts).
import type { Sql, SqlValue } from "@reed/room";
import { type Steps, stepsDone } from "../host/migrations.ts";
import { BackupError, type BackupHeader, type BackupKind } from "./backup-format.ts";
import { lookAtLog, type LogLook } from "./log-look.ts";
import { backupOf, restoreInto, tablesOf } from "./object-backup.ts";
import { lookBySql, type SqlLook } from "./sql-look.ts";

export interface ObjectDeskOptions {
  readonly storage: Pick<DurableObjectStorage, "sql" | "transactionSync" | "deleteAll" | "deleteAlarm">;
  readonly sql: Sql;
  readonly kind: Exclude<BackupKind, "platform">;
  readonly steps: Steps;
  /** Tables of an object that has no steps behind it, because it holds something else. */
  readonly otherTables: readonly string[];
  readonly blobs: Pick<R2Bucket, "get" | "put"> | null;
}

/** `steps`: behind it; `of`: there are. Nothing is to be done where they are equal, or the object holds nothing. */
export interface SchemaAnswer {
  readonly steps: number;
  readonly of: number;
}

/** What is there is worth more than a backup of it: it has to be removed first. */
export const SOMETHING_HERE = "there is something here already";

export interface DeskProblem {
  readonly problem: string;
}

export class ObjectDesk {
  readonly #options: ObjectDeskOptions;

  constructor(options: ObjectDeskOptions) {
    this.#options = options;
  }

  /** An object brings its tables up to date when it wakes, so to ask is to do it. */
  schema(): SchemaAnswer {
    const { sql, steps } = this.#options;
    return { steps: stepsDone(sql), of: steps.length };
  }

  query(statement: string, values: readonly SqlValue[]): SqlLook {
    return lookBySql(this.#options.storage, statement, values);
  }

  /** null where there is no log. */
  log(sinceSeq: number, limit: number): LogLook | null {
    const { sql } = this.#options;
    const tables = tablesOf(sql);
    return tables.includes("log") ? lookAtLog(sql, tables, sinceSeq, limit) : null;
  }

  /** null where the object holds nothing. */
  backup(name: string, nowMs: number): ReadableStream<Uint8Array> | null {
    const { sql, kind, blobs } = this.#options;
    return tablesOf(sql).length === 0 ? null : backupOf({ sql, kind, name, blobs, nowMs });
  }

  /** For an object that holds nothing; it holds nothing after a problem either. */
  async restore(name: string, stream: ReadableStream<Uint8Array>): Promise<BackupHeader | DeskProblem> {
    const { storage, sql, kind, blobs, steps, otherTables } = this.#options;
    await storage.deleteAll();
    try {
      return await restoreInto(stream, { sql, kind, name, blobs, steps, otherTables });
    } catch (error) {
      await storage.deleteAlarm();
      await storage.deleteAll();
      if (error instanceof BackupError) return { problem: error.message };
      throw error;
    }
  }
}
