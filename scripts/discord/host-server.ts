// Serves the host page and what it does: it shows one Discord, that of `state`, to any number of clients.
import { readFile } from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";
import { transformWithOxc } from "vite";
import { APPLICATION } from "./application.ts";
import { type Answer, type Listening, serve } from "./http.ts";
import type { Done, View, ViewCommand } from "./host/view.ts";
import { PUBLIC_APPLICATION } from "./identity-routes.ts";
import { type Act, interact, type Interacted, type Line } from "./interactions.ts";
import { type DiscordUser, wireUser } from "./people.ts";
import { answer } from "./refusals.ts";
import type { DiscordChannel, DiscordState } from "./state.ts";

const HERE = path.join(import.meta.dirname, "host");

export interface HostContext {
  readonly line: Line;
  readonly proxyPort: number;
  /** Finds or makes; a channel named after `@somebody` is a direct message. */
  readonly user: (name: string) => DiscordUser;
  readonly channel: (name: string) => DiscordChannel;
  readonly say: (user: DiscordUser, channel: DiscordChannel, text: string) => void;
}

const Option: v.GenericSchema<unknown, View["commands"][number]["options"][number]> = v.object({
  name: v.string(),
  type: v.number(),
  autocomplete: v.optional(v.boolean(), false),
  options: v.optional(v.array(v.lazy(() => Option)), []),
});
const Command: v.GenericSchema<unknown, ViewCommand> = v.object({
  name: v.string(),
  type: v.number(),
  description: v.string(),
  options: v.optional(v.array(Option), []),
});

function viewOf(
  { line: { state, origin }, proxyPort }: HostContext,
  strangerUrl: string,
  user: DiscordUser,
  channel: DiscordChannel,
): View {
  const instance = state.instanceOf(channel.id);
  const present = (instance?.users ?? []).flatMap((id) => state.users.get(id) ?? []);
  const shown = [...state.messages.values()].filter(({ message, onlyFor }) => {
    return message.channel_id === channel.id && (onlyFor === null || onlyFor === user.id);
  });
  return {
    application: { id: APPLICATION.applicationId, name: APPLICATION.name },
    proxyPort,
    cdn: origin,
    strangerUrl,
    user: wireUser(user),
    users: [...state.users.values()].map(wireUser),
    channel,
    channels: [...state.channels.values()],
    instanceId: instance?.id ?? null,
    participants: present.map(wireUser),
    messages: shown.map(({ message }) => message),
    commands: state.commands.flatMap((command) => (v.is(Command, command) ? [v.parse(Command, command)] : [])),
  };
}

/** Server-sent events: every change of the state, until the page goes. */
function events(state: DiscordState): Response {
  let stop = (): void => undefined;
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      const encoder = new TextEncoder();
      controller.enqueue(encoder.encode(": here\n\n"));
      stop = state.onChange((change) => controller.enqueue(encoder.encode(`data: ${JSON.stringify(change)}\n\n`)));
    },
    cancel: () => stop(),
  });
  return new Response(stream, { headers: { "Content-Type": "text/event-stream", "Cache-Control": "no-store" } });
}

const Choices = v.object({
  data: v.object({ choices: v.array(v.object({ name: v.string(), value: v.union([v.string(), v.number()]) })) }),
});

function doneOf({ status, body, outcome, interaction }: Interacted): Done {
  const choices = v.is(Choices, body)
    ? body.data.choices.map(({ name, value }) => ({ name, value: String(value) }))
    : [];
  const isDone = outcome?.type === "done" || interaction.answeredWith !== null;
  const problem = status === null ? "The application did not respond" : `This interaction failed (${status})`;
  return { problem: isDone ? null : problem, choices };
}

const Who = v.object({ user: v.string(), channel: v.string() });
const Asked = {
  launch: Who,
  leave: Who,
  say: v.object({ ...Who.entries, text: v.pipe(v.string(), v.maxLength(2000)) }),
  authorize: v.object({ user: v.string(), clientId: v.string(), scopes: v.array(v.string()) }),
  authenticate: v.object({ user: v.string(), accessToken: v.string() }),
  interact: v.object({ ...Who.entries, act: v.looseObject({ type: v.string() }) }),
} as const;

type Actions = { readonly [Name in keyof typeof Asked]: (body: unknown) => Promise<Response> };

