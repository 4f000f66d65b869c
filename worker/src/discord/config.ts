// What a deployment says of its Discord application: four settings, all of them or none, and where Discord is. A setting of the
// wrong form stops the first request with its name, never with its value.
import { fromHex } from "@reed/bytes";

export interface DiscordConfig {
  /** A snowflake. */
  readonly applicationId: string;
  readonly clientSecret: string;
  readonly botToken: string;
  /** Signs interactions: 32 bytes, Ed25519. */
  readonly publicKey: Uint8Array;
  /** Without a slash at the end. */
  readonly api: string;
  readonly cdn: string;
}

export interface DiscordSettings {
  readonly DISCORD_APPLICATION_ID?: string | undefined;
  readonly DISCORD_CLIENT_SECRET?: string | undefined;
  readonly DISCORD_BOT_TOKEN?: string | undefined;
  /** 64 hex digits. */
  readonly DISCORD_PUBLIC_KEY?: string | undefined;
  /** Where Discord's HTTP API and its pictures are; a stand-in's address in development. */
  readonly DISCORD_API?: string | undefined;
  readonly DISCORD_CDN?: string | undefined;
}

const FORMS = {
  DISCORD_APPLICATION_ID: /^\d{1,20}$/,
  DISCORD_CLIENT_SECRET: /^[\x21-\x7e]{8,200}$/,
  DISCORD_BOT_TOKEN: /^[\x21-\x7e]{8,200}$/,
  DISCORD_PUBLIC_KEY: /^[0-9a-f]{64}$/i,
} as const;
const NAMES = ["DISCORD_APPLICATION_ID", "DISCORD_CLIENT_SECRET", "DISCORD_BOT_TOKEN", "DISCORD_PUBLIC_KEY"] as const;
const DEFAULT_API = "https://discord.com/api/v10";
const DEFAULT_CDN = "https://cdn.discordapp.com";

/** null where none of the four is set. Throws an Error that names what is missing or malformed. */
export function discordConfigOf(settings: DiscordSettings): DiscordConfig | null {
  if (NAMES.every((name) => (settings[name] ?? "") === "")) return null;
  return {
    applicationId: settingOf(settings, "DISCORD_APPLICATION_ID"),
    clientSecret: settingOf(settings, "DISCORD_CLIENT_SECRET"),
    botToken: settingOf(settings, "DISCORD_BOT_TOKEN"),
    publicKey: fromHex(settingOf(settings, "DISCORD_PUBLIC_KEY").toLowerCase()),
    api: addressOf(settings, "DISCORD_API", DEFAULT_API),
    cdn: addressOf(settings, "DISCORD_CDN", DEFAULT_CDN),
  };
}

/** Where an Activity of this application runs, for a browser: pages that come through Discord's proxy have this origin. */
export function activityOrigin({ applicationId }: DiscordConfig): string {
  return `https://${applicationId}.discordsays.com`;
}

function settingOf(settings: DiscordSettings, name: (typeof NAMES)[number]): string {
  const text = settings[name] ?? "";
  if (!FORMS[name].test(text)) throw new Error(`the setting ${name} is missing or malformed: Discord takes all four`);
  return text;
}

function addressOf(settings: DiscordSettings, name: "DISCORD_API" | "DISCORD_CDN", otherwise: string): string {
  const text = settings[name] ?? "";
  if (text === "") return otherwise;
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain = url !== null && url.search === "" && url.hash === "" && url.username === "" && url.password === "";
  if (!isPlain || !/^https?:$/.test(url.protocol))
    throw new Error(`the setting ${name} must be the address of a server`);
  return text.replace(/\/+$/, "");
}
