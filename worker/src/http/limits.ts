// What one caller may send: bodies up to 1 MiB, and so many requests a minute.
import { bodyLimit } from "hono/body-limit";
import type { AppMiddleware } from "./context.ts";
import { problemResponse } from "./problem.ts";
import { addressOf } from "./subject.ts";

const MAX_BODY_BYTES = 1024 * 1024;

/** Operators bring backups, which are read as they come in, and only after the secret was. */
const BACKUP = /^\/api\/admin\/(?:[A-Za-z0-9_/-]+\/)?backup$/;

const limited: AppMiddleware = bodyLimit({
  maxSize: MAX_BODY_BYTES,
  onError: () => problemResponse("body_too_large"),
});

export const limitBody: AppMiddleware = (c, next) => (BACKUP.test(c.req.path) ? next() : limited(c, next));

/** The coarse limit at the edge, where it is bound; a developer's own machine has none. */
export const limitRate: AppMiddleware = async (c, next) => {
  const address = addressOf(c);
  const limiter = c.env.EDGE_LIMIT;
  if (limiter !== undefined && address !== null) {
    const { success } = await limiter.limit({ key: address });
    if (!success) return problemResponse("rate_limited");
  }
  return next();
};
