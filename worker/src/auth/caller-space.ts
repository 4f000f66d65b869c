// Where in Discord somebody is: a channel and the instance of the activity that runs in it. It stands in the row of the session,
// as Discord's instance API said it when the session was opened or last refreshed, and never as a client said it.
import { parsePrincipal, type Principal } from "@reed/log";
import * as v from "valibot";

export interface CallerSpace {
  /** `channel:<channelId>`. */
  readonly channel: Principal;
  readonly channelId: string;
  /** null: a conversation between people. */
  readonly guildId: string | null;
  readonly instance: string;
  /** Who the caller is at Discord. */
  readonly discordId: string;
}

/** The columns of `sessions`; all null for a session that was not opened in Discord. */
export const spaceColumns = {
  channel: v.nullable(v.string()),
  guild: v.nullable(v.string()),
  instance: v.nullable(v.string()),
  discord: v.nullable(v.string()),
} as const;

export interface SpaceRow {
  readonly channel: string | null;
  readonly guild: string | null;
  readonly instance: string | null;
  readonly discord: string | null;
}

export function spaceOf({
  channel: channelId,
  guild: guildId,
  instance,
  discord: discordId,
}: SpaceRow): CallerSpace | null {
  if (channelId === null || instance === null || discordId === null) return null;
  const channel = parsePrincipal(`channel:${channelId}`);
  return channel === null ? null : { channel, channelId, guildId, instance, discordId };
}
