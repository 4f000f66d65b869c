// Registers the commands of Reed's application at Discord: one call replaces the whole list. Says what Discord said where it refuses.
import manifest from "../../package.json" with { type: "json" };
import { COMMANDS } from "../../worker/src/discord/interactions/commands.ts";

export interface Application {
  readonly applicationId: string;
  readonly botToken: string;
  /** Where Discord's HTTP API is; no slash at the end. */
  readonly api: string;
}

const DEFAULT_API = "https://discord.com/api/v10";
const TIMEOUT_MS = 15_000;

/** From settings of the names that the Worker reads. Throws an Error that names what is missing. */
export function applicationOf(settings: Readonly<Record<string, string | undefined>>): Application {
  const read = (name: string): string => {
    const text = settings[name] ?? "";
    if (text === "") throw new Error(`${name} is not set: put it into .dev.vars or the environment (README.md)`);
    return text;
  };
  const applicationId = read("DISCORD_APPLICATION_ID");
  if (!/^\d{1,20}$/.test(applicationId)) throw new Error("DISCORD_APPLICATION_ID must be the id of an application");
  const api = settings["DISCORD_API"] ?? "";
  return {
    applicationId,
    botToken: read("DISCORD_BOT_TOKEN"),
    api: (api === "" ? DEFAULT_API : api).replace(/\/+$/, ""),
  };
}

/** The lines `NAME=value` of a file of settings. */
export function settingsIn(text: string): Readonly<Record<string, string>> {
  const lines = text.split("\n").map((line) => /^([A-Z_]+)=["']?(.*?)["']?\s*$/.exec(line));
  return Object.fromEntries(lines.flatMap((line) => (line === null ? [] : [[line[1] ?? "", line[2] ?? ""]])));
}

/** What people type or choose, one of each command, for whoever runs this. */
export function describeCommands(): readonly string[] {
  return COMMANDS.flatMap(({ name, type, description = "", options = [] }) => {
    if (type === 3) return [`Apps > ${name} (menu of a message)`];
    if (type === 4) return [`${name} (entry point): ${description}`];
    return options.map((option) => `/${name} ${option.name}: ${option.description}`);
  });
}

/** Resolves when Discord has them. Throws an Error with Discord's own words, which hold no secret. */
export async function registerCommands({ applicationId, botToken, api }: Application): Promise<void> {
  const response = await fetch(`${api}/applications/${applicationId}/commands`, {
    method: "PUT",
    headers: {
      Authorization: `Bot ${botToken}`,
      "Content-Type": "application/json",
      "User-Agent": `DiscordBot (reed, ${manifest.version})`,
    },
    body: JSON.stringify(COMMANDS),
    redirect: "error",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const said = await response.text();
  if (!response.ok) throw new Error(`Discord answered ${response.status}: ${said.slice(0, 2000)}`);
}
