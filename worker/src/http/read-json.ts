// The one decode of a JSON body.
import * as v from "valibot";
import type { AppContext } from "./context.ts";
import { ApiProblem } from "./problem.ts";

/** The body as `schema` has it; no body reads as {}. Throws ApiProblem `invalid`, which names the field and not its value. */
export async function readJson<T>(c: AppContext, schema: v.GenericSchema<unknown, T>): Promise<T> {
  const given = parse(await c.req.text());
  if (Array.isArray(given)) throw new ApiProblem("invalid", "the body"); // to the schemas a list is an object without fields
  const result = v.safeParse(schema, given);
  if (result.success) return result.output;
  throw new ApiProblem("invalid", result.issues.map((issue) => v.getDotPath(issue) ?? "the body").join(", "));
}

function parse(text: string): unknown {
  if (text === "") return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiProblem("invalid", "not JSON");
  }
}
