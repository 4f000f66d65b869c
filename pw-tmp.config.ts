import { defineConfig } from "@playwright/test";
export default defineConfig({ testDir: "/work/main/e2e", workers: 1, timeout: 20000, expect: { timeout: 8000 }, outputDir: "/tmp/pw-results", reporter: "line",
  use: { baseURL: "http://localhost:8795", launchOptions: { executablePath: "/usr/bin/chromium", args: ["--no-sandbox","--disable-gpu","--disable-background-networking","--disable-component-update","--disable-sync"] } } });
