// Signing in and out, and the list of sign-ins: POST and DELETE /api/session, POST /api/session/refresh, /api/me/sessions.
import * as v from "valibot";
import { givenPasswordField, transportField, usernameField } from "./accounts.ts";
import { timeField, userIdField } from "./fields.ts";

export const signInRequestSchema = v.strictObject({
  username: usernameField,
  password: givenPasswordField,
  transport: v.optional(transportField),
  /** Takes a deleted account back, within its 30 days. */
  restore: v.optional(v.literal(true)),
});

/** Without a token the cookie is meant. */
export const refreshRequestSchema = v.strictObject({ refreshToken: v.optional(v.pipe(v.string(), v.maxLength(4096))) });

export const sessionIdField = userIdField;

const sessionSchema = v.object({
  id: sessionIdField,
  createdAt: timeField,
  lastUsedAt: timeField,
  userAgent: v.string(),
  /** Of the caller's own token. */
  isCurrent: v.boolean(),
});

/** GET /api/me/sessions: those that have not ended, the last used first; at most 100. */
export const sessionListSchema = v.object({ items: v.array(sessionSchema), nextCursor: v.nullable(v.string()) });

export type SignInRequest = v.InferInput<typeof signInRequestSchema>;
export type RefreshRequest = v.InferInput<typeof refreshRequestSchema>;
export type Session = v.InferOutput<typeof sessionSchema>;
export type SessionList = v.InferOutput<typeof sessionListSchema>;
