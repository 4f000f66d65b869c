// People who use Reed's commands in channels, and a Discord that takes what it is told: in the place of `fetch`, so that nothing leaves
// the process.
import { env } from "cloudflare:workers";
import { encodeUtf8, toHex } from "@reed/bytes";
import { signerFromSeed } from "@reed/crypto";
import { channelPrincipal, type NoteId, parseNoteId } from "@reed/log";
import * as v from "valibot";
import { vi } from "vitest";
import { api } from "../../world.test-support.ts";
import { json, newSnowflake } from "../fake-discord.test-support.ts";

/** The key that belongs to the public key of the tests' application. */
const discordKey = signerFromSeed(new Uint8Array(32).fill(0x5d));
const API = env.DISCORD_API ?? "";
const APPLICATION_ID = env.DISCORD_APPLICATION_ID ?? "";

/** What can be done to a request instead of an answer. */
export type Fault = () => Response | Promise<Response>;
export const HANGS: Fault = () => new Promise<Response>(() => undefined);

export type Route = "callback" | "edit" | "follow";

export interface Told {
  readonly route: Route;
  readonly token: string;
  /** The JSON, also of a form. */
  readonly body: unknown;
  /** The file of a form. */
  readonly picture: Uint8Array | null;
  readonly url: string;
  readonly headers: Headers;
}

export class FakeChat {
  readonly told: Told[] = [];
  readonly #faults = new Map<Route, Fault>();
  /** The messages that interactions belong to, by their tokens. */
  readonly #messages = new Map<string, string>();
  /** What the Activity is launched as; null: Discord does not say. */
  instance: string | null = null;

  /** In the place of `fetch` until `vi.unstubAllGlobals`. */
  static stub(): FakeChat {
    const chat = new FakeChat();
    vi.stubGlobal("fetch", chat.fetch);
    return chat;
  }

  fail(route: Route, fault: Fault | null): void {
    if (fault === null) this.#faults.delete(route);
    else this.#faults.set(route, fault);
  }

  /** The button that was pressed belongs to `messageId`. */
  pressed(token: string, messageId: string): void {
    this.#messages.set(token, messageId);
  }

  messageOf(token: string): string {
    const known = this.#messages.get(token) ?? newSnowflake();
    this.#messages.set(token, known);
    return known;
  }

  of(route: Route): readonly Told[] {
    return this.told.filter((told) => told.route === route);
  }

  /** The last that a route was told, once it was. */
  async last(route: Route, count = 1): Promise<Told> {
    return vi.waitFor(
      () => {
        const told = this.of(route);
        const last = told.at(-1);
        if (last === undefined || told.length < count) throw new Error(`${route} was told ${told.length} times`);
        return last;
      },
      { timeout: 8000, interval: 20 },
    );
  }

  readonly fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const seen = await toldBy(request);
    if (seen === null) return new Response("nobody", { status: 500 });
    this.told.push(seen);
    const fault = this.#faults.get(seen.route);
    if (fault !== undefined) return fault();
    if (seen.route !== "callback") return json({ id: this.messageOf(seen.token) });
    const resource = this.instance === null ? null : { type: 12, activity_instance: { id: this.instance } };
    return json({ interaction: { id: "1", type: 2 }, resource });
  };
}

async function toldBy(request: Request): Promise<Told | null> {
  const { url, headers, method } = request;
  const path = url.startsWith(API) ? url.slice(API.length) : "";
  const edit = /^\/webhooks\/(\d+)\/([^/]+)\/messages\/@original$/.exec(path);
  const follow = /^\/webhooks\/(\d+)\/([^/]+)$/.exec(path);
  const callback = /^\/interactions\/(\d+)\/([^/]+)\/callback\?with_response=true$/.exec(path);
  const [route, token] =
    edit !== null && method === "PATCH"
      ? (["edit", edit[2]] as const)
      : follow !== null && method === "POST"
        ? (["follow", follow[2]] as const)
        : (["callback", callback?.[2]] as const);
  if (token === undefined || (route !== "callback" && (edit ?? follow)?.[1] !== APPLICATION_ID)) return null;
  const isForm = headers.get("Content-Type")?.startsWith("multipart/form-data") === true;
  if (!isForm) return { route, token, body: await request.json(), picture: null, url, headers };
  const form = await request.formData();
  const [payload, file] = [form.get("payload_json"), form.get("files[0]")];
  if (typeof payload !== "string") throw new Error("payload_json is no field");
  const picture = file instanceof File ? new Uint8Array(await file.arrayBuffer()) : null;
  return { route, token, body: JSON.parse(payload), picture, url, headers };
}

export interface Person {
  readonly id: string;
  readonly username: string;
  readonly global_name: string | null;
}

export function newPerson(name = "Ana"): Person {
  return { id: newSnowflake(), username: name.toLowerCase(), global_name: name };
}

export interface Channel {
  readonly id: string;
  readonly guildId: string | null;
}

export function newChannel(guildId: string | null = newSnowflake()): Channel {
  return { id: newSnowflake(), guildId };
}

export function principalOf(channel: Channel) {
  return channelPrincipal(channel.id);
}

export type Payload = Readonly<Record<string, unknown>>;

