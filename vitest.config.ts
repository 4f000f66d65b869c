// Three kinds of unit tests, told apart by name: `*.test.ts` under Node, `*.workerd.test.ts` in the Workers runtime against
// wrangler.toml, `*.dom.test.ts(x)` with happy-dom's imitation of a page.
import { availableParallelism } from "node:os";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { APPLICATION } from "./scripts/discord/application.ts";
import { copyCardFiles } from "./worker/src/card/make/card-files.ts";

const DOM = ["{apps,packages}/*/src/**/*.dom.test.{ts,tsx}"];
const WORKERD = ["{worker,packages/*}/src/**/*.workerd.test.ts"];
const ELSEWHERE = ["**/node_modules/**", "**/dist/**"];

// Pictures are drawn with the fonts and emoji that lie beside the built app; what else lies there is of no interest here.
copyCardFiles("./apps/web/dist");

/** Secrets that only tests have: the same at every run, so that what they sign is the same too. */
function seed(byte: number): string {
  return Buffer.alloc(32, byte).toString("base64url");
}

/** A test that takes longer hangs. How quick something must be is said in the test: a busy machine stands still for seconds. */
const PATIENCE = { testTimeout: 60_000, hookTimeout: 60_000 } as const;

export default defineConfig({
  test: {
    // On a machine of two cores vitest would take one file after another, and most of them wait for something.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        test: {
          ...PATIENCE,
          name: "pure",
          environment: "node",
          include: ["{packages/*,apps/*,worker}/src/**/*.test.{ts,tsx}", "scripts/**/*.test.ts"],
          exclude: [...ELSEWHERE, ...DOM, ...WORKERD],
        },
      },
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              // Nothing leaves the process. What an object asks of Discord by itself, long after its test, is not there any more.
              outboundService: () => new Response('{"code":10068}', { status: 404 }),
              bindings: {
                PLATFORM_SEED: seed(1),
                GATEWAY_SEED: seed(2),
                TOKEN_SEED: seed(3),
                CARD_SECRET: seed(4),
                ADMIN_TOKEN: seed(5),
                // bench/library.ts asks for more than a test builds.
                LIBRARY_BENCH: process.env["LIBRARY_BENCH"] ?? "",
                PASSWORD_PEPPER: seed(6),
                PASSWORD_COST: "4",
                DISCORD_APPLICATION_ID: APPLICATION.applicationId,
                DISCORD_CLIENT_SECRET: APPLICATION.clientSecret,
                DISCORD_BOT_TOKEN: APPLICATION.botToken,
                DISCORD_PUBLIC_KEY: APPLICATION.publicKey,
                // Of nobody: a test that calls Discord puts its own in the place of `fetch`.
                DISCORD_API: "https://discord.test/api/v10",
                DISCORD_CDN: "https://cdn.discord.test",
              },
            },
          }),
        ],
        // A process of workerd takes longer to start than most files to run, so they share one. Every test makes its own notes.
        test: { ...PATIENCE, name: "workerd", include: WORKERD, exclude: ELSEWHERE, isolate: false },
      },
      { test: { ...PATIENCE, name: "dom", environment: "happy-dom", include: DOM, exclude: ELSEWHERE } },
    ],
  },
});
