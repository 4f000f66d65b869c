// Faults on demand: what the stand-in does instead of answering, or to its answer. And the limits on how often it may be asked.
import { OTHER_APPLICATION_ID } from "./application.ts";
import type { Answer } from "./http.ts";
import { answer, refuse } from "./refusals.ts";

export const ROUTES = [
  "token",
  "me",
  "authorization",
  "instance",
  "callback",
  "original",
  "follow_up",
  "commands",
  "avatar",
] as const;
export type Route = (typeof ROUTES)[number];

/** `times`: for so many requests; until healed where it is missing. */
export type Fault = { readonly times?: number | undefined } & (
  | {
      readonly type: "status";
      readonly status: number;
      /** For 429: the header and the body say when to come back; without it the answer is that of the edge, which says nothing. */
      readonly retryAfterSeconds?: number | undefined;
    }
  | { readonly type: "hang" }
  | { readonly type: "cut" }
  | { readonly type: "malformed" }
  | { readonly type: "slow"; readonly ms: number }
  | { readonly type: "wrong_application" }
);

const MESSAGES: Readonly<Record<number, string>> = {
  401: "401: Unauthorized",
  403: "Missing Access",
  404: "404: Not Found",
  500: "500: Internal Server Error",
  502: "502: Bad Gateway",
  503: "503: Service Unavailable",
};

function tooMany(retryAfterSeconds: number, scope: "user" | "global" | "shared" = "user"): Response {
  return answer(
    429,
    { message: "You are being rate limited.", retry_after: retryAfterSeconds, global: scope === "global" },
    { "Retry-After": String(Math.ceil(retryAfterSeconds)), "X-RateLimit-Scope": scope },
  );
}

function failing(status: number, retryAfterSeconds: number | undefined): Response {
  if (status === 429) {
    if (retryAfterSeconds !== undefined) return tooMany(retryAfterSeconds);
    return new Response("error code: 1015", { status, headers: { "Content-Type": "text/plain; charset=UTF-8" } });
  }
  if (status >= 500) return new Response(MESSAGES[status] ?? "upstream error", { status });
  return refuse(status, status === 403 ? 50_001 : 0, MESSAGES[status] ?? String(status));
}

/** The same answer, as another application would get it. */
function strange(body: unknown): unknown {
  if (typeof body !== "object" || body === null) return body;
  return Object.fromEntries(
    Object.entries(body).map(([name, value]: [string, unknown]) => {
      if (name === "application_id") return [name, OTHER_APPLICATION_ID];
      if (name === "application") return [name, { ...(value as object), id: OTHER_APPLICATION_ID }];
      return [name, value];
    }),
  );
}

export class Faults {
  readonly #faults = new Map<Route, { readonly fault: Fault; left: number }>();

  set(route: Route, fault: Fault): void {
    this.#faults.set(route, { fault, left: fault.times ?? Number.POSITIVE_INFINITY });
  }

  /** Every fault, or those of one route. */
  heal(route?: Route): void {
    if (route === undefined) this.#faults.clear();
    else this.#faults.delete(route);
  }

  /** `respond` answers as if all were well; it is not called where the fault comes first. */
  async around(route: Route, respond: () => Promise<Response>): Promise<Answer> {
    const found = this.#faults.get(route);
    if (found === undefined) return respond();
    found.left -= 1;
    if (found.left <= 0) this.#faults.delete(route);
    const { fault } = found;
    switch (fault.type) {
      case "status":
        return failing(fault.status, fault.retryAfterSeconds);
      case "hang":
        return "hang";
      case "cut":
        return "cut";
      case "malformed":
        return new Response('{"id": "', { headers: { "Content-Type": "application/json" } });
      case "slow":
        await new Promise((resolve) => setTimeout(resolve, fault.ms));
        return respond();
      case "wrong_application": {
        const response = await respond();
        const body: unknown = response.ok ? await response.json() : null;
        return response.ok ? answer(response.status, strange(body)) : response;
      }
    }
  }
}

export interface Limit {
  readonly requests: number;
  readonly windowMs: number;
}

/** Not documented as numbers ("do not hard-code them"); these are near what people see. */
const LIMITS: Readonly<Record<Route, Limit>> = {
  token: { requests: 50, windowMs: 1000 },
  me: { requests: 50, windowMs: 1000 },
  authorization: { requests: 50, windowMs: 1000 },
  instance: { requests: 50, windowMs: 1000 },
  callback: { requests: 5, windowMs: 2000 },
  original: { requests: 5, windowMs: 2000 },
  follow_up: { requests: 5, windowMs: 2000 },
  commands: { requests: 5, windowMs: 20_000 },
  avatar: { requests: 1000, windowMs: 1000 },
};

interface Window {
  readonly endsAtMs: number;
  used: number;
}

/** A fixed window per route and what it is about, told in the documented headers. */
export class RateLimits {
  readonly #limits = new Map<Route, Limit>();
  readonly #windows = new Map<string, Window>();

  set(route: Route, limit: Limit): void {
    this.#limits.set(route, limit);
    for (const key of this.#windows.keys()) if (key.startsWith(`${route} `)) this.#windows.delete(key);
  }

  /** Counts a request. `refusal` is the answer where there were too many; `headers` belong on any answer. */
  count(
    route: Route,
    about: string,
    nowMs: number,
  ): { readonly headers: Record<string, string>; readonly refusal: Response | null } {
    const limit = this.#limits.get(route) ?? LIMITS[route];
    const key = `${route} ${about}`;
    const open = this.#windows.get(key);
    const window = open === undefined || open.endsAtMs <= nowMs ? { endsAtMs: nowMs + limit.windowMs, used: 0 } : open;
    this.#windows.set(key, window);
    window.used += 1;
    const resetAfter = (window.endsAtMs - nowMs) / 1000;
    const headers = {
      "X-RateLimit-Limit": String(limit.requests),
      "X-RateLimit-Remaining": String(Math.max(0, limit.requests - window.used)),
      "X-RateLimit-Reset": (window.endsAtMs / 1000).toFixed(3),
      "X-RateLimit-Reset-After": resetAfter.toFixed(3),
      "X-RateLimit-Bucket": Buffer.from(route).toString("hex"),
    };
    return { headers, refusal: window.used > limit.requests ? tooMany(resetAfter) : null };
  }
}
