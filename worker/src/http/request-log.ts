// One structured line a request. It names the route, never the address: a link's id is a secret, and so is every token. Notes
// appear as a short hash, which is enough to follow one through the log.
import { createHash } from "node:crypto";
import { routePath } from "hono/route";
import { log } from "../log.ts";
import type { AppMiddleware } from "./context.ts";

export const requestLog: AppMiddleware = async (c, next) => {
  const startedMs = Date.now();
  const requestId = crypto.randomUUID();
  c.set("requestId", requestId);
  await next();
  const noteId = c.req.param("noteId");
  log("info", {
    requestId,
    method: c.req.method,
    route: routePath(c),
    note: noteId === undefined ? null : createHash("sha256").update(noteId).digest("hex").slice(0, 8),
    status: c.res.status,
    durationMs: Date.now() - startedMs,
  });
};
