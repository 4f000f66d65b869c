import process from "node:process";
import { defineConfig } from "@playwright/test";
import { CHROMIUM_FLAGS, findBrowser } from "./e2e/harness/browser.ts";

const port = Number(process.env["REED_E2E_PORT"] ?? 8797);
const browser = findBrowser();

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results/e2e",
  globalSetup: "./e2e/harness/server.ts",
  forbidOnly: process.env["CI"] !== undefined,
  // One after another: they share a server and a small machine. A test that fails has failed, so there are no retries.
  workers: 1,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"], ["json", { outputFile: "test-results/playwright.json" }]],
  use: {
    baseURL: `http://localhost:${port}`,
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
    launchOptions: {
      args: [...CHROMIUM_FLAGS],
      ...(browser?.type === "at" ? { executablePath: browser.path } : {}),
    },
  },
  projects: [{ name: "web", use: { browserName: "chromium" } }],
});
