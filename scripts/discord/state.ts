// What the local Discord remembers: people, channels, who is in which activity, codes and tokens, interactions, messages. One
// object, in memory, for as long as the local Discord runs. Callers: the API, the host page's server, LocalDiscord.
import { randomBytes } from "node:crypto";
import type { Message } from "./message-shape.ts";
import type { DiscordUser } from "./people.ts";

/** Without a guild it is a direct message. */
export interface DiscordChannel {
  readonly id: string;
  readonly name: string;
  readonly guildId: string | null;
}

export interface Instance {
  readonly id: string;
  readonly launchId: string;
  readonly channel: DiscordChannel;
  /** Snowflakes, in the order in which they came. */
  readonly users: string[];
}

export interface IssuedCode {
  readonly applicationId: string;
  readonly userId: string;
  readonly scopes: readonly string[];
  readonly expiresAtMs: number;
  isUsed: boolean;
}

export interface IssuedToken {
  readonly applicationId: string;
  readonly userId: string;
  readonly scopes: readonly string[];
  readonly expiresAtMs: number;
}

export interface Interaction {
  readonly id: string;
  readonly token: string;
  readonly type: number;
  readonly userId: string;
  readonly channel: DiscordChannel;
  readonly createdAtMs: number;
  /** The message whose button was pressed. */
  readonly sourceId: string | null;
  /** null until it was answered; then the type of the answer. */
  answeredWith: number | null;
  /** The message that `@original` means; null where there is none. */
  originalId: string | null;
}

export interface StoredFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

export interface StoredMessage {
  readonly message: Message;
  /** The only user who sees it; null for everybody in the channel. */
  readonly onlyFor: string | null;
  /** "is thinking": a deferred answer that has no content yet. */
  readonly isLoading: boolean;
}

/** A request or an answer of the application that is not as Discord documents it. */
export interface Violation {
  readonly at: string;
  readonly problem: string;
}

export type Change =
  | { readonly type: "messages"; readonly channelId: string }
  | { readonly type: "people"; readonly channelId: string }
  | { readonly type: "launch"; readonly channelId: string; readonly userId: string; readonly instanceId: string };

const MINUTE_MS = 60_000;
/** How long an interaction's token may be used (docs, receiving and responding). */
export const INTERACTION_TOKEN_MS = 15 * MINUTE_MS;
/** How long an access token of the stand-in lives; Discord's live a week, which no test waits for. */
export const ACCESS_TOKEN_MS = 15 * MINUTE_MS;
const CODE_MS = MINUTE_MS;
const DISCORD_EPOCH_MS = 1_420_070_400_000;

/** How long an interaction waits for its first answer (docs, receiving and responding). */
const FIRST_ANSWER_MS = 3000;

export class DiscordState {
  readonly users = new Map<string, DiscordUser>();
  readonly channels = new Map<string, DiscordChannel>();
  readonly instances = new Map<string, Instance>();
  readonly codes = new Map<string, IssuedCode>();
  readonly tokens = new Map<string, IssuedToken>();
  readonly interactions = new Map<string, Interaction>();
  readonly messages = new Map<string, StoredMessage>();
  /** By "<channel>/<attachment>/<name>". */
  readonly files = new Map<string, StoredFile>();
  readonly violations: Violation[] = [];
  commands: readonly Readonly<Record<string, unknown>>[] = [];
  /** Longer than Discord's where a machine is too slow for what is tested on it. */
  firstAnswerMs = FIRST_ANSWER_MS;
  readonly #listeners = new Set<(change: Change) => void>();
  #aheadMs = 0;
  #made = 0;

  nowMs(): number {
    return Date.now() + this.#aheadMs;
  }

  /** Lets time pass for codes, tokens and rate limits. */
  advance(ms: number): void {
    this.#aheadMs += ms;
  }

  snowflake(): string {
    this.#made += 1;
    return String((BigInt(this.nowMs() - DISCORD_EPOCH_MS) << 22n) | BigInt(this.#made % 4096));
  }

  secret(): string {
    return randomBytes(24).toString("base64url");
  }

  /** Tells of every change until the returned function is called. */
  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }

  instanceOf(channelId: string): Instance | null {
    return [...this.instances.values()].find(({ channel }) => channel.id === channelId) ?? null;
  }

  /** Puts a user into the channel's activity, opening one where there is none. */
  enter(userId: string, channel: DiscordChannel): Instance {
    const instance = this.instanceOf(channel.id) ?? this.#open(channel);
    if (!instance.users.includes(userId)) {
      instance.users.push(userId);
      this.tell({ type: "people", channelId: channel.id });
    }
    return instance;
  }

  /** Takes a user out; the activity of the last one is over, and its identifier never comes back. */
  leave(userId: string, channelId: string): void {
    const instance = this.instanceOf(channelId);
    const at = instance?.users.indexOf(userId) ?? -1;
    if (instance === null || at < 0) return;
    instance.users.splice(at, 1);
    if (instance.users.length === 0) this.instances.delete(instance.id);
    this.tell({ type: "people", channelId });
  }

  #open(channel: DiscordChannel): Instance {
    const launchId = this.snowflake();
    const place = channel.guildId === null ? `pc-${channel.id}` : `gc-${channel.guildId}-${channel.id}`;
    const instance: Instance = { id: `i-${launchId}-${place}`, launchId, channel, users: [] };
    this.instances.set(instance.id, instance);
    return instance;
  }

  /** A code as AUTHORIZE hands it to the app: for one use, soon. */
  issueCode(userId: string, applicationId: string, scopes: readonly string[]): string {
    const code = this.secret();
    this.codes.set(code, { applicationId, userId, scopes, expiresAtMs: this.nowMs() + CODE_MS, isUsed: false });
    return code;
  }

  issueToken(given: Omit<IssuedToken, "expiresAtMs">): string {
    const token = this.secret();
    const { applicationId, userId, scopes } = given;
    this.tokens.set(token, { applicationId, userId, scopes, expiresAtMs: this.nowMs() + ACCESS_TOKEN_MS });
    return token;
  }

  /** null for a token that was never given out or is too old. */
  tokenOf(secret: string): IssuedToken | null {
    const token = this.tokens.get(secret);
    return token === undefined || token.expiresAtMs <= this.nowMs() ? null : token;
  }

  keep(stored: StoredMessage): void {
    this.messages.set(stored.message.id, stored);
    this.tell({ type: "messages", channelId: stored.message.channel_id });
  }

  drop(messageId: string): void {
    const stored = this.messages.get(messageId);
    if (stored === undefined) return;
    this.messages.delete(messageId);
    this.tell({ type: "messages", channelId: stored.message.channel_id });
  }
}
