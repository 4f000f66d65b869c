import { discordSessionRequestSchema, discordSessionResponseSchema } from "../discord.ts";
import { json, media, type Operation } from "./operation.ts";

export const discordOperations: readonly Operation[] = [
  {
    id: "openDiscordSession",
    method: "POST",
    path: "/api/discord/session",
    summary:
      "Sign in inside Discord, by the code of its client; the channel is the one that Discord shows the person in",
    access: { type: "public" },
    body: json(discordSessionRequestSchema),
    answers: { 201: json(discordSessionResponseSchema) },
    problems: ["discord_unavailable", "discord_refused", "discord_unreachable", "account_deleted", "session_ended"],
  },
  {
    id: "discordAvatar",
    method: "GET",
    path: "/api/discord/avatars/:snowflake/:avatar",
    summary: "The picture of somebody from Discord",
    access: { type: "public" },
    answers: { 200: media("image/*") },
    problems: ["discord_unavailable"],
  },
];
