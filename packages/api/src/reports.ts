// Reports of abuse: by whoever can read a note, to the operators of the deployment.
import * as v from "valibot";
import { noteIdField, seqParam, timeField } from "./fields.ts";

const MAX_MESSAGE_LENGTH = 2000;
const MAX_REPORTS_PER_PAGE = 100;

export const REPORT_REASONS = [
  "spam",
  "harassment",
  "hate",
  "violence",
  "sexual",
  "private",
  "illegal",
  "other",
] as const;

export const reportRequestSchema = v.strictObject({
  reason: v.picklist(REPORT_REASONS),
  message: v.optional(v.pipe(v.string(), v.maxLength(MAX_MESSAGE_LENGTH))),
});

const stateField = v.picklist(["open", "closed"]);

export const reportSchema = v.object({
  id: v.string(),
  noteId: noteIdField,
  reason: v.picklist(REPORT_REASONS),
  message: v.nullable(v.string()),
  /** The user who reports; null for whoever came by a link. */
  userId: v.nullable(v.string()),
  at: timeField,
  state: stateField,
});

export const reportListSchema = v.object({ items: v.array(reportSchema), nextCursor: v.nullable(v.string()) });

export const reportQuerySchema = v.object({
  state: v.optional(stateField),
  limit: v.optional(v.pipe(seqParam, v.minValue(1), v.maxValue(MAX_REPORTS_PER_PAGE))),
  cursor: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f-]{36}$/))),
});

export const changeReportRequestSchema = v.strictObject({ state: stateField });

export type ReportRequest = v.InferOutput<typeof reportRequestSchema>;
export type Report = v.InferOutput<typeof reportSchema>;
export type ReportList = v.InferOutput<typeof reportListSchema>;
