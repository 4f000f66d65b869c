// A server that was brought back from a backup knows less than the people who wrote in the meantime (docs/operations.md).
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "@playwright/test";
import { ROOT } from "../scripts/root.ts";
import { type Server, startServer } from "../scripts/server.ts";
import { NoteScreen } from "./screens/note-screen.ts";

const PORT = Number(process.env["REED_E2E_PORT"] ?? 8797) + 60;
const ADMIN_TOKEN = "an-operator-of-the-tests-and-nobody-else";
const BACK = { timeout: 45_000 } as const;

/** As an operator does it, by the command that the operations page names. */
function openGeneration(url: string, noteId: string): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/open-generation.ts", url, noteId], {
    cwd: ROOT,
    env: { ...process.env, ADMIN_TOKEN },
    encoding: "utf8",
  });
  expect(status, `${stdout}${stderr}`).toBe(0);
  expect(stdout).toContain('{"seq":');
}

test.describe("a server that was restored to an earlier state", () => {
  let folder: string;
  let server: Server;
  const start = () => startServer({ port: PORT, stateDir: path.join(folder, "state"), vars: { ADMIN_TOKEN } });

  test.beforeAll(async () => {
    test.setTimeout(120_000);
    folder = mkdtempSync(path.join(tmpdir(), "reed-restored-"));
    server = await start();
  });

  test.afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test("gets back what it lost from those who have it, once they have read that it was restored", async ({
    browser,
  }) => {
    test.setTimeout(180_000);
    const [state, backup] = [path.join(folder, "state"), path.join(folder, "backup")];
    const ana = await NoteScreen.meet(browser, server.url);
    await ana.newNote();
    await ana.write("Kept.");
    await ana.expectSaved();
    const link = await ana.copyLink("edit");
    const noteId = new URL(link).pathname.split("/")[2] ?? "";
    await server.stop();
    cpSync(state, backup, { recursive: true });
    server = await start();

    await ana.write(" Lost.");
    await expect(ana.saveState).toHaveText("Saved", BACK);
    const mo = await NoteScreen.meet(browser, server.url);
    await mo.open(link);
    await mo.expectText("Kept. Lost.");
    await mo.expectSaved();
    await ana.page.context().setOffline(true);
    await ana.write(" Unsent.");
    await expect(ana.saveState).toHaveText("Saved on this device", BACK);
    await server.stop();
    rmSync(state, { recursive: true });
    cpSync(backup, state, { recursive: true });
    server = await start();

    // Without a word from the operator this is what a forged history looks like: nothing is sent, and nothing lost.
    const moNotice = mo.page.locator(".notice");
    await expect(moNotice).toContainText("The server’s copy of this note is not the one you had.", BACK);
    await mo.expectText("Kept. Lost.");
    openGeneration(server.url, noteId);

    await ana.page.context().setOffline(false);
    const notice = ana.page.locator(".notice");
    await expect(notice).toContainText("The server lost part of this note’s history", BACK);
    await ana.expectText("Kept. Lost. Unsent.");
    await ana.page.getByRole("button", { name: "Continue" }).click();
    await expect(ana.saveState).toHaveText("Saved", BACK);
    await expect(notice).toBeHidden();
    await ana.expectText("Kept. Lost. Unsent.");

    await mo.page.reload();
    await expect(moNotice).toContainText("The server lost part of this note’s history", BACK);
    await mo.page.getByRole("button", { name: "Continue" }).click();
    await expect(mo.saveState).toHaveText("Saved", BACK);
    // What both of them had and the server had lost is there, and nobody's words are gone.
    const sam = await NoteScreen.meet(browser, server.url);
    await sam.open(link);
    await expect.poll(() => sam.text(), BACK).toContain("Unsent.");
    const text = await mo.text();
    expect(text).toBe("Kept. Lost. Unsent.");
    await sam.expectText(text);
    await ana.expectText(text);
  });
});
