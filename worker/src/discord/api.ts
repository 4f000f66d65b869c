// Every call to Discord's HTTP API passes here: one place for its time, its repetitions, the size and the form of what comes back,
// and for what may be said of it in a log, which is its name and its status: never an address (they hold tokens), a body, a token or
// a code. Called by the routes of Discord sign-ins, by spaces, and by what answers commands (webhooks.ts).
import { readBody, snowflakeField } from "@reed/api";
import * as v from "valibot";
import manifest from "../../package.json";
import { log } from "../log.ts";
import type { DiscordConfig } from "./config.ts";
import { parseInstanceId } from "./instance-id.ts";
import { discordName } from "./name.ts";
import { DiscordRefusal } from "./refusal.ts";

export interface DiscordToken {
  readonly accessToken: string;
}

export interface DiscordPerson {
  readonly id: string;
  /** Fit to be shown: see name.ts. */
  readonly name: string;
}

/** Who runs our Activity where, as Discord knows it. */
export interface DiscordInstance {
  readonly instance: string;
  readonly channelId: string;
  readonly guildId: string | null;
  readonly users: readonly string[];
}

export type DiscordBody =
  | { readonly form: URLSearchParams }
  | { readonly json: unknown }
  /** With files. */
  | { readonly parts: FormData };

export interface DiscordCall<T> {
  /** For the log. */
  readonly name: string;
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** From the API's base on, beginning with a slash; whatever stands in it was checked or escaped. */
  readonly path: string;
  readonly as: "nobody" | "bot" | { readonly token: string };
  readonly body?: DiscordBody | undefined;
  /** Of the JSON that comes back; an answer without a body reads as null. */
  readonly answer: v.GenericSchema<unknown, T>;
}

type Outcome<T> =
  | { readonly type: "done"; readonly value: T }
  | { readonly type: "failed"; readonly refusal: DiscordRefusal; readonly isWorthAnother: boolean };

interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  /** null: too large. */
  readonly body: Uint8Array | null;
}

/** Discord's answers come in some hundred ms; whoever waits longer has lost its person. */
const TIMEOUT_MS = 3000;
const MAX_TRIES = 3;
/** No try begins later than this after the first. */
const PATIENCE_MS = 2500;
const FIRST_WAIT_MS = 250;
/** An instance of a thousand people has 30 KB. */
const MAX_ANSWER_BYTES = 256 * 1024;

const tokenSchema = v.object({
  access_token: v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,2000}$/)),
  token_type: v.pipe(v.string(), v.regex(/^bearer$/i)),
});
const personSchema = v.object({ id: snowflakeField, username: v.string(), global_name: v.nullish(v.string()) });
const grantSchema = v.object({
  application: v.object({ id: snowflakeField }),
  user: v.optional(v.object({ id: snowflakeField })),
});
const instanceSchema = v.object({
  application_id: snowflakeField,
  instance_id: v.string(),
  location: v.object({ channel_id: snowflakeField, guild_id: v.nullish(snowflakeField) }),
  users: v.array(
    v.union([
      snowflakeField,
      v.pipe(
        v.object({ id: snowflakeField }),
        v.transform(({ id }) => id),
      ),
    ]),
  ),
});
const faultSchema = v.object({ code: v.optional(v.number()), retry_after: v.optional(v.number()) });

export class DiscordApi {
  readonly #config: DiscordConfig;
  readonly #fetch: typeof fetch;

  constructor(config: DiscordConfig, fetchLike: typeof fetch = (input, init) => fetch(input, init)) {
    this.#config = config;
    this.#fetch = fetchLike;
  }

  /**
   * The access token that a code is good for, once. Discord gives it only to whoever has the secret of the application that the code
   * was made for. The refresh token that comes with it is dropped: who is where is asked with the bot's token, so we never need one,
   * and what is not kept can't be stolen.
   */
  async exchange(code: string): Promise<DiscordToken> {
    const { applicationId, clientSecret } = this.#config;
    const form = new URLSearchParams({
      client_id: applicationId,
      client_secret: clientSecret,
      grant_type: "authorization_code",
      code,
    });
    const { access_token: accessToken } = await this.call({
      name: "exchange",
      method: "POST",
      path: "/oauth2/token",
      as: "nobody",
      body: { form },
      answer: tokenSchema,
    });
    return { accessToken };
  }

  /** Whose token it is. Refused where it was not given to our application. */
  async me(token: DiscordToken): Promise<DiscordPerson> {
    const as = { token: token.accessToken };
    const [person, grant] = await Promise.all([
      this.call({ name: "me", method: "GET", path: "/users/@me", as, answer: personSchema }),
      this.call({ name: "grant", method: "GET", path: "/oauth2/@me", as, answer: grantSchema }),
    ]);
    const isOurs = grant.application.id === this.#config.applicationId;
    if (!isOurs || (grant.user !== undefined && grant.user.id !== person.id)) throw new DiscordRefusal("refused");
    return { id: person.id, name: discordName(person.global_name ?? "", person.username) };
  }

