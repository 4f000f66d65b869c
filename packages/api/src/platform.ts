// What a client must know of the server before anything else.
import * as v from "valibot";
import { snowflakeField } from "./discord.ts";
import { keyField } from "./fields.ts";

export const healthSchema = v.object({ ok: v.literal(true), version: v.string() });
export const platformSchema = v.object({
  /** Certifies devices: a genesis made offline names it. */
  platformKey: keyField,
  /** null: this server is not set up for Discord. */
  discordApplicationId: v.nullable(snowflakeField),
});

export type Health = v.InferOutput<typeof healthSchema>;
export type Platform = v.InferOutput<typeof platformSchema>;
