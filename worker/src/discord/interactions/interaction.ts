// What Discord tells of somebody who used a command or pressed a button: the parts that are read, checked, and nothing else. The
// signature vouches for who and where; every text in it was written by people.
import { snowflakeField } from "@reed/api";
import { decodeUtf8 } from "@reed/bytes";
import { type NoteId, parseNoteId, parsePrincipal, type Principal } from "@reed/log";
import * as v from "valibot";
import { LAUNCH, NOTE, TURN_INTO_NOTE } from "./commands.ts";
import { type Button, parseCustomId } from "./custom-id.ts";

/** Somebody at Discord. Their names are theirs to choose: nothing is shown of them that was not made safe. */
export interface DiscordUser {
  readonly id: string;
  readonly username: string;
  readonly global_name?: string | null | undefined;
}

/** A message that is to become a note. */
export interface ChatMessage {
  readonly content: string;
  readonly author: DiscordUser;
  readonly mentions?: readonly DiscordUser[] | null | undefined;
}

/** Which note is meant: chosen from what was suggested, or typed. */
export interface Wanted {
  readonly noteId: NoteId | null;
  readonly words: string;
}

export type CallRequest =
  | { readonly type: "launch" }
  | { readonly type: "new"; readonly title: string }
  | { readonly type: "open" | "search"; readonly wanted: Wanted }
  | { readonly type: "suggest"; readonly words: string }
  | { readonly type: "turn"; readonly message: ChatMessage }
  | { readonly type: "button"; readonly button: Button }
  /** Of no version of Reed that this one knows. */
  | { readonly type: "strange" };

/** Who calls, from where, and what for. */
export interface Call {
  readonly type: "call";
  readonly id: string;
  /** A secret: whoever has it writes in our name for 15 minutes. */
  readonly token: string;
  readonly channelId: string;
  readonly channel: Principal;
  readonly person: DiscordUser;
  readonly request: CallRequest;
}

export type Interaction = { readonly type: "ping" } | Call;

const INTERACTION_TYPES = { ping: 1, command: 2, component: 3, autocomplete: 4 } as const;

const userSchema = v.object({ id: snowflakeField, username: v.string(), global_name: v.nullish(v.string()) });
const optionSchema = v.object({ name: v.string(), value: v.optional(v.unknown()) });
const commandSchema = v.object({
  name: v.string(),
  target_id: v.nullish(snowflakeField),
  options: v.nullish(v.array(v.object({ name: v.string(), options: v.nullish(v.array(optionSchema)) }))),
  resolved: v.nullish(v.object({ messages: v.nullish(v.record(v.string(), v.unknown())) })),
});
const messageSchema = v.object({ content: v.string(), author: userSchema, mentions: v.nullish(v.array(userSchema)) });
const componentSchema = v.object({ custom_id: v.string() });
const interactionSchema = v.object({
  id: snowflakeField,
  application_id: snowflakeField,
  type: v.number(),
  token: v.pipe(v.string(), v.regex(/^[A-Za-z0-9._~-]{1,1024}$/)),
  channel: v.nullish(v.object({ id: snowflakeField })),
  channel_id: v.nullish(snowflakeField),
  member: v.nullish(v.object({ user: userSchema })),
  user: v.nullish(userSchema),
  data: v.optional(v.unknown()),
});
const pingSchema = v.object({ type: v.literal(INTERACTION_TYPES.ping), application_id: v.optional(snowflakeField) });

const STRANGE = { type: "strange" } as const;

/** `body`: as it came. null for what is no interaction of `applicationId` in a form that Discord gives it. */
export function parseInteraction(body: Uint8Array, applicationId: string): Interaction | null {
  const given = parseJson(body);
  const ping = v.safeParse(pingSchema, given);
  if (ping.success) return (ping.output.application_id ?? applicationId) === applicationId ? { type: "ping" } : null;
  const parsed = v.safeParse(interactionSchema, given);
  if (!parsed.success || parsed.output.application_id !== applicationId) return null;
  const { id, token, type, data, member, user } = parsed.output;
  const channelId = parsed.output.channel?.id ?? parsed.output.channel_id ?? "";
  const channel = parsePrincipal(`channel:${channelId}`);
  const person = member?.user ?? user ?? null;
  if (channel === null || person === null) return null;
  return { type: "call", id, token, channelId, channel, person, request: requestOf(type, data) };
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(decodeUtf8(body));
  } catch {
    return null;
  }
}

function requestOf(type: number, data: unknown): CallRequest {
  switch (type) {
    case INTERACTION_TYPES.command:
      return commandOf(data);
    case INTERACTION_TYPES.autocomplete:
      return { type: "suggest", words: firstText(parsedCommand(data)) };
    case INTERACTION_TYPES.component: {
      const parsed = v.safeParse(componentSchema, data);
      const button = parsed.success ? parseCustomId(parsed.output.custom_id) : null;
      return button === null ? STRANGE : { type: "button", button };
    }
    default:
      return STRANGE;
  }
}

type CommandData = v.InferOutput<typeof commandSchema>;

function parsedCommand(data: unknown): CommandData | null {
  const parsed = v.safeParse(commandSchema, data);
  return parsed.success ? parsed.output : null;
}

function commandOf(data: unknown): CallRequest {
  const command = parsedCommand(data);
  switch (command?.name) {
    case LAUNCH:
      return { type: "launch" };
    case NOTE:
      return noteCommandOf(command);
    case TURN_INTO_NOTE:
      return turnOf(command);
    default:
      return STRANGE;
  }
}

function noteCommandOf(command: CommandData): CallRequest {
  const words = firstText(command);
  const name = command.options?.[0]?.name;
  switch (name) {
    case "new":
      return { type: "new", title: words };
    case "open":
    case "search":
      return { type: name, wanted: { noteId: parseNoteId(words), words } };
    default:
      return STRANGE;
  }
}

function turnOf({ target_id, resolved }: CommandData): CallRequest {
  const message = v.safeParse(messageSchema, resolved?.messages?.[target_id ?? ""]);
  return message.success ? { type: "turn", message: message.output } : STRANGE;
}

/** What was typed into the one field of a subcommand; empty where nothing was. */
function firstText(command: CommandData | null): string {
  const value = command?.options?.[0]?.options?.[0]?.value;
  return typeof value === "string" ? value : "";
}
