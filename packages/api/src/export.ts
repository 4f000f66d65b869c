// Taking things away: one note in a form that other programs read, a copy of it, and everything that a person can read.
import * as v from "valibot";
import { noteIdField, roleField, seqField, seqParam, timeField, userIdField } from "./fields.ts";
import { userSchema } from "./guests.ts";
import { settingsSchema } from "./settings.ts";

export const EXPORT_FORMATS = ["md", "html", "json"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** GET …/export. Markdown unless stated. */
export const exportQuerySchema = v.object({ format: v.optional(v.picklist(EXPORT_FORMATS)) });

/** GET …/export?format=json. */
export const noteExportSchema = v.object({
  id: noteIdField,
  url: v.string(),
  /** Of whoever asks. */
  role: roleField,
  title: v.string(),
  text: v.string(),
  /** The position of the log whose text this is. */
  seq: seqField,
  createdAt: timeField,
  /** null for a note that never had any text. */
  updatedAt: v.nullable(timeField),
  settings: settingsSchema,
  /** As far as the caller may see them; null for who comes by a link. */
  members: v.nullable(v.array(v.object({ id: userIdField, name: v.string(), role: roleField }))),
});

/** Of one answer; the last line says where the next goes on. */
export const MAX_EXPORTED_NOTES = 500;

/** GET /api/me/export. */
export const accountExportQuerySchema = v.object({
  limit: v.optional(v.pipe(seqParam, v.minValue(1), v.maxValue(MAX_EXPORTED_NOTES))),
  cursor: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(1024))),
});

/** One line of NDJSON: who it is of, then a line for each note, then where it goes on. An answer without `end` was cut off. */
export const accountExportLineSchema = v.variant("type", [
  v.object({ type: v.literal("account"), user: userSchema, exportedAt: timeField }),
  v.object({
    type: v.literal("note"),
    id: noteIdField,
    url: v.string(),
    role: roleField,
    title: v.string(),
    text: v.string(),
    createdAt: timeField,
    updatedAt: v.nullable(timeField),
    isTrashed: v.boolean(),
    settings: settingsSchema,
  }),
  /** A note that was there when it was listed, and could not be read any more. */
  v.object({ type: v.literal("missing"), id: noteIdField }),
  v.object({ type: v.literal("end"), notes: v.number(), nextCursor: v.nullable(v.string()) }),
]);

export type NoteExport = v.InferOutput<typeof noteExportSchema>;
export type AccountExportLine = v.InferOutput<typeof accountExportLineSchema>;
