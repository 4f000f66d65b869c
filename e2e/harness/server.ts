// Playwright's global setup: the real server with an empty state of its own, for the length of one run.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { FullConfig } from "@playwright/test";
import { startServer } from "../../scripts/server.ts";

export default async function setUp(config: FullConfig): Promise<() => Promise<void>> {
  const { port } = new URL(config.projects[0]?.use.baseURL ?? "");
  const stateDir = mkdtempSync(path.join(tmpdir(), "reed-e2e-"));
  const server = await startServer({ port: Number(port), stateDir });
  return async () => {
    await server.stop();
    rmSync(stateDir, { recursive: true, force: true });
  };
}
