// Looking back: the versions of a note, what was written in each and by whom, and what takes text away for good.
import * as v from "valibot";
import { nameField, noteIdField, roleField, seqField, seqParam, timeField } from "./fields.ts";
import { settingsSchema } from "./settings.ts";

const MAX_VERSIONS_PER_PAGE = 100;

/** Somebody who wrote: a user, a link that was written by, a channel. `name`: what people call them, where that is known. */
const personField = v.object({ principal: v.string(), name: v.nullable(v.string()) });

export const historyQuerySchema = v.object({
  limit: v.optional(v.pipe(seqParam, v.minValue(1), v.maxValue(MAX_VERSIONS_PER_PAGE))),
  cursor: v.optional(seqParam),
});

export const versionEntrySchema = v.object({
  /** Its address in this note; also the position in the log up to which the text is that of. */
  id: seqField,
  /** When the last change that it holds was received. */
  at: timeField,
  /** null: automatic, and thinned out as it grows older. */
  name: v.nullable(v.string()),
  /** First line; empty for an empty text. */
  title: v.string(),
  /** Who wrote most of it first; at most 20. */
  authors: v.array(personField),
  /** Of the text in UTF-8. */
  bytes: v.number(),
});

/** GET …/history: newest first. */
export const historySchema = v.object({ items: v.array(versionEntrySchema), nextCursor: v.nullable(v.string()) });

/** GET …/history/<id>. */
export const versionSchema = v.object({
  ...versionEntrySchema.entries,
  text: v.string(),
  /** Who wrote what, from the text's beginning to its end, in UTF-16 units; `by` null: not known. */
  runs: v.array(v.object({ units: v.number(), by: v.nullable(personField) })),
});

/** POST …/history keeps the text of now under a name. */
export const keepVersionRequestSchema = v.strictObject({ name: nameField });
/** PATCH …/history/<id>: null makes it automatic again. */
export const nameVersionRequestSchema = v.strictObject({ name: v.nullable(nameField) });

export const diffQuerySchema = v.object({
  /** The version that the pieces lead to. */
  against: v.optional(v.union([v.literal("current"), seqParam])),
});

/** GET …/history/<id>/diff: from that version to the other. */
export const diffSchema = v.object({
  pieces: v.array(v.object({ type: v.picklist(["same", "added", "removed"]), text: v.string() })),
});

/** What a write came to: the position of its last op. */
export const writtenSchema = v.object({ seq: seqField });

/** POST …/scrub: the note's own id, so that nobody does it by mistake. */
export const scrubRequestSchema = v.strictObject({ confirm: v.string() });
export const scrubResponseSchema = v.object({
  seq: seqField,
  /** Whether the removed text has left every place by now; where not, it is being removed. */
  isDone: v.boolean(),
});

/** PUT …/compliance. */
export const complianceRequestSchema = v.strictObject({ on: v.boolean() });
export const complianceSchema = v.object({ on: v.boolean() });

/** GET /api/notes/<id>. */
export const noteSchema = v.object({
  id: noteIdField,
  url: v.string(),
  role: roleField,
  title: v.string(),
  /** When the text was last changed; null for a note that never had any. */
  updatedAt: v.nullable(timeField),
  /** Since when it lies in the trash, where only its owners see it, and nobody writes. */
  trashedAt: v.nullable(timeField),
  compliance: complianceSchema,
  settings: settingsSchema,
});

export type HistoryQuery = v.InferOutput<typeof historyQuerySchema>;
export type Person = v.InferOutput<typeof personField>;
export type VersionEntry = v.InferOutput<typeof versionEntrySchema>;
export type VersionHistory = v.InferOutput<typeof historySchema>;
export type Version = v.InferOutput<typeof versionSchema>;
export type VersionDiff = v.InferOutput<typeof diffSchema>;
export type Written = v.InferOutput<typeof writtenSchema>;
export type ScrubResponse = v.InferOutput<typeof scrubResponseSchema>;
export type Compliance = v.InferOutput<typeof complianceSchema>;
export type NoteInfo = v.InferOutput<typeof noteSchema>;
