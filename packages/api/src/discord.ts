// POST /api/discord/session: a sign-in inside Discord. The client brings what Discord's client gave it; the server asks Discord who
// that is and where, and believes nobody else.
import * as v from "valibot";
import { ownUserSchema } from "./accounts.ts";
import { timeField } from "./fields.ts";

/** A Discord id: a number too large for a number. */
export const snowflakeField = v.pipe(v.string(), v.regex(/^\d{1,20}$/));

/** Of a running Activity, in a server's channel or in a conversation between people. */
export const instanceIdField = v.pipe(
  v.string(),
  v.regex(/^i-\d{1,20}-(?:gc-\d{1,20}-\d{1,20}|pc-\d{1,20})$/, "not the id of an instance"),
);

/** What Discord calls a picture of somebody; a_: it moves. */
export const avatarHashField = v.pipe(v.string(), v.regex(/^(?:a_)?[0-9a-f]{32}$/));

export const discordSessionRequestSchema = v.strictObject({
  /** Of AUTHORIZE; good once, and not for long. */
  code: v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,512}$/)),
  instanceId: instanceIdField,
  /** Takes a deleted user back, within its 30 days. */
  restore: v.optional(v.literal(true)),
});

export const discordSessionResponseSchema = v.object({
  user: ownUserSchema,
  accessToken: v.string(),
  expiresAt: timeField,
  /** Good for one refresh, for as long as the person is in the channel. */
  refreshToken: v.string(),
  discord: v.object({
    /** Discord's, for AUTHENTICATE and nothing else. */
    accessToken: v.string(),
    userId: snowflakeField,
    name: v.string(),
  }),
  space: v.object({ channelId: snowflakeField, guildId: v.nullable(snowflakeField) }),
});

export type DiscordSessionRequest = v.InferInput<typeof discordSessionRequestSchema>;
export type DiscordSessionResponse = v.InferOutput<typeof discordSessionResponseSchema>;
