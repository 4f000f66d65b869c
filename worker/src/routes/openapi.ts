// The contract as a document, made from the table of operations when it is first asked for.
import { openApiDocument } from "@reed/api/operations";
import { Hono } from "hono";
import manifest from "../../package.json";
import type { AppEnv } from "../http/context.ts";

/** It changes with a deployment only. */
const CACHE = { "Cache-Control": "public, max-age=300", "Content-Type": "application/json" };

let made: string | null = null;

export const openapi = new Hono<AppEnv>().get("/api/openapi.json", (c) => {
  made ??= JSON.stringify(openApiDocument(manifest.version));
  return c.body(made, 200, CACHE);
});
