// What the feed carries of a library, inside the frames of packages/protocol: each item is one note's newest state.
import * as v from "valibot";
import { noteIdField, seqField } from "./fields.ts";
import { noteItemSchema } from "./library.ts";

/** Where a note's log stood when this was said; `chain`: base64url. */
const headEntries = { seq: seqField, chain: v.string() };

export const feedItemSchema = v.variant("type", [
  v.object({ type: v.literal("note"), ...noteItemSchema.entries, ...headEntries }),
  /** It was lost: removed, left, or gone. */
  v.object({ type: v.literal("gone"), id: noteIdField }),
  v.object({ type: v.literal("head"), id: noteIdField, ...headEntries }),
]);

export type FeedItem = v.InferOutput<typeof feedItemSchema>;

/** null for a kind of item that this version does not know. */
export function readFeedItem(value: unknown): FeedItem | null {
  const result = v.safeParse(feedItemSchema, value);
  return result.success ? result.output : null;
}
