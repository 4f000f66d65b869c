// Where in Discord a person is: asked of the instance API with the bot's token, which is the only word that counts. What a client says
// of its channel is not looked at.
import { type CallerSpace, spaceOf } from "../auth/caller-space.ts";
import { configOf, type Env } from "../env.ts";
import { ApiProblem } from "../http/problem.ts";
import { log } from "../log.ts";
import { spaceName } from "../space/rpc.ts";
import { DiscordApi } from "./api.ts";
import { problemOfRefusal } from "./refusal.ts";

/** Between looks for somebody who has just come: Discord may tell us of them a moment later than them of us. */
export const ARRIVAL_WAITS_MS = [400, 700, 900] as const;

/** null: the person is not in that instance, also after the waits. Throws a DiscordRefusal. */
export async function findPresence(
  api: DiscordApi,
  instanceId: string,
  discordId: string,
  waitsMs: readonly number[] = [],
): Promise<CallerSpace | null> {
  for (let look = 0; ; look += 1) {
    const found = await api.instance(instanceId);
    if (found?.users.includes(discordId) === true) {
      const { channelId, guildId, instance } = found;
      return spaceOf({ channel: channelId, guild: guildId, instance, discord: discordId });
    }
    const waitMs = waitsMs[look];
    if (waitMs === undefined) return null;
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}

/** As findPresence for somebody who was there, at the same place. Throws an ApiProblem where Discord can't be asked. */
export async function isStillThere(env: Env, { instance, channelId, discordId }: CallerSpace): Promise<boolean> {
  try {
    const found = await findPresence(discordApi(env), instance, discordId);
    return found?.channelId === channelId;
  } catch (error) {
    throw problemOfRefusal(error);
  }
}

/** Throws an ApiProblem where the server is not set up for Discord. */
export function discordApi(env: Env): DiscordApi {
  const { discord } = configOf(env);
  if (discord === null) throw new ApiProblem("discord_unavailable");
  return new DiscordApi(discord);
}

/** Tells the channel that somebody is there by this session; may be said again. */
export async function enterSpace(
  env: Env,
  { channelId, guildId, instance, discordId }: CallerSpace,
  who: { readonly userId: string; readonly sessionId: string; readonly name: string },
): Promise<void> {
  await spaceObject(env, channelId).enter({ ...who, discordId, channelId, guildId, instance });
}

/** The session has ended. A space that does not hear it finds out by itself. */
export async function leaveSpace(env: Env, { channelId }: CallerSpace, sessionId: string): Promise<void> {
  await spaceObject(env, channelId)
    .leave(sessionId)
    .catch((error: unknown) => {
      log("error", { duty: "leave space", error: error instanceof Error ? error.name : "unknown" });
    });
}

function spaceObject(env: Env, channelId: string) {
  return env.SPACE.get(env.SPACE.idFromName(spaceName(channelId)));
}
