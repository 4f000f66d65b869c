// What the API answers where no route took the request: another method, or nothing at all.
import { allowedAt } from "@reed/api/operations";
import type { AppContext } from "./context.ts";
import { problemResponse } from "./problem.ts";

export function notThere(c: AppContext): Response {
  const methods = allowedAt(c.req.path);
  if (methods.length === 0) return problemResponse("not_found");
  if (c.req.method === "OPTIONS") return c.body(null, 204);
  const allow = methods.includes("GET") ? ["HEAD", "OPTIONS", ...methods] : ["OPTIONS", ...methods];
  return problemResponse("method_not_allowed", undefined, { Allow: allow.toSorted().join(", ") });
}
