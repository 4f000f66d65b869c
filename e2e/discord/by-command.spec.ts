// What somebody does who has no Discord application: `npm run discord`, and the first address that it prints.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { test } from "@playwright/test";
import { freePort } from "../../scripts/operator/free-port.ts";
import { ROOT } from "../../scripts/root.ts";
import { NoteScreen } from "../screens/note-screen.ts";
import { activityOf } from "./open.ts";

interface Started {
  /** Everything that was printed until Reed was there. */
  readonly printed: string;
  /** The exit status after Ctrl-C. */
  stop(): Promise<number | null>;
}

async function startByCommand(stateDir: string): Promise<Started> {
  const env = { ...process.env, PORT: String(await freePort()), REED_STATE: stateDir };
  const child = spawn("npm", ["run", "--silent", "discord"], { cwd: ROOT, env, detached: true });
  const { promise: gone, resolve: end } = Promise.withResolvers<number | null>();
  child.once("exit", end);
  let printed = "";
  const { promise: isThere, resolve, reject } = Promise.withResolvers<void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
      if (printed.includes("Turn into note")) resolve();
    });
  }
  void gone.then(() => reject(new Error(printed)));
  await isThere;
  const stop = async (): Promise<number | null> => {
    // As a terminal does it: to npm and to all that it started.
    if (child.pid !== undefined) process.kill(-child.pid, "SIGINT");
    return gone;
  };
  return { printed, stop };
}

test("`npm run discord` starts a Discord around Reed, in which two people write one note", async ({ page }) => {
  test.setTimeout(180_000);
  const stateDir = mkdtempSync(path.join(tmpdir(), "reed-by-command-"));
  const { printed, stop } = await startByCommand(stateDir);
  try {
    const address = /Ann and Bob side by side\s+(\S+)/.exec(printed)?.[1] ?? "";
    await page.goto(address);
    const [ann, bob] = ["ann", "bob"].map((user) => new NoteScreen(page, activityOf(page, user)));
    if (ann === undefined || bob === undefined) throw new Error("two were expected");
    await page.getByRole("region", { name: "ann", exact: true }).getByRole("button", { name: "Open Reed" }).click();
    await ann.write("Snacks");
    await ann.expectSaved();
    await page.getByRole("region", { name: "bob", exact: true }).getByRole("button", { name: "Open Reed" }).click();
    await bob.expectText("Snacks");
    await bob.write(" and tea");
    await ann.expectText("Snacks and tea");
  } finally {
    await stop();
    rmSync(stateDir, { recursive: true, force: true });
  }
});
