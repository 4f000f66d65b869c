// Reading a note's log over HTTP: where it stands, one position of it, its ops. The snapshot is bytes and has no schema here.
import * as v from "valibot";
import { envelopeField, hashField, keyField, seqField, seqParam, timeField } from "./fields.ts";

/** Large ops make a page shorter. */
const MAX_OPS_PER_PAGE = 100;
const MAX_VECTOR_CHARS = 8192;
const BASE64URL = /^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-][AQgw]|[A-Za-z0-9_-]{2}[AEIMQUYcgkosw048])?$/;

/** GET …/state: the head of the log, and what the text hashes to there. */
export const noteStateSchema = v.object({ seq: seqField, chain: hashField, stateHash: hashField });

export const chainQuerySchema = v.object({ seq: seqParam });
/** GET …/chain: the chain value at the position that was asked for. */
export const chainSchema = v.object({ seq: seqField, chain: hashField });

/** GET …/ops: of one author from a counter on, or of all after a position. A page begins where the last one's cursor says. */
export const opsQuerySchema = v.object({
  author: v.optional(keyField),
  fromCtr: v.optional(seqParam),
  since: v.optional(seqParam),
  limit: v.optional(v.pipe(seqParam, v.minValue(1), v.maxValue(MAX_OPS_PER_PAGE))),
  cursor: v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/))),
});

/** GET …/snapshot: without a position, the newest. */
export const snapshotQuerySchema = v.object({ seq: v.optional(seqParam) });

/** GET …/update: after a position, or after a Yjs state vector. */
export const updateQuerySchema = v.object({
  since: v.optional(seqParam),
  sv: v.optional(v.pipe(v.string(), v.maxLength(MAX_VECTOR_CHARS), v.regex(BASE64URL))),
});

/** The op at one position. `receivedAt` to the microsecond: the chain hashes it. */
export const loggedOpSchema = v.object({ seq: seqField, receivedAt: timeField, envelope: envelopeField });
export const opsSchema = v.object({ items: v.array(loggedOpSchema), nextCursor: v.nullable(v.string()) });

export type NoteState = v.InferOutput<typeof noteStateSchema>;
export type ChainAt = v.InferOutput<typeof chainSchema>;
export type OpsQuery = v.InferOutput<typeof opsQuerySchema>;
export type LoggedOp = v.InferOutput<typeof loggedOpSchema>;
export type OpsPage = v.InferOutput<typeof opsSchema>;
