// Discord channels: who is in an instance of the Activity, as the bot is told. The one place of spaces that knows Discord.
import { DiscordApi } from "../discord/api.ts";
import type { DiscordConfig } from "../discord/config.ts";
import type { Proving } from "./proving.ts";

/** Without an application nobody can be asked. */
export function provingOf(config: DiscordConfig | null): Proving {
  const api = config === null ? null : new DiscordApi(config);
  return {
    people: async (instance, channelId) => {
      if (api === null) throw new Error("no Discord application is configured");
      const found = await api.instance(instance);
      return new Set(found?.channelId === channelId ? found.users : []);
    },
  };
}
