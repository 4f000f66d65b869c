import { spawnSync } from "node:child_process";
import path from "node:path";
import process from "node:process";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DiscordApiServer, startApi } from "../discord/api.ts";
import { APPLICATION } from "../discord/application.ts";
import { DiscordState } from "../discord/state.ts";
import { ROOT } from "../root.ts";
import { applicationOf, describeCommands, registerCommands, settingsIn } from "./register-commands.ts";

let state: DiscordState;
let api: DiscordApiServer;

beforeEach(async () => {
  state = new DiscordState();
  api = await startApi({ state });
});

afterEach(() => api.stop());

const { applicationId, botToken } = APPLICATION;

describe("registering", () => {
  it("gives Discord the whole list, which is as Discord wants it", async () => {
    await registerCommands({ applicationId, botToken, api: api.api });
    await registerCommands({ applicationId, botToken, api: api.api });
    expect(state.commands.map(({ name, type }) => [name, type])).toEqual([
      ["launch", 4],
      ["note", 1],
      ["Turn into note", 3],
    ]);
    expect(state.violations).toEqual([]);
  });

  it("says what Discord said, and never the token", async () => {
    const wrong = registerCommands({ applicationId, botToken: "no-such-token", api: api.api });
    await expect(wrong).rejects.toThrow(/^Discord answered 401: /);
    await expect(wrong).rejects.not.toThrow(/no-such-token/);
    expect(state.commands).toEqual([]);
  });
});

describe("what it is run with", () => {
  it("names what is missing", () => {
    expect(() => applicationOf({})).toThrow("DISCORD_APPLICATION_ID is not set");
    expect(() => applicationOf({ DISCORD_APPLICATION_ID: "12" })).toThrow("DISCORD_BOT_TOKEN is not set");
    expect(() => applicationOf({ DISCORD_APPLICATION_ID: "1/2", DISCORD_BOT_TOKEN: "t" })).toThrow("must be the id");
  });

  it("reads the file of the development server, with quotes and without", () => {
    const settings = settingsIn(
      '# mine\nDISCORD_APPLICATION_ID=12\nDISCORD_BOT_TOKEN="a.b=c"\nDISCORD_API=http://x/api/\n',
    );
    expect(applicationOf(settings)).toEqual({ applicationId: "12", botToken: "a.b=c", api: "http://x/api" });
    expect(applicationOf({ ...settings, DISCORD_API: undefined }).api).toBe("https://discord.com/api/v10");
  });

  it("tells what people can type", () => {
    expect(describeCommands()).toEqual([
      "launch (entry point): Open the notes of this channel",
      "/note new: Begin a note for everybody here",
      "/note open: Open a note of this channel",
      "/note search: Find a note of this channel and show it here",
      "Apps > Turn into note (menu of a message)",
    ]);
  });

  it("registers nothing with --dry-run, and prints the list", () => {
    const script = path.join(ROOT, "scripts/discord-commands.ts");
    const { stdout, status } = spawnSync(process.execPath, [script, "--dry-run"], {
      encoding: "utf8",
      env: { ...process.env, DISCORD_API: api.api },
    });
    expect([status, JSON.parse(stdout)]).toMatchObject([
      0,
      [{ name: "launch", type: 4 }, { name: "note" }, { type: 3 }],
    ]);
    expect(state.commands).toEqual([]);
  });
});
