// A Reed that knows a Discord on this machine, for the length of one spec file: both on ports of their own, so files run side by side.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Page } from "@playwright/test";
import { APPLICATION } from "../../scripts/discord/application.ts";
import type { HostOptions } from "../../scripts/discord/host/host-options.ts";
import { LocalDiscord } from "../../scripts/discord/local-discord.ts";
import { freePort } from "../../scripts/operator/free-port.ts";
import { registerCommands } from "../../scripts/operator/register-commands.ts";
import { startServer } from "../../scripts/server.ts";
import { NoteScreen } from "../screens/note-screen.ts";
import { activityOf, openHost } from "./open.ts";

export interface ReedInDiscord {
  /** http://localhost:<port>: Reed as a browser's tab sees it. */
  readonly url: string;
  readonly discord: LocalDiscord;
  stop(): Promise<void>;
}

/** Takes as long as the server needs to start: give `beforeAll` two minutes. */
export async function startReedInDiscord(): Promise<ReedInDiscord> {
  const port = await freePort();
  const stateDir = mkdtempSync(path.join(tmpdir(), "reed-discord-"));
  const discord = await LocalDiscord.start({ appUrl: `http://127.0.0.1:${port}` });
  // A server that was started a moment ago, beside other tests, is no measure of how fast the endpoint is.
  discord.state.firstAnswerMs = 15_000;
  try {
    const { applicationId, botToken } = APPLICATION;
    await registerCommands({ applicationId, botToken, api: discord.api.api });
    const server = await startServer({ port, stateDir, vars: discord.variables() });
    const stop = async (): Promise<void> => {
      await server.stop();
      await discord.stop();
      rmSync(stateDir, { recursive: true, force: true });
    };
    return { url: server.url, discord, stop };
  } catch (error) {
    await discord.stop();
    throw error;
  }
}

/** Opens the activity for the first of the users: what they see is in `app`. */
export async function launch(page: Page, discord: LocalDiscord, options: HostOptions): Promise<NoteScreen> {
  await openHost(page, discord, { ...options, isOpen: true });
  return new NoteScreen(page, activityOf(page, options.users[0] ?? ""));
}
