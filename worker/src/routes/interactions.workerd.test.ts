// Who is believed to be Discord.
import { env } from "cloudflare:workers";
import { createExecutionContext } from "cloudflare:test";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { createApp } from "../app.ts";
import {
  headersFor,
  newChannel,
  newPerson,
  note,
  payloadOf,
  post,
  type Signing,
} from "../discord/interactions/interactions.test-support.ts";
import { api, ORIGIN, problemIn, startWorld } from "../world.test-support.ts";

beforeAll(startWorld);
afterEach(() => vi.restoreAllMocks());

const PING = JSON.stringify({ type: 1, id: "1", application_id: env.DISCORD_APPLICATION_ID, token: "t", version: 1 });

async function secondsFromNow(seconds: number): Promise<Signing> {
  return { timestamp: String(Math.floor(Date.now() / 1000) + seconds) };
}

describe("the endpoint of interactions", () => {
  it("[D60] answers Discord's question whether it is there", async () => {
    const response = await post(PING, await headersFor(PING));
    expect([response.status, await response.json()]).toEqual([200, { type: 1 }]);
    expect(response.headers.get("Content-Type")).toMatch(/^application\/json/);
    expect(response.headers.get("Cache-Control")).toBe("no-store");
  });

  it.each([-290, 290])("[D60] takes a clock that differs by %i seconds", async (seconds) => {
    expect((await post(PING, await headersFor(PING, await secondsFromNow(seconds)))).status).toBe(200);
  });

  it.each<[string, Signing]>([
    ["another key's", { seed: 1 }],
    ["of another body", { signed: PING.replace("1", "2") }],
    ["of five minutes ago", { timestamp: String(Math.floor(Date.now() / 1000) - 305) }],
    ["of the future", { timestamp: String(Math.floor(Date.now() / 1000) + 400) }],
    ["of a year ago", { timestamp: "1750000000" }],
    ["over a time that is none", { timestamp: "now" }],
    ["over an empty time", { timestamp: "" }],
    ["over a negative time", { timestamp: "-1" }],
    ["over a fraction", { timestamp: `${Math.floor(Date.now() / 1000)}.5` }],
  ])("[D60] refuses a signature that is %s, and says nothing", async (_, signing) => {
    const response = await post(PING, await headersFor(PING, signing));
    expect([response.status, await response.text()]).toEqual([401, ""]);
  });

  it.each([
    ["missing", (): string | null => null],
    ["empty", () => ""],
    ["in capitals", (hex: string) => hex.toUpperCase()],
    ["too short", (hex: string) => hex.slice(2)],
    ["too long", (hex: string) => `${hex}00`],
    ["not hex", (hex: string) => `zz${hex.slice(2)}`],
    ["base64", (hex: string) => btoa(hex).slice(0, 128)],
    ["changed in one bit", (hex: string) => (hex.startsWith("0") ? "1" : "0") + hex.slice(1)],
    ["all zeros", () => "0".repeat(128)],
    ["a megabyte", (hex: string) => hex.repeat(100)],
  ])("[D60] refuses a signature that is %s", async (_, change) => {
    const headers = await headersFor(PING);
    const { "X-Signature-Ed25519": signature = "", ...others } = headers;
    const changed = change(signature);
    const response = await post(PING, changed === null ? others : { ...others, "X-Signature-Ed25519": changed });
    expect([response.status, await response.text()]).toEqual([401, ""]);
  });

  it("[D60] refuses what has no timestamp, and what is longer than Discord writes", async () => {
    const { "X-Signature-Timestamp": _, ...others } = await headersFor(PING);
    expect((await post(PING, others)).status).toBe(401);
    const long = PING.replace("}", `,"x":"${"y".repeat(300_000)}"}`);
    const response = await post(long, await headersFor(long));
    expect([response.status, await response.text()]).toEqual([401, ""]);
  });

  it("[D60] is the same for a whole command", async () => {
    const body = JSON.stringify(payloadOf(newPerson(), newChannel(), 2, note("new")));
    const headers = await headersFor(body, { seed: 2 });
    expect((await post(body, headers)).status).toBe(401);
  });

  it.each([
    ["no JSON", "{"],
    ["no object", "[1]"],
    ["nothing", ""],
    ["another application", JSON.stringify({ type: 1, application_id: "5" })],
    ["no person", JSON.stringify({ ...payloadOf(newPerson(), newChannel(), 2, {}), member: undefined })],
    ["no channel", JSON.stringify({ ...payloadOf(newPerson(), newChannel(), 2, {}), channel: null, channel_id: null })],
    ["no token", JSON.stringify({ ...payloadOf(newPerson(), newChannel(), 2, {}), token: undefined })],
    ["a token with a path", JSON.stringify({ ...payloadOf(newPerson(), newChannel(), 2, {}), token: "a/../../b" })],
    ["an id that is none", JSON.stringify({ ...payloadOf(newPerson(), newChannel(), 2, {}), id: "1/2" })],
  ])("[D62] refuses %s, signed as it is", async (_, body) => {
    const response = await post(body, await headersFor(body));
    expect([response.status, await response.text()]).toEqual([400, ""]);
  });

  it("[D60] is not there for other methods, and not without an application", async () => {
    expect(await problemIn(await api("/discord/interactions"))).toBe("404 not_found");
    const {
      DISCORD_APPLICATION_ID: _a,
      DISCORD_CLIENT_SECRET: _b,
      DISCORD_BOT_TOKEN: _c,
      DISCORD_PUBLIC_KEY: _d,
      ...bare
    } = env;
    const request = new Request(`${ORIGIN}/discord/interactions`, {
      method: "POST",
      headers: await headersFor(PING),
      body: PING,
    });
    const response = await createApp().fetch(request, bare, createExecutionContext());
    expect(await problemIn(response)).toBe("404 not_found");
  });

  it("[D69] leaves nothing of a call in the log but that it came", async () => {
    const lines: string[] = [];
    for (const level of ["info", "error", "log", "warn"] as const)
      vi.spyOn(console, level).mockImplementation((line: unknown) => void lines.push(String(line)));
    const person = newPerson("Nosy Nellie");
    const payload = payloadOf(person, newChannel(), 2, { name: "strange command", type: 1 });
    const body = JSON.stringify(payload);
    expect((await post(body, await headersFor(body))).status).toBe(200);
    const all = lines.join("\n");
    expect(all).toContain('"route":"/discord/interactions"');
    for (const secret of [payload.token, person.id, "Nosy", "strange command"]) expect(all).not.toContain(secret);
  });
});