  /** null: there is no such instance (any more). Refused for what can't be the id of one, and for one that is not ours. */
  async instance(instanceId: string): Promise<DiscordInstance | null> {
    const id = parseInstanceId(instanceId);
    if (id === null) throw new DiscordRefusal("refused");
    const { applicationId } = this.#config;
    const found = await this.call({
      name: "instance",
      method: "GET",
      path: `/applications/${applicationId}/activity-instances/${id}`,
      as: "bot",
      answer: instanceSchema,
    }).catch((error: unknown) => {
      if (error instanceof DiscordRefusal && error.type === "refused" && error.status === 404) return null;
      throw error;
    });
    if (found === null) return null;
    if (found.application_id !== applicationId || found.instance_id !== id) throw new DiscordRefusal("refused");
    const { channel_id: channelId, guild_id: guildId } = found.location;
    return { instance: id, channelId, guildId: guildId ?? null, users: found.users };
  }

  /**
   * Calls Discord; again where that may help. Throws a DiscordRefusal. What is not done twice without harm is not for here: after a
   * failed connection nobody knows whether the first try was heard.
   */
  async call<T>(call: DiscordCall<T>): Promise<T> {
    const startedMs = Date.now();
    for (let tries = 1; ; tries += 1) {
      const outcome = await this.#try(call);
      if (outcome.type === "done") return outcome.value;
      const { refusal, isWorthAnother } = outcome;
      const waitMs = refusal.retryAfterMs ?? FIRST_WAIT_MS * 2 ** (tries - 1);
      const isInTime = Date.now() - startedMs + waitMs <= PATIENCE_MS;
      if (!isWorthAnother || tries === MAX_TRIES || !isInTime) {
        if (isOurTrouble(refusal))
          log("error", { duty: "discord", call: call.name, fault: refusal.type, status: refusal.status, tries });
        throw refusal;
      }
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }

  async #try<T>(call: DiscordCall<T>): Promise<Outcome<T>> {
    const controller = new AbortController();
    const late = Promise.withResolvers<null>();
    const timer = setTimeout(() => {
      late.resolve(null);
      controller.abort();
    }, TIMEOUT_MS);
    try {
      const answer = await Promise.race([this.#ask(call, controller.signal), late.promise]);
      return answer === null ? nothing(true) : judge(call, answer);
    } catch {
      return nothing(true);
    } finally {
      clearTimeout(timer);
    }
  }

  async #ask<T>({ method, path, as, body }: DiscordCall<T>, signal: AbortSignal): Promise<Answer> {
    const response = await this.#fetch(this.#config.api + path, {
      method,
      headers: this.#headersFor(as, body),
      body:
        body === undefined
          ? null
          : "json" in body
            ? JSON.stringify(body.json)
            : "form" in body
              ? body.form
              : body.parts,
      // What Discord's API redirects to is not Discord's API, and must not see a token.
      redirect: "manual",
      signal,
    });
    return {
      status: response.status,
      retryAfter: response.headers.get("Retry-After"),
      body: await readBody(response.body, MAX_ANSWER_BYTES),
    };
  }

  #headersFor(as: DiscordCall<unknown>["as"], body: DiscordBody | undefined): Record<string, string> {
    const token = as === "nobody" ? null : as === "bot" ? `Bot ${this.#config.botToken}` : `Bearer ${as.token}`;
    return {
      "User-Agent": `DiscordBot (reed, ${manifest.version})`,
      Accept: "application/json",
      ...(token === null ? {} : { Authorization: token }),
      ...(body !== undefined && "json" in body ? { "Content-Type": "application/json" } : {}),
    };
  }
}

function judge<T>({ answer }: DiscordCall<T>, { status, retryAfter, body }: Answer): Outcome<T> {
  const json = body === null ? undefined : parsed(body);
  if (status >= 200 && status < 300) {
    const read = v.safeParse(answer, json);
    return read.success && json !== undefined ? { type: "done", value: read.output } : nothing(false, status);
  }
  const fault = v.safeParse(faultSchema, json);
  const { code = null, retry_after: waitS = null } = fault.success ? fault.output : {};
  if (status === 429) {
    const retryAfterMs = msOf(retryAfter) ?? (waitS === null || waitS < 0 ? null : waitS * 1000);
    return {
      type: "failed",
      refusal: new DiscordRefusal("unreachable", { status, code, retryAfterMs }),
      isWorthAnother: true,
    };
  }
  if (status >= 500) return nothing(true, status);
  if (status < 400) return nothing(false, status);
  return { type: "failed", refusal: new DiscordRefusal("refused", { status, code }), isWorthAnother: false };
}

function nothing(isWorthAnother: boolean, status: number | null = null): Outcome<never> {
  return { type: "failed", refusal: new DiscordRefusal("unreachable", { status }), isWorthAnother };
}

/** Somebody must look: Discord is away, or takes our secrets for wrong. */
function isOurTrouble({ type, status }: DiscordRefusal): boolean {
  return type === "unreachable" || status === 401 || status === 403;
}

/** undefined: no JSON. */
function parsed(body: Uint8Array): unknown {
  if (body.length === 0) return null;
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}

/** Seconds, perhaps with a fraction. */
function msOf(retryAfter: string | null): number | null {
  return retryAfter !== null && /^\d{1,9}(?:\.\d{1,9})?$/.test(retryAfter) ? Number(retryAfter) * 1000 : null;
}
