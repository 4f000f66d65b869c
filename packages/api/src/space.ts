// The chat channel that a session was opened in, as its people see it: the notes that it was given, and who is there now.
import * as v from "valibot";
import { snowflakeField } from "./discord.ts";
import { namedField, noteIdField, roleField, timeField } from "./fields.ts";

/** As Discord hands it to the app; the longest that it takes. */
const MAX_CUSTOM_ID_LENGTH = 256;

const spaceNoteSchema = v.object({
  id: noteIdField,
  title: v.string(),
  /** The channel's. */
  role: roleField,
  modifiedAt: timeField,
  addedBy: v.nullable(namedField),
});

const spacePersonSchema = v.object({
  user: namedField,
  /** The note of the channel that they have open. */
  noteId: v.nullable(noteIdField),
  isYou: v.boolean(),
});

const placeFields = {
  channelId: snowflakeField,
  /** null in a direct message or a group. */
  guildId: v.nullable(snowflakeField),
  /** Changed last first, at most 100. */
  notes: v.array(spaceNoteSchema),
  /** Seen within the last minute, the caller first; at most 100. */
  people: v.array(spacePersonSchema),
};

/** GET /api/space: `target` is the note to begin with, which the caller may read. */
export const spaceQuerySchema = v.object({
  customId: v.optional(v.pipe(v.string(), v.maxLength(MAX_CUSTOM_ID_LENGTH))),
});
export const spaceSchema = v.object({ ...placeFields, target: v.nullable(noteIdField) });

/** PUT /api/space/here: on each change, and every 20 seconds. `hasChanged`: somebody came or went, as the app was told. */
export const beHereRequestSchema = v.strictObject({
  noteId: v.nullable(noteIdField),
  hasChanged: v.optional(v.literal(true)),
});
export const beHereResponseSchema = v.object(placeFields);

export type SpaceNote = v.InferOutput<typeof spaceNoteSchema>;
export type SpacePerson = v.InferOutput<typeof spacePersonSchema>;
export type Space = v.InferOutput<typeof spaceSchema>;
export type BeHereRequest = v.InferInput<typeof beHereRequestSchema>;
export type SpaceView = v.InferOutput<typeof beHereResponseSchema>;
