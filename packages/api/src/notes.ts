// POST and PUT of notes: made here for a caller without keys, or brought by the device that made it.
import * as v from "valibot";
import { noteIdField, roleField, timeField } from "./fields.ts";
import { userSchema } from "./guests.ts";

export const createNoteRequestSchema = v.object({
  text: v.optional(v.string()),
  mode: v.optional(v.picklist(["open", "sealed"])),
});

export const createNoteResponseSchema = v.object({
  id: noteIdField,
  url: v.string(),
  role: roleField,
  /** A guest's note goes then if nobody touches it. */
  noteExpiresAt: v.optional(timeField),
  /** These three only where a guest was made for the caller. */
  user: v.optional(userSchema),
  accessToken: v.optional(v.string()),
  expiresAt: v.optional(timeField),
});

export const foundNoteResponseSchema = v.object({ id: noteIdField, url: v.string() });

export type CreateNoteRequest = v.InferInput<typeof createNoteRequestSchema>;
export type CreateNoteResponse = v.InferOutput<typeof createNoteResponseSchema>;
export type FoundNoteResponse = v.InferOutput<typeof foundNoteResponseSchema>;
