// People in chat channels without Discord: their identities and sessions as a sign-in inside Discord leaves them, and a Discord of the
// test's own that says who is in which instance.
import { env } from "cloudflare:workers";
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { deviceResponseSchema, type Space, spaceSchema } from "@reed/api";
import { fromBase64Url, toBase64Url } from "@reed/bytes";
import { generateDeviceKey } from "@reed/crypto";
import { channelPrincipal, type NoteId } from "@reed/log";
import * as v from "valibot";
import { issueAccessToken } from "../auth/access-token.ts";
import type { CallerSpace } from "../auth/caller-space.ts";
import { configOf } from "../env.ts";
import { userOfIdentity } from "../identity/identities.ts";
import { newSessionId, sessionStatements } from "../identity/sessions.ts";
import { ask } from "../note/sharing.test-support.ts";
import { api, type Guest, postJson, proofOf } from "../world.test-support.ts";
import type { Proving } from "./proving.ts";
import { spaceName } from "./rpc.ts";

/** An instance of the Activity in a channel, of which each test has its own. */
export interface Place {
  readonly channelId: string;
  readonly guildId: string;
  readonly instance: string;
}

/** Somebody with a session inside Discord. */
export interface Visitor extends Guest {
  readonly discordId: string;
  readonly sessionId: string;
  readonly place: Place;
}

let made = 0;

/** A number that no other test has. */
function snowflake(): string {
  made += 1;
  return `${Date.now()}${String(made).padStart(5, "0")}`;
}

export function newPlace(): Place {
  const [channelId, guildId] = [snowflake(), snowflake()];
  return { channelId, guildId, instance: `i-${snowflake()}-gc-${guildId}-${channelId}` };
}

function callerSpaceOf({ channelId, guildId, instance }: Place, discordId: string): CallerSpace {
  return { channel: channelPrincipal(channelId), channelId, guildId, instance, discordId };
}

/** Puts the session of a token into `place`, as if it had been opened there. */
export async function putInside(token: string, place: Place): Promise<void> {
  const payload: unknown = JSON.parse(new TextDecoder().decode(fromBase64Url(token.split(".")[1] ?? "")));
  const { sid } = v.parse(v.object({ sid: v.string() }), payload);
  await env.PLATFORM.prepare("UPDATE sessions SET channel = ?, guild = ?, instance = ?, discord = ? WHERE id = ?")
    .bind(place.channelId, place.guildId, place.instance, snowflake(), sid)
    .run();
}

/** A person of Discord who comes in at `place`: with a user, a session and a device. The same `discordId` is the same user. */
export async function newVisitor(place: Place, name = "Mo", discordId = snowflake()): Promise<Visitor> {
  const nowMs = Date.now();
  const { user } = await userOfIdentity(env.PLATFORM, { provider: "discord", subject: discordId }, name, nowMs);
  const sessionId = newSessionId(nowMs);
  const space = callerSpaceOf(place, discordId);
  const session = { id: sessionId, userId: user.id, device: null, userAgent: "", refresh: null, space };
  await env.PLATFORM.batch([...sessionStatements(env.PLATFORM, session, nowMs)]);
  const { token } = await issueAccessToken(configOf(env).tokens, { userId: user.id, sessionId }, nowMs);
  const key = await generateDeviceKey();
  const device = toBase64Url(key.publicKey);
  const response = await postJson("/api/devices", { device, proof: await proofOf(key) }, token);
  const { certificate } = v.parse(deviceResponseSchema, await response.json());
  return {
    key,
    device,
    userId: user.id,
    certificate: fromBase64Url(certificate),
    token,
    discordId,
    sessionId,
    place,
  };
}

export async function enter({ userId, sessionId, discordId, place }: Visitor, name = "Mo"): Promise<void> {
  await spaceObject(place).enter({ userId, sessionId, discordId, name, ...place });
}

export function spaceObject({ channelId }: Pick<Place, "channelId">) {
  return env.SPACE.get(env.SPACE.idFromName(spaceName(channelId)));
}

/** What the channel is shown to `who`. */
export async function look(who: Visitor, customId?: string): Promise<Space> {
  const query = customId === undefined ? "" : `?customId=${encodeURIComponent(customId)}`;
  const response = await api(`/api/space${query}`, { headers: { Authorization: `Bearer ${who.token}` } });
  return v.parse(spaceSchema, await response.json());
}

/** Gives the note to the channel that `owner` came through. */
export async function giveNote(owner: Guest, noteId: NoteId, role: "viewer" | "editor"): Promise<void> {
  const { status } = await ask(owner, "PUT", noteId, "/channel", { role });
  if (status !== 200) throw new Error(`not given: ${status}`);
}

/** Asks until it is so: what notes tell takes a moment. */
export async function soon<T>(attempt: () => Promise<T | null>): Promise<T> {
  for (let tries = 0; tries < 200; tries += 1) {
    const found = await attempt();
    if (found !== null) return found;
    await scheduler.wait(10);
  }
  throw new Error("it never came");
}

/** Who is in which instance, as the test says; `isAway`: nobody answers. */
export class FakeDiscord implements Proving {
  readonly instances = new Map<string, Set<string>>();
  isAway = false;
  asked = 0;

  people(instance: string): Promise<ReadonlySet<string>> {
    this.asked += 1;
    if (this.isAway) return Promise.reject(new Error("Discord is away"));
    return Promise.resolve(new Set(this.instances.get(instance)));
  }

  put(...people: readonly Visitor[]): void {
    for (const { place, discordId } of people)
      this.instances.set(place.instance, new Set(this.instances.get(place.instance)).add(discordId));
  }

  remove({ place, discordId }: Visitor): void {
    this.instances.get(place.instance)?.delete(discordId);
  }

  /** The space asks here from now on. */
  async answerFor(place: Place): Promise<void> {
    await runInDurableObject(spaceObject(place), (object) => {
      object.proving.current = this;
    });
  }
}

/** The check of who is there, which the alarm makes. Whether there was one to make. */
export function check(place: Place): Promise<boolean> {
  return runDurableObjectAlarm(spaceObject(place));
}