function actionsOf(context: HostContext): Actions {
  const { line, user: userOf, channel: channelOf } = context;
  const { state } = line;
  const enter = (user: DiscordUser, channel: DiscordChannel): void => {
    const { id } = state.enter(user.id, channel);
    state.tell({ type: "launch", channelId: channel.id, userId: user.id, instanceId: id });
  };
  return {
    launch: async (body) => {
      const asked = v.parse(Asked.launch, body);
      const [user, channel] = [userOf(asked.user), channelOf(asked.channel)];
      const entry = state.commands.find(({ type }) => type === 4);
      // The application asked to be told (handler 1), or Discord opens it by itself.
      if (entry?.["handler"] === 1) {
        const act: Act = { type: "entry_point", name: String(entry["name"]) };
        return answer(200, doneOf(await interact(line, { user, channel, act })));
      }
      enter(user, channel);
      return answer(200, { problem: null, choices: [] } satisfies Done);
    },
    leave: async (body) => {
      const asked = v.parse(Asked.leave, body);
      state.leave(userOf(asked.user).id, channelOf(asked.channel).id);
      return answer(200, {});
    },
    say: async (body) => {
      const asked = v.parse(Asked.say, body);
      context.say(userOf(asked.user), channelOf(asked.channel), asked.text);
      return answer(200, {});
    },
    authorize: async (body) => {
      const { user, clientId, scopes } = v.parse(Asked.authorize, body);
      return answer(200, { code: state.issueCode(userOf(user).id, clientId, scopes) });
    },
    authenticate: async (body) => {
      const { user, accessToken } = v.parse(Asked.authenticate, body);
      const token = state.tokenOf(accessToken);
      const person = userOf(user);
      if (token?.userId !== person.id || token.applicationId !== APPLICATION.applicationId) return answer(200, null);
      const { id, name, description } = PUBLIC_APPLICATION;
      return answer(200, {
        access_token: accessToken,
        user: wireUser(person),
        scopes: token.scopes,
        expires: new Date(token.expiresAtMs).toISOString(),
        application: { id, name, description, icon: null, rpc_origins: [] },
      });
    },
    interact: async (body) => {
      const asked = v.parse(Asked.interact, body);
      // The page is ours, and `interact` throws for what makes no sense.
      const act = asked.act as unknown as Act;
      const done = await interact(line, { user: userOf(asked.user), channel: channelOf(asked.channel), act });
      return answer(200, doneOf(done));
    },
  };
}

const TYPES: Readonly<Record<string, string>> = { ".html": "text/html", ".css": "text/css", ".ts": "text/javascript" };

async function page(name: string): Promise<Response> {
  const type = TYPES[path.extname(name)];
  if (type === undefined || !/^[a-z-]+\.[a-z]+$/.test(name)) return new Response(null, { status: 404 });
  const text = await readFile(path.join(HERE, name), "utf8").catch(() => null);
  if (text === null) return new Response(null, { status: 404 });
  const body = name.endsWith(".ts") ? (await transformWithOxc(text, name, { sourcemap: false })).code : text;
  return new Response(body, { headers: { "Content-Type": `${type}; charset=utf-8`, "Cache-Control": "no-store" } });
}

export type HostServer = Listening;

export async function startHost(context: HostContext, port: number): Promise<HostServer> {
  const actions = actionsOf(context);
  const { state } = context.line;
  // The same page on the other loopback name is another origin.
  const stranger = await serve({ port: 0, host: "127.0.0.1" }, () => page("stranger.html"));
  const strangerUrl = `http://127.0.0.1:${stranger.port}/`;
  const isAction = (name: string): name is keyof Actions => Object.hasOwn(actions, name);
  const handle = async (request: Request): Promise<Answer> => {
    const url = new URL(request.url);
    if (request.method === "GET" && url.pathname === "/") return page("page.html");
    if (request.method === "GET" && url.pathname === "/local/events") return events(state);
    if (request.method === "GET" && url.pathname === "/local/view") {
      const [user, channel] = [url.searchParams.get("user") ?? "ann", url.searchParams.get("channel") ?? "general"];
      return answer(200, viewOf(context, strangerUrl, context.user(user), context.channel(channel)));
    }
    const named = /^\/local\/(\w+)$/.exec(url.pathname)?.[1] ?? "";
    if (request.method === "POST" && isAction(named)) {
      const body: unknown = await request.json();
      return actions[named](body);
    }
    return request.method === "GET" ? page(url.pathname.slice(1)) : new Response(null, { status: 404 });
  };
  const listening = await serve({ port, host: "localhost" }, handle).catch(async (error: unknown) => {
    await stranger.stop();
    throw error;
  });
  const stop = async (): Promise<void> => {
    await Promise.all([listening.stop(), stranger.stop()]);
  };
  return { port: listening.port, stop };
}
