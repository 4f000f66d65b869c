// `npm run bench:discord [-- --launches 10 --slowdown 4 --latency 0]`: how long somebody waits who launches Reed in a channel where a
// note is: from the frame's first request to a caret in that note. The real server and SDK in a Discord on this machine, each launch
// in a browser that has never seen Reed, its processor so many times slower, each request so many ms longer under way. README.md has
// the promise and the numbers.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { type Browser, chromium, type Page } from "playwright";
import { activityOf, openHost } from "../e2e/discord/open.ts";
import { CHROMIUM_FLAGS, findBrowser } from "../e2e/harness/browser.ts";
import { LocalDiscord } from "../scripts/discord/local-discord.ts";
import { freePort } from "../scripts/operator/free-port.ts";
import { startServer } from "../scripts/server.ts";
import { summarize } from "./lib/stats.ts";

const { values } = parseArgs({
  options: {
    launches: { type: "string", default: "10" },
    slowdown: { type: "string", default: "4" },
    latency: { type: "string", default: "0" },
  },
});
const NO_LIMIT = -1;
const PROMISED_MS = 1500;
const TEXT = "Snacks for Saturday";
const CHANNEL = "general";
/** A frame of another site has a process of its own otherwise, which the page's slowdown does not reach. */
const ONE_PROCESS = ["--disable-site-isolation-trials", "--disable-features=IsolateOrigins,site-per-process"];

declare global {
  interface Window {
    /** `caretMs`: since the frame's navigation began. Asking the page again and again would slow down what is measured. */
    caretIsThere: (caretMs: number) => void;
  }
}

async function newPage(browser: Browser, caretIsThere: (caretMs: number) => void): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.exposeFunction("caretIsThere", caretIsThere);
  await page.addInitScript((text) => {
    const looking = setInterval(() => {
      const { activeElement } = document;
      const isThere = activeElement?.matches("[role=textbox][contenteditable=true]") === true;
      if (!isThere || !activeElement.textContent.includes(text)) return;
      clearInterval(looking);
      globalThis.window.caretIsThere(performance.now());
    }, 10);
  }, TEXT);
  return page;
}

/** The first in the channel begins the note that all others open. */
async function begin(browser: Browser, discord: LocalDiscord): Promise<void> {
  const page = await newPage(browser, () => undefined);
  await openHost(page, discord, { users: ["ann"], channel: CHANNEL, isOpen: true });
  await activityOf(page, "ann").getByRole("textbox", { name: "Note" }).click();
  await page.keyboard.type(TEXT);
  await activityOf(page, "ann").getByText("Saved", { exact: true }).first().waitFor();
}

async function launchOnce(browser: Browser, discord: LocalDiscord, user: string): Promise<number> {
  const { promise: caretMs, resolve } = Promise.withResolvers<number>();
  const page = await newPage(browser, resolve);
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: Number(values.slowdown) });
  const latency = Number(values.latency);
  const unlimited = { offline: false, downloadThroughput: NO_LIMIT, uploadThroughput: NO_LIMIT };
  if (latency > 0) await session.send("Network.emulateNetworkConditions", { ...unlimited, latency });
  await openHost(page, discord, { users: [user], channel: CHANNEL, isOpen: true });
  const caret = await caretMs;
  await page.context().close();
  return caret;
}

const browserAt = findBrowser();
if (browserAt === null) throw new Error("there is no Chromium");
const stateDir = mkdtempSync(path.join(tmpdir(), "reed-bench-discord-"));
const port = await freePort();
const discord = await LocalDiscord.start({ appUrl: `http://localhost:${port}` });
const server = await startServer({ port, stateDir, vars: discord.variables() });
const browser = await chromium.launch({
  args: [...CHROMIUM_FLAGS, ...ONE_PROCESS],
  ...(browserAt.type === "at" ? { executablePath: browserAt.path } : {}),
});
try {
  await begin(browser, discord);
  const times: number[] = [];
  for (let launch = 0; launch < Number(values.launches); launch += 1)
    times.push(await launchOnce(browser, discord, `person${launch}`));
  const { median, min, max } = summarize(times);
  const shown = [median, min, max].map(Math.round);
  process.stdout.write(`to the caret: ${shown[0]} ms (${shown[1]} to ${shown[2]}), ${PROMISED_MS} promised\n`);
  if (discord.violations.length > 0) throw new Error("Discord was asked something that it does not document");
} finally {
  await browser.close();
  await Promise.all([server.stop(), discord.stop()]);
  rmSync(stateDir, { recursive: true, force: true });
}
process.exit(0);
