import process from "node:process";
import { defineConfig } from "@playwright/test";
import { CHROMIUM_FLAGS, findBrowser } from "./e2e/harness/browser.ts";

const port = Number(process.env["REED_E2E_PORT"] ?? 8797);
const browser = findBrowser();

/** What is promised within a second is measured while nothing else runs. */
const IN_TIME = "**/unfurl.spec.ts";

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results/e2e",
  globalSetup: "./e2e/harness/server.ts",
  forbidOnly: process.env["CI"] !== undefined,
  // Two at a time: more than a small machine can draw. They share a server. A test that fails has failed: there are no retries.
  workers: 2,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"], ["json", { outputFile: "test-results/playwright.json" }]],
  use: {
    baseURL: `http://localhost:${port}`,
    // A trace (`--trace on`) makes every test a third slower, so it is for whoever looks into a failure.
    screenshot: "only-on-failure",
    launchOptions: {
      args: [...CHROMIUM_FLAGS],
      ...(browser?.type === "at" ? { executablePath: browser.path } : {}),
    },
  },
  projects: [
    { name: "web", testIgnore: IN_TIME, use: { browserName: "chromium" } },
    { name: "in-time", testMatch: IN_TIME, dependencies: ["web"], use: { browserName: "chromium" } },
  ],
});
