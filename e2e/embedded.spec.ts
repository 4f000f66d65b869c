import { createServer, type Server } from "node:http";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium, expect, type Page, test } from "@playwright/test";

/** A page of another site that shows `url` in a frame. */
async function hostPage(
  url: string,
  sandbox: string | null,
): Promise<{ readonly server: Server; readonly address: string }> {
  const attribute = sandbox === null ? "" : ` sandbox="${sandbox}"`;
  const html = `<!doctype html><title>Host</title><iframe title="Reed" src="${url}" width="900" height="600"${attribute}></iframe>`;
  const server = createServer((_request, response) => response.setHeader("content-type", "text/html").end(html));
  await new Promise<void>((resolve) => server.listen(3333, "localhost", resolve));
  return { server, address: "http://localhost:3333/" };
}

async function writesInFrame(page: Page, address: string): Promise<void> {
  await page.goto(address);
  const frame = page.frameLocator("iframe");
  await frame.getByRole("button", { name: "New note" }).first().click();
  await frame.getByRole("textbox", { name: "Note" }).click();
  await page.keyboard.type("From inside a frame");
  await expect(frame.getByRole("status").first()).toHaveText("Saved");
  await expect(frame.getByText(/can’t keep/).first()).toBeVisible();
}

test("in a frame whose third-party storage is blocked it works, and says what it can't keep", async ({
  baseURL,
}, testInfo) => {
  const { launchOptions } = testInfo.project.use;
  const profile = mkdtempSync(path.join(tmpdir(), "reed-profile-"));
  mkdirSync(path.join(profile, "Default"));
  const preferences = { profile: { block_third_party_cookies: true, cookie_controls_mode: 1 } };
  writeFileSync(path.join(profile, "Default", "Preferences"), JSON.stringify(preferences));
  const context = await chromium.launchPersistentContext(profile, launchOptions ?? {});
  const { server, address } = await hostPage((baseURL ?? "").replace("localhost", "127.0.0.1"), null);
  try {
    await writesInFrame(await context.newPage(), address);
  } finally {
    server.close();
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
});

test("in a frame with an opaque origin it works, and says what it can't keep", async ({ page, baseURL }) => {
  const { server, address } = await hostPage(
    (baseURL ?? "").replace("localhost", "127.0.0.1"),
    "allow-scripts allow-forms",
  );
  try {
    await writesInFrame(page, address);
  } finally {
    server.close();
  }
});
