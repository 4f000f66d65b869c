// Errors on the way out: always application/problem+json with a code of the closed list, never a stack, a path or a value.
import { PROBLEM_MEDIA_TYPE, type ProblemCode, problemOf } from "@reed/api";
import { log } from "../log.ts";
import type { AppContext } from "./context.ts";

/** Ends a request with a problem. `detail` may name a field or a limit, never what somebody sent. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly code: ProblemCode;
  readonly detail: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, detail?: string | undefined, headers: Readonly<Record<string, string>> = {}) {
    super(code);
    this.code = code;
    this.detail = detail;
    this.headers = headers;
  }
}

/** Tells the request's log which problem it was; never leaves the worker. */
export const PROBLEM_HEADER = "Reed-Problem";

/** Where whoever refuses does not know better. */
const RETRY_AFTER_S: Partial<Readonly<Record<ProblemCode, number>>> = {
  rate_limited: 10,
  overloaded: 1,
  unavailable: 5,
  discord_unreachable: 5,
};

export function problemResponse(
  code: ProblemCode,
  detail?: string | undefined,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const problem = problemOf(code, detail);
  const retryAfter = RETRY_AFTER_S[code];
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: {
      ...(retryAfter === undefined ? {} : { "Retry-After": String(retryAfter) }),
      ...headers,
      "Content-Type": PROBLEM_MEDIA_TYPE,
      "Cache-Control": "no-store",
      [PROBLEM_HEADER]: code,
    },
  });
}

export function answerError(error: Error, c: AppContext): Response {
  if (error instanceof ApiProblem) return problemResponse(error.code, error.detail, error.headers);
  if (isOverloaded(error)) return problemResponse("overloaded");
  log("error", {
    requestId: c.get("requestId"),
    trace: c.get("trace").traceId,
    error: error.name,
    message: error.message,
    stack: error.stack,
  });
  return problemResponse("internal");
}

/** The platform marks errors of an object that can't take more. */
function isOverloaded(error: Error): boolean {
  return "overloaded" in error && error.overloaded === true;
}
