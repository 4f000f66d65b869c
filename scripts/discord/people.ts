// A person of the local Discord, and the user object that Discord's answers carry.
import { APPLICATION } from "./application.ts";

export interface DiscordUser {
  readonly id: string;
  readonly username: string;
  readonly globalName: string | null;
  /** The hash of a picture; null for who has none. */
  readonly avatar: string | null;
  readonly locale: string;
}

export interface WireUser {
  readonly id: string;
  readonly username: string;
  readonly global_name: string | null;
  readonly avatar: string | null;
  readonly discriminator: string;
  readonly public_flags: number;
  readonly flags: number;
  readonly bot?: boolean | undefined;
  readonly primary_guild: null;
}

export function wireUser({ id, username, globalName, avatar }: DiscordUser): WireUser {
  return {
    id,
    username,
    global_name: globalName,
    avatar,
    discriminator: "0",
    public_flags: 0,
    flags: 0,
    primary_guild: null,
  };
}

export const BOT: WireUser = {
  id: APPLICATION.applicationId,
  username: APPLICATION.name,
  global_name: null,
  avatar: null,
  discriminator: "0001",
  public_flags: 0,
  flags: 0,
  bot: true,
  primary_guild: null,
};
