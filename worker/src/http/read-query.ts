// The one decode of a query.
import * as v from "valibot";
import type { AppContext } from "./context.ts";
import { ApiProblem } from "./problem.ts";

/** The query as `schema` has it. Throws ApiProblem `invalid`, which names the field and not its value; a field given twice is one. */
export function readQuery<T>(c: AppContext, schema: v.GenericSchema<unknown, T>): T {
  const given = Object.entries(c.req.queries());
  const twice = given.find(([, values]) => values.length !== 1);
  if (twice !== undefined) throw new ApiProblem("invalid", twice[0].slice(0, 40));
  const result = v.safeParse(schema, Object.fromEntries(given.map(([name, [value]]) => [name, value])));
  if (result.success) return result.output;
  throw new ApiProblem("invalid", result.issues.map((issue) => v.getDotPath(issue) ?? "the query").join(", "));
}
