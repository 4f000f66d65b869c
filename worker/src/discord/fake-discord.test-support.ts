// A Discord for tests of the worker: it stands in for `fetch`, so that nothing leaves the process, and does what it is told to.
import type { DiscordSettings } from "./config.ts";

export interface FakePerson {
  readonly id: string;
  readonly username: string;
  readonly global_name?: string | null | undefined;
}

export interface FakeInstance {
  readonly channelId: string;
  readonly guildId: string | null;
  users: readonly (string | { readonly id: string })[];
  readonly applicationId?: string | undefined;
  /** As the answer has it, where that is not what was asked for. */
  readonly instanceId?: string | undefined;
}

export type FakeRoute = "token" | "me" | "grant" | "instance" | "avatar";

export interface SeenRequest {
  readonly url: string;
  readonly route: FakeRoute | null;
  readonly method: string;
  readonly headers: Headers;
  readonly body: string;
}

type Fault = (request: SeenRequest) => Response | Promise<Response>;

/** Never an answer, whatever becomes of the signal. */
export const HANGS: Fault = () => new Promise<Response>(() => undefined);

let made = 0;

/** A Discord id that no other test has. */
export function newSnowflake(): string {
  made += 1;
  return `9${String(Math.floor(Math.random() * 1e9)).padStart(9, "0")}${String(made).padStart(7, "0")}`;
}

export class FakeDiscord {
  readonly #settings: DiscordSettings;
  readonly requests: SeenRequest[] = [];
  readonly instances = new Map<string, FakeInstance>();
  readonly avatars = new Map<string, () => Response>();
  /** In the order in which they are used up; the last one stays. */
  readonly #faults = new Map<FakeRoute, (Fault | null)[]>();
  readonly #codes = new Map<string, { readonly person: FakePerson; readonly applicationId: string }>();
  readonly #tokens = new Map<string, { readonly person: FakePerson; readonly applicationId: string }>();

  /** `settings`: of the server that asks. */
  constructor(settings: DiscordSettings) {
    this.#settings = settings;
  }

  /** A code that the person's client was given, for this application or another. */
  codeFor(person: FakePerson, applicationId = this.#settings.DISCORD_APPLICATION_ID ?? ""): string {
    const code = `code-${crypto.randomUUID()}`;
    this.#codes.set(code, { person, applicationId });
    return code;
  }

  /** An access token that was given to this application or another. */
  tokenFor(person: FakePerson, applicationId = this.#settings.DISCORD_APPLICATION_ID ?? ""): string {
    const token = `token-${crypto.randomUUID()}`;
    this.#tokens.set(token, { person, applicationId });
    return token;
  }

  /** The id of a new Activity in a server's channel, or, without a server, in a conversation. */
  instanceOf(people: readonly FakePerson[], place: Partial<FakeInstance> = {}): string {
    const { channelId = newSnowflake(), guildId = newSnowflake() } = place;
    const where = guildId === null ? `pc-${channelId}` : `gc-${guildId}-${channelId}`;
    const id = `i-${newSnowflake()}-${where}`;
    this.instances.set(id, { ...place, channelId, guildId, users: place.users ?? people.map((person) => person.id) });
    return id;
  }

  /** What the next requests of a route get instead of an answer; null: the answer. All that follow get the last one. */
  fail(route: FakeRoute, ...faults: (Fault | null)[]): void {
    this.#faults.set(route, faults);
  }

  countOf(route: FakeRoute): number {
    return this.requests.filter((request) => request.route === route).length;
  }

  readonly fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const route = routeOf(request.url, this.#settings);
    const { url, method, headers, redirect } = request;
    // Whoever follows one takes its secrets to wherever that leads.
    if (redirect !== "manual") throw new Error(`a redirect of ${route ?? "an unknown route"} would be followed`);
    const seen = { url, route, method, headers, body: new TextDecoder().decode(await request.arrayBuffer()) };
    this.requests.push(seen);
    if (route === null) return new Response("nobody", { status: 500 });
    const faults = this.#faults.get(route) ?? [];
    const fault = faults.length > 1 ? faults.shift() : faults[0];
    return fault === undefined || fault === null ? this.#answer(route, seen) : fault(seen);
  };

  #answer(route: FakeRoute, { url, headers, body }: SeenRequest): Response {
    const authorization = headers.get("Authorization") ?? "";
    switch (route) {
      case "token":
        return this.#exchange(new URLSearchParams(body), headers.get("Content-Type") ?? "");
      case "me":
      case "grant": {
        const known = this.#tokens.get(authorization.replace(/^Bearer /, ""));
        if (known === undefined) return json({ message: "401: Unauthorized", code: 0 }, 401);
        const { person, applicationId } = known;
        return route === "me" ? json(person) : json({ application: { id: applicationId }, user: { id: person.id } });
      }
      case "instance": {
        const id = url.split("/").at(-1) ?? "";
        const found = this.instances.get(id);
        if (authorization !== `Bot ${this.#settings.DISCORD_BOT_TOKEN ?? ""}`) return json({ code: 0 }, 401);
        return found === undefined
          ? json({ message: "Not Found", code: 10_068 }, 404)
          : json(answerOf(id, found, this.#settings));
      }
      case "avatar":
        return this.avatars.get(new URL(url).pathname)?.() ?? new Response(null, { status: 404 });
    }
  }

  #exchange(form: URLSearchParams, type: string): Response {
    const code = form.get("code") ?? "";
    const known = this.#codes.get(code);
    const isClient =
      form.get("client_id") === this.#settings.DISCORD_APPLICATION_ID &&
      form.get("client_secret") === this.#settings.DISCORD_CLIENT_SECRET;
    if (!isClient) return json({ error: "invalid_client" }, 401);
    if (!type.startsWith("application/x-www-form-urlencoded")) return json({ error: "invalid_request" }, 400);
    if (form.get("grant_type") !== "authorization_code") return json({ error: "unsupported_grant_type" }, 400);
    if (known === undefined || known.applicationId !== this.#settings.DISCORD_APPLICATION_ID)
      return json({ error: "invalid_grant", error_description: 'Invalid "code" in request.' }, 400);
    this.#codes.delete(code);
    return json({
      token_type: "Bearer",
      access_token: this.tokenFor(known.person),
      expires_in: 604_800,
      refresh_token: `refresh-${crypto.randomUUID()}`,
      scope: "identify",
    });
  }
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json", ...headers } });
}

function routeOf(url: string, settings: DiscordSettings): FakeRoute | null {
  const { DISCORD_API: api = "", DISCORD_CDN: cdn = "", DISCORD_APPLICATION_ID: id = "" } = settings;
  if (url === `${api}/oauth2/token`) return "token";
  if (url === `${api}/users/@me`) return "me";
  if (url === `${api}/oauth2/@me`) return "grant";
  if (url.startsWith(`${api}/applications/${id}/activity-instances/`)) return "instance";
  return url.startsWith(`${cdn}/avatars/`) ? "avatar" : null;
}

function answerOf(
  id: string,
  { channelId, guildId, users, applicationId, instanceId }: FakeInstance,
  settings: DiscordSettings,
): unknown {
  const place = { channel_id: channelId };
  return {
    application_id: applicationId ?? settings.DISCORD_APPLICATION_ID,
    instance_id: instanceId ?? id,
    launch_id: "1",
    location:
      guildId === null
        ? { id: `pc-${channelId}`, kind: "pc", ...place }
        : { id: `gc-${guildId}-${channelId}`, kind: "gc", ...place, guild_id: guildId },
    users,
  };
}
