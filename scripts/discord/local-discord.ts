// A Discord on this machine: the API that the Worker asks, the page that shows an activity, the proxy between that page and Reed.
// One object for tests and for `npm run discord`. Nothing here reaches the outside.
import { createHash } from "node:crypto";
import { type DiscordApiServer, startApi } from "./api.ts";
import { APPLICATION } from "./application.ts";
import type { Fault, Limit, Route } from "./faults.ts";
import { type HostOptions, hostPath } from "./host/host-options.ts";
import { type HostServer, startHost } from "./host-server.ts";
import { type Interact, interact, type Interacted } from "./interactions.ts";
import { type Message, messageOf } from "./message-shape.ts";
import { type DiscordUser, wireUser } from "./people.ts";
import { type ProxyServer, startProxy } from "./proxy.ts";
import { type DiscordChannel, DiscordState, type Instance, type Violation } from "./state.ts";

/** Where the SDK lets a host page be that is not Discord's own. */
export const HOST_ORIGIN = "http://localhost:3333";

export interface LocalDiscordOptions {
  /** Where Reed is or will be; no slash at the end. */
  readonly appUrl: string;
  /** 0, the default of all three, takes any that is free. Tests reach the page as HOST_ORIGIN all the same (e2e/discord/open.ts). */
  readonly apiPort?: number | undefined;
  readonly hostPort?: number | undefined;
  readonly proxyPort?: number | undefined;
}

/** People whose frames may stand side by side, each at an origin of its own. */
export const PEOPLE = ["ann", "bob", "cleo"] as const;
const GUILD_ID = "1300000000000000100";

/** The same at every start, so that what was written in a channel is there again. */
function lastingId(kind: "user" | "channel", name: string): string {
  const hash = createHash("sha256").update(`${kind} ${name}`).digest();
  return String(1_300_000_000_000_000_000n + BigInt(hash.readUIntBE(0, 6)));
}

export class LocalDiscord {
  readonly state: DiscordState;
  readonly api: DiscordApiServer;
  readonly proxy: ProxyServer;
  readonly #appUrl: string;
  readonly #users = new Map<string, DiscordUser>();
  readonly #channels = new Map<string, DiscordChannel>();
  #host: HostServer | null = null;

  private constructor(appUrl: string, state: DiscordState, api: DiscordApiServer, proxy: ProxyServer) {
    this.#appUrl = appUrl;
    this.state = state;
    this.api = api;
    this.proxy = proxy;
  }

  /** Throws where a port is taken, naming it. */
  static async start({ appUrl, apiPort, hostPort = 0, proxyPort }: LocalDiscordOptions): Promise<LocalDiscord> {
    const state = new DiscordState();
    const api = await startApi({ state, port: apiPort });
    const discord = await startProxy({ port: proxyPort, appUrl }).then(
      (proxy) => new LocalDiscord(appUrl, state, api, proxy),
      async (error: unknown) => {
        await api.stop();
        throw error;
      },
    );
    try {
      discord.#host = await startHost(discord.#context(), hostPort);
    } catch (error) {
      await discord.stop();
      throw error;
    }
    return discord;
  }

