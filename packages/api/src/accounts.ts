// POST /api/accounts: a user with a username and a password. A guest who calls keeps being the same user.
import * as v from "valibot";
import { colorField, nameField, timeField } from "./fields.ts";
import { userSchema } from "./guests.ts";

const MIN_PASSWORD_CHARS = 8;
const MAX_PASSWORD_CHARS = 200;
/** No JSON string of this length can hold more characters than a password may have. */
const MAX_PASSWORD_UNITS = 1000;

/** Unique for ever, in lower case. */
export const usernameField = v.pipe(
  v.string(),
  v.maxLength(100),
  v.toLowerCase(),
  v.regex(/^[a-z0-9_.-]{3,30}$/, "3 to 30 of a-z, 0-9, _, . and -"),
);

/** As it was typed, in NFKC, so that it is the same from every keyboard. */
export const givenPasswordField = v.pipe(
  v.string(),
  v.maxLength(MAX_PASSWORD_UNITS),
  v.check((password) => password.isWellFormed(), "unpaired surrogates"),
  v.transform((password) => password.normalize("NFKC")),
);

/** One that may be chosen. */
export const passwordField = v.pipe(
  givenPasswordField,
  v.check((password) => {
    const chars = [...password].length;
    return chars >= MIN_PASSWORD_CHARS && chars <= MAX_PASSWORD_CHARS;
  }, "8 to 200 characters"),
);

/** Where the refresh token goes: into a cookie that scripts can't read, or into the answer. */
export const transportField = v.picklist(["cookie", "body"]);

export const createAccountRequestSchema = v.strictObject({
  username: usernameField,
  password: passwordField,
  name: v.optional(nameField),
  color: v.optional(colorField),
  transport: v.optional(transportField),
});

/** A user as that user sees it. `username` null: a guest, or somebody from Discord who has no account. */
export const ownUserSchema = v.object({ ...userSchema.entries, username: v.nullable(v.string()) });

/** The answer to signing up, signing in and refreshing. */
export const sessionResponseSchema = v.object({
  user: ownUserSchema,
  accessToken: v.string(),
  expiresAt: timeField,
  /** Only for `transport: "body"`. Good for one refresh. */
  refreshToken: v.optional(v.string()),
});

export type Transport = v.InferOutput<typeof transportField>;
export type CreateAccountRequest = v.InferInput<typeof createAccountRequestSchema>;
export type OwnUser = v.InferOutput<typeof ownUserSchema>;
export type SessionResponse = v.InferOutput<typeof sessionResponseSchema>;
