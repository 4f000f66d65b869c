// The share links of a note, as its owners see them.
import * as v from "valibot";
import { linkIdField, linkRoleField, nameField, timeField } from "./fields.ts";

const MAX_USES = 1_000_000;

export const createLinkRequestSchema = v.object({
  role: linkRoleField,
  name: v.optional(v.nullable(nameField)),
  expiresAt: v.optional(v.nullable(timeField)),
  maxUses: v.optional(v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(MAX_USES)))),
});

export const linkSchema = v.object({
  id: linkIdField,
  /** Whole: of an edit link with its secret behind the "#". */
  url: v.string(),
  role: linkRoleField,
  name: v.nullable(v.string()),
  createdAt: timeField,
  expiresAt: v.nullable(timeField),
  maxUses: v.nullable(v.number()),
  /** Devices that came by it. */
  uses: v.number(),
  lastUsedAt: v.nullable(timeField),
  /** Sockets open now that came by it. */
  live: v.number(),
});

export const linkListSchema = v.object({ items: v.array(linkSchema), nextCursor: v.nullable(v.string()) });

export type CreateLinkRequest = v.InferInput<typeof createLinkRequestSchema>;
export type Link = v.InferOutput<typeof linkSchema>;
export type LinkList = v.InferOutput<typeof linkListSchema>;