  #context(): Parameters<typeof startHost>[0] {
    return {
      line: this.#line(),
      proxyPort: this.proxy.port,
      user: (name) => this.user(name),
      channel: (name) => this.channel(name),
      say: (user, channel, text) => void this.say(user, channel, text),
    };
  }

  #line(): Parameters<typeof interact>[0] {
    return { state: this.state, appUrl: this.#appUrl, origin: this.api.origin };
  }

  /** The person with this username, who is made where there is none. */
  user(name: string, more: Partial<Pick<DiscordUser, "globalName" | "avatar" | "locale">> = {}): DiscordUser {
    const known = this.#users.get(name);
    if (known !== undefined) return known;
    const globalName = name.slice(0, 1).toUpperCase() + name.slice(1);
    const avatar = Buffer.from(name).toString("hex").padEnd(32, "0").slice(0, 32);
    const user = { id: lastingId("user", name), username: name, globalName, avatar, locale: "en-US", ...more };
    this.#users.set(name, user);
    this.state.users.set(user.id, user);
    return user;
  }

  /** The channel with this name, which is made where there is none: `@name` is a direct message, all others are in one server. */
  channel(name: string): DiscordChannel {
    const known = this.#channels.get(name);
    if (known !== undefined) return known;
    const channel = { id: lastingId("channel", name), name, guildId: name.startsWith("@") ? null : GUILD_ID };
    this.#channels.set(name, channel);
    this.state.channels.set(channel.id, channel);
    return channel;
  }

  /** Puts a person into the channel's activity; no page is needed for it. */
  join(user: DiscordUser, channel: DiscordChannel): Instance {
    return this.state.enter(user.id, channel);
  }

  leave(user: DiscordUser, channel: DiscordChannel): void {
    this.state.leave(user.id, channel.id);
  }

  /** A code as the client gives it to the app after AUTHORIZE. */
  code(
    user: DiscordUser,
    scopes: readonly string[] = ["identify"],
    applicationId: string = APPLICATION.applicationId,
  ): string {
    return this.state.issueCode(user.id, applicationId, scopes);
  }

  /** Sends an interaction to Reed and does what it answers. */
  interact(given: Interact): Promise<Interacted> {
    return interact(this.#line(), given);
  }

  /** A message of a person. */
  say(author: DiscordUser, channel: DiscordChannel, content: string): Message {
    const message = messageOf({
      id: this.state.snowflake(),
      channel_id: channel.id,
      type: 0,
      author: wireUser(author),
      content,
      timestamp: new Date(this.state.nowMs()).toISOString(),
    });
    this.state.keep({ message, onlyFor: null, isLoading: false });
    return message;
  }

  /** What `seenBy` sees in a channel, oldest first; without it, what everybody sees. */
  messages(channel: DiscordChannel, seenBy: DiscordUser | null = null): readonly Message[] {
    return [...this.state.messages.values()]
      .filter(({ message, onlyFor }) => {
        return message.channel_id === channel.id && (onlyFor === null || onlyFor === seenBy?.id);
      })
      .map(({ message }) => message);
  }

  /** The bytes of an attachment; null where there is no such address. */
  file(url: string): Uint8Array | null {
    return this.state.files.get(new URL(url).pathname.replace("/attachments/", ""))?.bytes ?? null;
  }

  /** Everything that was not as Discord documents it, oldest first. A test that ends should find none that it did not cause. */
  get violations(): readonly Violation[] {
    return this.state.violations;
  }

  fail(route: Route, fault: Fault): void {
    this.api.fail(route, fault);
  }

  heal(route?: Route): void {
    this.api.heal(route);
  }

  limit(route: Route, limit: Limit): void {
    this.api.limit(route, limit);
  }

  get hostPort(): number {
    return this.#host?.port ?? 0;
  }

  /** Where the app is as a frame sees it. */
  get proxyOrigin(): string {
    return `http://127.0.0.1:${this.proxy.port}`;
  }

  /** The host page's address. */
  hostUrl(options: HostOptions): string {
    return HOST_ORIGIN + hostPath(options);
  }

  /** What the Worker must be started with. */
  variables(): Readonly<Record<string, string>> {
    const named = PEOPLE.map((name) => `http://${name}.localhost:${this.proxy.port}`);
    return {
      DISCORD_APPLICATION_ID: APPLICATION.applicationId,
      DISCORD_CLIENT_SECRET: APPLICATION.clientSecret,
      DISCORD_BOT_TOKEN: APPLICATION.botToken,
      DISCORD_PUBLIC_KEY: APPLICATION.publicKey,
      DISCORD_API: this.api.api,
      DISCORD_CDN: this.api.origin,
      ALLOWED_ORIGINS: [this.proxyOrigin, ...named].join(","),
    };
  }

  async stop(): Promise<void> {
    await Promise.all([this.#host?.stop(), this.proxy.stop(), this.api.stop()]);
  }
}
