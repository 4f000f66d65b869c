// The Origin rule: writes and sockets are taken from our own pages (also as Discord's proxy serves them), from listed origins and from
// callers that name none. The
// opaque origin `null` (sandboxed frames) is admitted, because authority here is a token or a ticket; the two calls that take a
// cookie are stricter themselves (auth/session-cookie.ts).
import type { Context } from "hono";
import { cors } from "hono/cors";
import { activityOrigin } from "../discord/config.ts";
import { configOf } from "../env.ts";
import type { AppEnv, AppMiddleware } from "./context.ts";
import { ApiProblem } from "./problem.ts";

const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);
const PREFLIGHT_SECONDS = 600;

export const originRule: AppMiddleware = async (c, next) => {
  const origin = c.req.header("Origin");
  const isSocket = c.req.header("Upgrade") !== undefined;
  if (origin !== undefined && (isSocket || !SAFE_METHODS.has(c.req.method)) && !isAdmitted(origin, c)) {
    throw new ApiProblem("origin_refused");
  }
  return next();
};

/** What lets the pages of admitted origins read our answers. There are no credentials to allow. */
export const crossOrigin: AppMiddleware = async (c, next) => {
  if (c.req.header("Upgrade") !== undefined) return next();
  return cors({
    origin: (origin) => (isAdmitted(origin, c) ? origin : null),
    allowHeaders: ["Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "traceparent"],
    allowMethods: ["GET", "POST", "PUT", "PATCH", "DELETE"],
    exposeHeaders: ["ETag", "Idempotency-Replayed", "Reed-Floor", "Reed-Seq", "Retry-After", "X-Request-Id"],
    maxAge: PREFLIGHT_SECONDS,
  })(c, next);
};

function isAdmitted(origin: string, c: Context<AppEnv>): boolean {
  if (origin === "null" || origin === new URL(c.req.url).origin) return true;
  const { allowedOrigins, discord } = configOf(c.env);
  return allowedOrigins.has(origin) || (discord !== null && origin === activityOrigin(discord));
}
