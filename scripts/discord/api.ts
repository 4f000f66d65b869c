// A stand-in for Discord's API and CDN on this machine: the calls that Reed makes, checked against Discord's own description of
// them. What is not as described is refused as Discord refuses it and stands in `violations`. Callers: LocalDiscord, tests.
import { type Call, note } from "./call.ts";
import { type Fault, Faults, type Limit, RateLimits, type Route } from "./faults.ts";
import { type Answer, type Listening, serve } from "./http.ts";
import { activityInstance, attachment, authorization, avatar, exchangeCode, me } from "./identity-routes.ts";
import { REFUSALS } from "./refusals.ts";
import type { DiscordState } from "./state.ts";
import { callback, commands, followUp, original } from "./webhook-routes.ts";

type Handler = (call: Call) => Response | Promise<Response>;

interface Place {
  readonly route: Route;
  readonly methods: readonly string[];
  readonly path: RegExp;
  readonly handle: Handler;
  /** What its requests are counted by, besides the route. */
  readonly countedBy?: number | undefined;
}

const API = "/api/v10";

function place(route: Route, methods: string, path: string, handle: Handler, countedBy?: number): Place {
  const pattern = path.replaceAll(".", String.raw`\.`).replaceAll("*", "([^/]+)");
  return { route, methods: methods.split(" "), path: new RegExp(`^${pattern}$`), handle, countedBy };
}

const PLACES: readonly Place[] = [
  place("token", "POST", `${API}/oauth2/token`, exchangeCode),
  place("authorization", "GET", `${API}/oauth2/@me`, authorization),
  place("me", "GET", `${API}/users/@me`, me),
  place("instance", "GET", `${API}/applications/*/activity-instances/*`, activityInstance),
  place("commands", "GET PUT", `${API}/applications/*/commands`, commands),
  place("original", "GET PATCH DELETE", `${API}/webhooks/*/*/messages/@original`, original, 1),
  place("follow_up", "POST", `${API}/webhooks/*/*`, followUp, 1),
  place("callback", "POST", `${API}/interactions/*/*/callback`, callback, 1),
  place("avatar", "GET", "/avatars/*/*.png", avatar),
  place("avatar", "GET", "/attachments/*/*/*", attachment),
];

/** What Discord asks of every client (docs, reference, user agent). Its edge may turn others away. */
const USER_AGENT = /^DiscordBot \(\S+, [^)]+\)/;

export interface ApiOptions {
  readonly state: DiscordState;
  /** 0, the default, takes any that is free. */
  readonly port?: number | undefined;
}

export interface DiscordApiServer {
  /** http://127.0.0.1:<port>: the CDN; the API lies under /api/v10. */
  readonly origin: string;
  readonly api: string;
  /** What a route does wrong from now on. */
  fail(route: Route, fault: Fault): void;
  heal(route?: Route): void;
  limit(route: Route, limit: Limit): void;
  /** How many requests there were. */
  count(route: Route): number;
  stop(): Promise<void>;
}

export async function startApi({ state, port = 0 }: ApiOptions): Promise<DiscordApiServer> {
  const faults = new Faults();
  const limits = new RateLimits();
  const counts = new Map<Route, number>();
  let origin = "";

  const handle = async (request: Request): Promise<Answer> => {
    const url = new URL(request.url);
    const found = PLACES.filter(({ path }) => path.test(url.pathname));
    const chosen = found.find(({ methods }) => methods.includes(request.method));
    const nowhere: Call = { request, url, params: [], state, origin };
    if (chosen === undefined) {
      note(nowhere, "there is no such call");
      return found.length === 0 ? REFUSALS.notFound() : REFUSALS.methodNotAllowed();
    }
    const params = (chosen.path.exec(url.pathname) ?? []).slice(1).map(decodeURIComponent);
    const call: Call = { ...nowhere, params };
    counts.set(chosen.route, (counts.get(chosen.route) ?? 0) + 1);
    if (chosen.route !== "avatar" && !USER_AGENT.test(request.headers.get("User-Agent") ?? "")) {
      note(call, "User-Agent is not `DiscordBot (url, version)`");
    }
    const about = chosen.countedBy === undefined ? "" : (params[chosen.countedBy] ?? "");
    const { headers, refusal } = limits.count(chosen.route, about, state.nowMs());
    if (refusal !== null) return withHeaders(refusal, headers);
    const answered = await faults.around(chosen.route, async () => chosen.handle(call));
    return answered instanceof Response ? withHeaders(answered, headers) : answered;
  };

  const listening: Listening = await serve({ port, host: "127.0.0.1" }, handle);
  origin = `http://127.0.0.1:${listening.port}`;
  return {
    origin,
    api: origin + API,
    fail: (route, fault) => faults.set(route, fault),
    heal: (route) => faults.heal(route),
    limit: (route, limit) => limits.set(route, limit),
    count: (route) => counts.get(route) ?? 0,
    stop: () => listening.stop(),
  };
}

function withHeaders(response: Response, headers: Readonly<Record<string, string>>): Response {
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  return response;
}
