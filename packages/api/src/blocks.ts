// Whom the owners of a note keep out, whatever links they hold.
import * as v from "valibot";
import { keyField, namedField, timeField, userIdField } from "./fields.ts";
import { cutSchema } from "./links.ts";

/** POST …/blocks: a user, or a device whose user is not known. */
export const blockRequestSchema = v.union([
  v.strictObject({ userId: userIdField }),
  v.strictObject({ device: keyField }),
]);
export const blockResponseSchema = v.object({ cut: cutSchema });

export const blockSchema = v.object({
  /** What DELETE …/blocks/<id> takes: a user's id or a device's key. */
  id: v.string(),
  /** null for a device. */
  user: v.nullable(namedField),
  by: namedField,
  at: timeField,
});

/** GET …/blocks: oldest first. */
export const blockListSchema = v.object({ items: v.array(blockSchema), nextCursor: v.nullable(v.string()) });

export type BlockRequest = v.InferInput<typeof blockRequestSchema>;
export type BlockResponse = v.InferOutput<typeof blockResponseSchema>;
export type Block = v.InferOutput<typeof blockSchema>;
export type BlockList = v.InferOutput<typeof blockListSchema>;