/** An interaction as Discord sends it, with a token of its own. */
export function payloadOf(
  person: Person,
  channel: Channel,
  type: number,
  data: unknown,
): Payload & { readonly token: string } {
  const who =
    channel.guildId === null ? { user: person } : { guild_id: channel.guildId, member: { user: person, roles: [] } };
  return {
    id: newSnowflake(),
    application_id: APPLICATION_ID,
    type,
    token: `aW50ZXJhY3Rpb246${crypto.randomUUID().replaceAll("-", "")}`,
    version: 1,
    channel_id: channel.id,
    channel: { id: channel.id, type: 0 },
    data,
    locale: "en-US",
    ...who,
  };
}

export function note(subcommand: string, value?: string): unknown {
  const names: Readonly<Record<string, string>> = { new: "title", open: "note", search: "words" };
  const options = value === undefined ? [] : [{ type: 3, name: names[subcommand], value }];
  return { id: "1", name: "note", type: 1, options: [{ type: 1, name: subcommand, options }] };
}

export interface Signing {
  readonly timestamp?: string | undefined;
  readonly seed?: number | undefined;
  /** What is signed, where it is not what is sent. */
  readonly signed?: string | undefined;
}

export async function headersFor(
  body: string,
  { timestamp, seed, signed }: Signing = {},
): Promise<Record<string, string>> {
  const at = timestamp ?? String(Math.floor(Date.now() / 1000));
  const key = seed === undefined ? discordKey : signerFromSeed(new Uint8Array(32).fill(seed));
  const signature = toHex(await key.sign(encodeUtf8(at + (signed ?? body))));
  return { "X-Signature-Ed25519": signature, "X-Signature-Timestamp": at, "Content-Type": "application/json" };
}

export function post(body: string, headers: Record<string, string>): Promise<Response> {
  return api("/discord/interactions", { method: "POST", headers, body });
}

const answerSchema = v.looseObject({ type: v.number(), data: v.optional(v.looseObject({})) });

/** What Reed answers to a signed interaction; null: nothing, the answer went elsewhere. */
export async function ask(payload: Payload): Promise<v.InferOutput<typeof answerSchema> | null> {
  const body = JSON.stringify(payload);
  const response = await post(body, await headersFor(body));
  if (response.status === 202) return null;
  if (response.status !== 200) throw new Error(`refused: ${response.status}`);
  return v.parse(answerSchema, await response.json());
}

/** The words that whoever called is told, alone. */
export async function wordsFor(payload: Payload): Promise<string> {
  const answer = await ask(payload);
  const { content, flags, allowed_mentions } = v.parse(
    v.object({ content: v.string(), flags: v.literal(64), allowed_mentions: v.object({ parse: v.tuple([]) }) }),
    answer?.data,
  );
  return answer?.type === 4 && flags === 64 && allowed_mentions.parse.length === 0 ? content : "";
}

const messageSchema = v.object({
  flags: v.literal(32_768),
  allowed_mentions: v.object({ parse: v.tuple([]) }),
  components: v.tuple([
    v.looseObject({ type: v.literal(17), components: v.array(v.looseObject({ type: v.number() })) }),
  ]),
  attachments: v.tuple([v.object({ id: v.literal(0), filename: v.literal("note.png"), description: v.string() })]),
});

export interface CardShown {
  readonly words: string;
  /** custom_id or address, in order. */
  readonly buttons: readonly string[];
}

/** What a message shows that Reed sent. Throws where it has another form. */
export function cardIn({ body, picture }: Told): CardShown {
  const { components } = v.parse(messageSchema, body);
  const parts = components[0].components;
  if (picture === null || toHex(picture.slice(0, 8)) !== "89504e470d0a1a0a") throw new Error("no picture");
  const words = parts.flatMap((part) =>
    part.type === 10 && typeof part["content"] === "string" ? [part["content"]] : [],
  );
  const rows = v.parse(v.array(v.looseObject({})), parts.find(({ type }) => type === 1)?.["components"] ?? []);
  return { words: words.join("\n"), buttons: rows.map((button) => String(button["custom_id"] ?? button["url"])) };
}

/** The note that a card's buttons are about. */
export function noteIn({ buttons }: CardShown): NoteId {
  const noteId = parseNoteId(
    buttons.map((button) => button.split(":")[1] ?? "").find((part) => part.length === 22) ?? "",
  );
  if (noteId === null) throw new Error("no button names a note");
  return noteId;
}

export interface BegunNote {
  readonly id: NoteId;
  readonly card: CardShown;
  readonly messageId: string;
  readonly token: string;
}

/** A note that `person` begins by a command. */
export async function beginIn(chat: FakeChat, person: Person, channel: Channel, title = "Tea"): Promise<BegunNote> {
  const payload = payloadOf(person, channel, 2, note("new", title));
  const count = chat.of("edit").length;
  const answer = await ask(payload);
  if (answer?.type !== 5) throw new Error("not announced");
  const told = await chat.last("edit", count + 1);
  const card = cardIn(told);
  return { id: noteIn(card), card, messageId: chat.messageOf(payload.token), token: payload.token };
}

/** A button of a message. */
export function press(chat: FakeChat, person: Person, channel: Channel, messageId: string, customId: string) {
  const payload = {
    ...payloadOf(person, channel, 3, { component_type: 2, custom_id: customId }),
    message: { id: messageId },
  };
  chat.pressed(payload.token, messageId);
  return payload;
}
