// The contract as a page.
import { openApiDocument } from "@reed/api/operations";
import { Hono } from "hono";
import manifest from "../../package.json";
import type { AppEnv } from "../http/context.ts";
import { docsPage } from "../http/docs-page.ts";

let made: string | null = null;

export const docs = new Hono<AppEnv>().get("/api/docs", (c) => {
  made ??= docsPage(openApiDocument(manifest.version));
  return c.html(made, 200, { "Cache-Control": "public, max-age=300" });
});
