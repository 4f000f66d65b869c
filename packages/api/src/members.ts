// The people of a note, by name: who has it, in what role, since when and from whom.
import * as v from "valibot";
import { namedField, roleField, timeField } from "./fields.ts";
import { cutSchema } from "./links.ts";

export const memberSchema = v.object({
  user: namedField,
  role: roleField,
  since: timeField,
  /** null for whoever made the note. */
  sharedBy: v.nullable(namedField),
  isYou: v.boolean(),
});

/** GET …/members: owners first. Who only reads sees the owners and themselves. */
export const memberListSchema = v.object({ items: v.array(memberSchema), nextCursor: v.nullable(v.string()) });

/** PUT …/members/<userId>. */
export const putMemberRequestSchema = v.strictObject({ role: roleField });
export const putMemberResponseSchema = v.object({ ...memberSchema.entries, cut: cutSchema });

export type Member = v.InferOutput<typeof memberSchema>;
export type MemberList = v.InferOutput<typeof memberListSchema>;
export type PutMemberRequest = v.InferInput<typeof putMemberRequestSchema>;
export type PutMemberResponse = v.InferOutput<typeof putMemberResponseSchema>;
