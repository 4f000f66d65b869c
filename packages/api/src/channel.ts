// The chat channel that the caller came through, and what it may do with one note. The channel itself is never named in a request: it is
// the one that the session was proven for.
import * as v from "valibot";
import { snowflakeField } from "./discord.ts";
import { linkRoleField } from "./fields.ts";

/** GET …/channel; `role` is null where the channel has nothing here. */
export const channelSchema = v.object({ channelId: snowflakeField, role: v.nullable(linkRoleField) });
/** PUT …/channel. */
export const putChannelRequestSchema = v.strictObject({ role: linkRoleField });
export const putChannelResponseSchema = v.object({ channelId: snowflakeField, role: linkRoleField });

export type Channel = v.InferOutput<typeof channelSchema>;
export type PutChannelRequest = v.InferInput<typeof putChannelRequestSchema>;
export type PutChannelResponse = v.InferOutput<typeof putChannelResponseSchema>;
