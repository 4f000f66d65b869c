// While a backup is brought back, whoever came to an object before its own storage has would found something else in its place. So
// nobody is let in but operators, and apps wait as they do for a server that is away.
import type { AppMiddleware } from "./context.ts";
import { ApiProblem } from "./problem.ts";

const ADMITTED = /^\/(?:healthz$|api\/admin\/)/;

export const maintenance: AppMiddleware = async (c, next) => {
  if (c.env.MAINTENANCE === "on" && !ADMITTED.test(c.req.path)) throw new ApiProblem("unavailable");
  return next();
};
