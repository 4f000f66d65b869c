// The short form of the loss drill; `npm run drill` is the long one.
import { spawn } from "node:child_process";
import path from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "@playwright/test";

const ROOT = path.resolve(import.meta.dirname, "..");

test("three people write, the server is killed in mid-sentence, and nothing that was called saved is lost", async () => {
  test.setTimeout(300_000);
  const seed = String(Date.now() % 100_000);
  const drill = spawn(process.execPath, ["scripts/drill.ts", "--rounds", "2", "--seed", seed], {
    cwd: ROOT,
    timeout: 280_000,
  });
  const [output, errors] = await Promise.all([text(drill.stdout), text(drill.stderr)]);
  expect(output, `seed ${seed}: ${errors}`).toContain("2 kills, nothing lost");
});
