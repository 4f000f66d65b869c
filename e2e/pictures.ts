// Draws the pictures of the README: `npm run pictures`. A real server, a real browser, two people at one note.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type BrowserContextOptions, chromium, type Page } from "playwright";
import { startServer } from "../scripts/server.ts";
import { CHROMIUM_FLAGS, findBrowser } from "./harness/browser.ts";

const OUTPUT = path.resolve(import.meta.dirname, "../docs/images");
const DESKTOP: BrowserContextOptions = { viewport: { width: 1280, height: 800 } };
const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
const TEXT = [
  "# Cabin weekend",
  "Friday 18:00, Ana drives. Address is in the **pinned** message, key code `4471#`.",
  "",
  "## Bring",
  "- [x] Bread, cheese, the good olives",
  "- [x] Sleeping bags (3)",
  "- [ ] Charcoal and matches",
  "- [ ] Board games, *not* Risk again",
  "",
  "## Who sleeps where",
  "Loft: Ana, Mo. Sofa: Sam",
].join("\n");

const stateDir = mkdtempSync(path.join(tmpdir(), "reed-pictures-"));
const server = await startServer({ port: 8793, stateDir });
const found = findBrowser();
const browser = await chromium.launch({
  args: [...CHROMIUM_FLAGS],
  ...(found?.type === "at" ? { executablePath: found.path } : {}),
});

async function visit(options: BrowserContextOptions, colorScheme: "light" | "dark", address: string): Promise<Page> {
  const context = await browser.newContext({ ...options, colorScheme });
  const page = await context.newPage();
  await page.goto(address);
  return page;
}

mkdirSync(OUTPUT, { recursive: true });
const ana = await visit({ ...DESKTOP, permissions: ["clipboard-read", "clipboard-write"] }, "light", server.url);
await ana.getByRole("button", { name: "New note" }).first().click();
await ana.getByRole("textbox", { name: "Note" }).click();
await ana.keyboard.insertText(TEXT);
await ana.getByText("Saved", { exact: true }).waitFor();
await ana.getByRole("button", { name: "Share", exact: true }).click();
await ana.getByRole("button", { name: "Copy edit link" }).click();
await ana.getByText("Copied.").waitFor();
const link = await ana.evaluate(() => navigator.clipboard.readText());
await ana.getByRole("img").first().waitFor();
await ana.screenshot({ path: path.join(OUTPUT, "share-light.png") });
await ana.keyboard.press("Escape");
await ana.getByRole("textbox", { name: "Note" }).click();

const mo = await visit(PHONE, "dark", link);
await mo.getByText("Charcoal and matches").click();
await mo.keyboard.press("End");
await mo.keyboard.type("!");
await ana.locator(".reed-flag").waitFor();
await ana.screenshot({ path: path.join(OUTPUT, "note-light.png") });
await mo.getByText("Saved", { exact: true }).waitFor();
await mo.screenshot({ path: path.join(OUTPUT, "phone-dark.png") });

const page = await (await fetch(link.split("#")[0] ?? "")).text();
const picture = /og:image" content="([^"]+)"/.exec(page)?.[1] ?? "";
writeFileSync(path.join(OUTPUT, "card.png"), Buffer.from(await (await fetch(picture)).arrayBuffer()));

await browser.close();
await server.stop();
rmSync(stateDir, { recursive: true, force: true });
