// POST /api/admin/…: for operators, who have a secret of the deployment.
import * as v from "valibot";
import { noteIdField, seqField, seqParam, timeField, userIdField } from "./fields.ts";

export const adminGenerationRequestSchema = v.object({ reason: v.literal("restored") });
export type AdminGenerationRequest = v.InferOutput<typeof adminGenerationRequestSchema>;

export interface AdminGenerationResponse {
  /** Position of the control op by which the generation begins. */
  readonly seq: number;
}

/** Asks every live socket of a note to come back, each at its own time within `spreadMs`. */
export const adminDrainRequestSchema = v.object({
  spreadMs: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(600_000)),
});

const MAX_IDS_PER_PAGE = 1000;
const MAX_HEADERS_PER_PAGE = 500;

/** Everything that has an object: in the order of ids, so that a walk through all of them meets each once. */
export const adminListQuerySchema = v.object({
  limit: v.optional(v.pipe(seqParam, v.minValue(1), v.maxValue(MAX_IDS_PER_PAGE))),
  cursor: v.optional(v.pipe(v.string(), v.maxLength(64))),
});
export const adminNotesSchema = v.object({ items: v.array(noteIdField), nextCursor: v.nullable(v.string()) });
export const adminUsersSchema = v.object({ items: v.array(userIdField), nextCursor: v.nullable(v.string()) });

/** How far an object's tables are; it brings them up to date when it wakes, so this call has done it. */
export const adminSchemaSchema = v.object({ steps: seqField, of: seqField });

export const adminLogQuerySchema = v.object({
  since: v.optional(seqParam),
  limit: v.optional(v.pipe(seqParam, v.minValue(1), v.maxValue(MAX_HEADERS_PER_PAGE))),
});

/** A log by its headers and sizes. */
export const adminLogSchema = v.object({
  firstSeq: seqField,
  lastSeq: seqField,
  chain: v.nullable(v.string()),
  bytes: v.number(),
  items: v.array(
    v.object({
      seq: seqField,
      receivedUs: v.number(),
      wallTimeUs: v.number(),
      opId: v.string(),
      type: v.string(),
      bucket: v.nullable(v.string()),
      author: v.string(),
      ctr: v.number(),
      seenSeq: seqField,
      bytes: v.number(),
    }),
  ),
  /** Rows of each table. */
  tables: v.record(v.string(), v.number()),
  due: v.array(v.object({ kind: v.string(), atMs: v.number() })),
  snapshots: v.array(v.object({ seq: seqField, bytes: v.number(), place: v.string() })),
});

/** Who asks; kept with what they did. */
const operatorField = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(80));

export const adminSqlRequestSchema = v.strictObject({
  operator: operatorField,
  sql: v.pipe(v.string(), v.minLength(1), v.maxLength(10_000)),
  values: v.optional(v.pipe(v.array(v.union([v.string(), v.number(), v.null()])), v.maxLength(50))),
});

const cellField = v.union([v.string(), v.number(), v.null(), v.object({ bytes: v.number(), hex: v.string() })]);

/** At most 1000 rows; bytes as how many, and the first 256 of them. */
export const adminRowsSchema = v.object({
  columns: v.array(v.string()),
  rows: v.array(v.array(cellField)),
  isMore: v.boolean(),
});

export const adminUseRequestSchema = v.strictObject({ operator: operatorField });
export const adminRebuiltSchema = v.object({ notes: v.number() });

/** PUT …/backup. `seq`: of the generation that the log begins; null where there is no log. */
export const adminRestoredSchema = v.object({ backupAt: timeField, seq: v.nullable(seqField) });
export const adminPlatformRestoredSchema = v.object({ backupAt: timeField, rows: v.number(), leftOut: v.number() });

export const adminAuditSchema = v.object({
  items: v.array(
    v.object({
      id: v.string(),
      at: timeField,
      operator: v.string(),
      action: v.string(),
      target: v.string(),
      /** JSON. */
      detail: v.string(),
      /** null: it was broken off. */
      outcome: v.nullable(v.string()),
    }),
  ),
  nextCursor: v.nullable(v.string()),
});

export type AdminIds = v.InferOutput<typeof adminNotesSchema>;
export type AdminRestored = v.InferOutput<typeof adminRestoredSchema>;
export type AdminPlatformRestored = v.InferOutput<typeof adminPlatformRestoredSchema>;
export type AdminAudit = v.InferOutput<typeof adminAuditSchema>;
export type AuditEntry = AdminAudit["items"][number];
export type AdminLog = v.InferOutput<typeof adminLogSchema>;
export type AdminRows = v.InferOutput<typeof adminRowsSchema>;
export type AdminSchema = v.InferOutput<typeof adminSchemaSchema>;
export type AdminRebuilt = v.InferOutput<typeof adminRebuiltSchema>;
