// One structured line a request, its id and its trace. The line names the route, never the address: a link's id is a secret, and
// so is every token. Notes appear as a short hash, which is enough to follow one through the log.
import { createHash } from "node:crypto";
import { isProblemCode } from "@reed/api";
import { routePath } from "hono/route";
import { log } from "../log.ts";
import { countRequest } from "../metrics/request-meter.ts";
import type { AppMiddleware } from "./context.ts";
import { PROBLEM_HEADER } from "./problem.ts";
import { TRACE_HEADER, traceOf } from "./trace.ts";

export const requestLog: AppMiddleware = async (c, next) => {
  const startedMs = Date.now();
  const requestId = crypto.randomUUID();
  const trace = traceOf(c.req.header(TRACE_HEADER) ?? null, crypto.getRandomValues(new Uint8Array(24)));
  c.set("requestId", requestId);
  c.set("trace", trace);
  await next();
  const noteId = c.req.param("noteId");
  const { status } = c.res;
  const ms = Date.now() - startedMs;
  const code = status === 101 ? null : c.res.headers.get(PROBLEM_HEADER);
  const problem = code !== null && isProblemCode(code) ? code : null;
  if (status !== 101) {
    c.res.headers.delete(PROBLEM_HEADER);
    c.res.headers.set("X-Request-Id", requestId);
    c.res.headers.set(TRACE_HEADER, trace.parent);
  }
  countRequest(c.env, { status, ms, problem }, (work) => c.executionCtx.waitUntil(work));
  log("info", {
    requestId,
    trace: trace.traceId,
    method: c.req.method,
    route: routePath(c),
    note: noteId === undefined ? null : createHash("sha256").update(noteId).digest("hex").slice(0, 8),
    status,
    problem,
    durationMs: ms,
  });
};
