// What an address may be: not so long that it costs to read it, and of one meaning for every program that reads it.
import type { AppMiddleware } from "./context.ts";
import { ApiProblem } from "./problem.ts";

const MAX_ADDRESS_LENGTH = 16 * 1024;

/** An escaped slash, backslash or null byte means one thing to a router and another to whoever stands before or behind it. */
const AMBIGUOUS = /%2f|%5c|%00|\\|\/\//i;

export const addressRule: AppMiddleware = async (c, next) => {
  const { url } = c.req;
  if (url.length > MAX_ADDRESS_LENGTH) throw new ApiProblem("address_too_long");
  if (AMBIGUOUS.test(new URL(url).pathname)) throw new ApiProblem("not_found");
  return next();
};
