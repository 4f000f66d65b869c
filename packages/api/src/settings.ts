// The settings of a note that are not text. Which colours and levels there are, and what a tag can be, the log's registers say;
// here is only the form.
import * as v from "valibot";

const MAX_TAGS_PER_REQUEST = 64;

const tagsField = v.pipe(v.array(v.pipe(v.string(), v.nonEmpty())), v.maxLength(MAX_TAGS_PER_REQUEST));

/** GET …/settings. null: never set, or taken away. */
export const settingsSchema = v.object({
  color: v.nullable(v.string()),
  icon: v.nullable(v.string()),
  /** In the order of their letters. */
  tags: v.array(v.string()),
  /** Only owners write the text. */
  locked: v.boolean(),
  /** What a card shows of the note; null: as Reed has it by default. */
  preview: v.nullable(v.string()),
});

/** PATCH …/settings: only what is named changes; null takes a value away. */
export const changeSettingsRequestSchema = v.pipe(
  v.strictObject({
    color: v.optional(v.nullable(v.string())),
    icon: v.optional(v.nullable(v.pipe(v.string(), v.nonEmpty()))),
    tags: v.optional(v.strictObject({ add: v.optional(tagsField), remove: v.optional(tagsField) })),
    locked: v.optional(v.boolean()),
    preview: v.optional(v.nullable(v.string())),
  }),
  v.check((changes) => Object.keys(changes).length > 0, "nothing to change"),
);

export type Settings = v.InferOutput<typeof settingsSchema>;
export type ChangeSettingsRequest = v.InferInput<typeof changeSettingsRequestSchema>;
