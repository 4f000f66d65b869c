// Reports of abuse, in D1. Owns every statement on that table.
import { REPORT_REASONS } from "@reed/api";
import * as v from "valibot";
import { uuidV7 } from "./uuid.ts";

const rowSchema = v.pipe(
  v.object({
    id: v.string(),
    note_id: v.string(),
    reason: v.picklist(REPORT_REASONS),
    message: v.nullable(v.string()),
    user_id: v.nullable(v.string()),
    at: v.number(),
    is_open: v.number(),
  }),
  v.transform(({ id, note_id: noteId, reason, message, user_id: userId, at: atMs, is_open: open }) => {
    return { id, noteId, reason, message, userId, atMs, isOpen: open === 1 };
  }),
);

export type ReportRow = v.InferOutput<typeof rowSchema>;

export interface NewReport {
  readonly noteId: string;
  readonly reason: (typeof REPORT_REASONS)[number];
  readonly message: string | null;
  readonly userId: string | null;
}

export interface ReportQuery {
  readonly isOpen: boolean;
  /** Ids sort by time; null: from the newest. */
  readonly beforeId: string | null;
  readonly limit: number;
}

export async function keepReport(db: D1Database, report: NewReport, nowMs: number): Promise<void> {
  const id = uuidV7(nowMs, crypto.getRandomValues(new Uint8Array(10)));
  const { noteId, reason, message, userId } = report;
  await db
    .prepare("INSERT INTO reports (id, note_id, reason, message, user_id, at, is_open) VALUES (?, ?, ?, ?, ?, ?, 1)")
    .bind(id, noteId, reason, message, userId, nowMs)
    .run();
}

/** Newest first. */
export async function readReports(db: D1Database, query: ReportQuery): Promise<readonly ReportRow[]> {
  const { results } = await db
    .prepare("SELECT * FROM reports WHERE is_open = ? AND id < ? ORDER BY id DESC LIMIT ?")
    .bind(query.isOpen ? 1 : 0, query.beforeId ?? "~", query.limit)
    .all();
  return results.map((row) => v.parse(rowSchema, row));
}

/** The report as it is then; null for one that is not there. */
export async function changeReport(db: D1Database, id: string, isOpen: boolean): Promise<ReportRow | null> {
  const row = await db
    .prepare("UPDATE reports SET is_open = ? WHERE id = ? RETURNING *")
    .bind(isOpen ? 1 : 0, id)
    .first();
  return row === null ? null : v.parse(rowSchema, row);
}
