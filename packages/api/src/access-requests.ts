// Asking to be let in, and the owners' answers.
import * as v from "valibot";
import { namedField, roleField, timeField, wordsField } from "./fields.ts";

const MAX_MESSAGE_LENGTH = 500;

/** POST …/access-requests: 202 whatever comes of it, also where there is nothing. */
export const askAccessRequestSchema = v.strictObject({
  message: v.optional(v.nullable(wordsField(MAX_MESSAGE_LENGTH))),
});

export const accessRequestSchema = v.object({
  id: v.string(),
  user: namedField,
  message: v.nullable(v.string()),
  at: timeField,
});

/** GET …/access-requests: open ones, oldest first. */
export const accessRequestListSchema = v.object({
  items: v.array(accessRequestSchema),
  nextCursor: v.nullable(v.string()),
});

/** POST …/access-requests/<id>: null gives nothing, and closes it. */
export const answerAccessRequestSchema = v.strictObject({ role: v.nullable(roleField) });

export type AskAccessRequest = v.InferInput<typeof askAccessRequestSchema>;
export type AccessRequest = v.InferOutput<typeof accessRequestSchema>;
export type AccessRequestList = v.InferOutput<typeof accessRequestListSchema>;
export type AnswerAccessRequest = v.InferInput<typeof answerAccessRequestSchema>;
