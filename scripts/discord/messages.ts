// Messages of the application: checked, given their files, kept. Callers: the webhook routes and answers to interactions.
import * as v from "valibot";
import { APPLICATION } from "./application.ts";
import { type Described, type Flaw, flawsOf } from "./described.ts";
import type { Incoming } from "./message-body.ts";
import { isEmpty, messageFlaws } from "./message-rules.ts";
import {
  type Attachment,
  type Component,
  COMPONENTS_V2,
  EPHEMERAL,
  LOADING,
  type Message,
  MessageBody,
  shapeComponents,
  messageOf,
} from "./message-shape.ts";
import { BOT } from "./people.ts";
import type { DiscordState, Interaction, StoredMessage } from "./state.ts";

export interface Room {
  readonly state: DiscordState;
  /** Where files are served from. */
  readonly origin: string;
  /** Records what is wrong with a message; gives those flaws for which Discord refuses. */
  readonly judge: (flaws: readonly Flaw[]) => readonly Flaw[];
}

export type Posted =
  | { readonly type: "kept"; readonly stored: StoredMessage }
  | { readonly type: "empty" }
  | { readonly type: "invalid"; readonly flaws: readonly Flaw[] };

/** The files that the message has after the call: of those it had the ones named, and the new ones. */
function attachmentsOf(
  body: MessageBody,
  files: Incoming["files"],
  { before, channelId, room }: { readonly before: Message | null; readonly channelId: string; readonly room: Room },
): readonly Attachment[] {
  const named = body.attachments ?? null;
  const had = before?.attachments ?? [];
  const kept = named === null ? had : had.filter(({ id }) => named.some((entry) => String(entry.id) === id));
  const made = [...files].map(([index, file]): Attachment => {
    const entry = named?.find(({ id }) => String(id) === String(index));
    const filename = entry?.filename ?? file.name;
    const id = room.state.snowflake();
    const place = `${channelId}/${id}/${filename}`;
    room.state.files.set(place, file);
    const url = `${room.origin}/attachments/${place}`;
    const described = typeof entry?.description === "string" ? { description: entry.description } : {};
    return { id, filename, size: file.bytes.length, url, proxy_url: url, content_type: file.type, ...described };
  });
  return [...kept, ...made];
}

function unnamedFiles(body: MessageBody, files: Incoming["files"], had: readonly Attachment[]): readonly Flaw[] {
  const ids = [...[...files.keys()].map(String), ...had.map(({ id }) => id)];
  return (body.attachments ?? [])
    .filter(({ id }) => !ids.includes(String(id)))
    .map(({ id }) => ({
      path: ["attachments"],
      code: "ATTACHMENT_NOT_FOUND",
      message: `There is no file ${String(id)}`,
    }));
}

const WithAttachments = v.looseObject({
  attachments: v.array(v.looseObject({ id: v.union([v.string(), v.number()]) })),
});

/** The description wants the number of an attachment as a string; Discord's own examples give a number, and both are taken. */
function withStrings(body: unknown): unknown {
  if (!v.is(WithAttachments, body)) return body;
  return { ...body, attachments: body.attachments.map((entry) => ({ ...entry, id: String(entry.id) })) };
}

interface Kind {
  readonly described: Described;
  /** Where in the checked body the message lies. */
  readonly wrap?: number | undefined;
}

/** Checks `incoming` and keeps it as a new message, or in place of `before`. */
export function post(
  room: Room,
  incoming: Incoming,
  kind: Kind,
  about: { readonly before: StoredMessage | null; readonly interaction: Interaction; readonly type: number },
): Posted {
  const { before, interaction } = about;
  const given = withStrings(incoming.body);
  const checked = kind.wrap === undefined ? given : { type: kind.wrap, data: given };
  const described = room.judge(flawsOf(kind.described, checked));
  const parsed = v.safeParse(MessageBody, incoming.body);
  if (!parsed.success || described.length > 0) return { type: "invalid", flaws: described };
  const body = parsed.output;
  const old = before?.message ?? null;
  const attachments = attachmentsOf(body, incoming.files, { before: old, channelId: interaction.channel.id, room });
  const files = attachments.map(({ filename }) => filename);
  const flags = body.flags ?? 0;
  const rules = messageFlaws(body, { flagsBefore: old?.flags ?? 0, files });
  const flaws = room.judge([...rules, ...unnamedFiles(body, incoming.files, old?.attachments ?? [])]);
  if (flaws.length > 0) return { type: "invalid", flaws };
  const isNothing = isEmpty(body, files) && (old === null || before?.isLoading === true);
  if (isNothing) return { type: "empty" };

  const nowIso = new Date(room.state.nowMs()).toISOString();
  const shaping = { attachments, snowflake: () => room.state.snowflake() };
  const components: readonly Component[] | null =
    body.components === undefined || body.components === null ? null : shapeComponents(body.components, shaping);
  const message = messageOf({
    id: old?.id ?? room.state.snowflake(),
    channel_id: interaction.channel.id,
    type: old?.type ?? about.type,
    author: BOT,
    content: body.content ?? (body.content === null ? "" : (old?.content ?? "")),
    timestamp: old?.timestamp ?? nowIso,
    edited_timestamp: old === null ? null : nowIso,
    flags: ((old?.flags ?? 0) & ~LOADING) | (flags & (COMPONENTS_V2 | (old === null ? EPHEMERAL : 0))),
    components: components ?? old?.components ?? [],
    attachments,
    embeds: body.embeds ?? old?.embeds ?? [],
    application_id: APPLICATION.applicationId,
    webhook_id: APPLICATION.applicationId,
  });
  const onlyFor = before === null ? ((flags & EPHEMERAL) === 0 ? null : interaction.userId) : before.onlyFor;
  const stored: StoredMessage = { message, onlyFor, isLoading: false };
  room.state.keep(stored);
  return { type: "kept", stored };
}

/** "is thinking": what a deferred answer shows. */
export function postLoading(room: Room, interaction: Interaction, flags: number, type: number): StoredMessage {
  const message = messageOf({
    id: room.state.snowflake(),
    channel_id: interaction.channel.id,
    type,
    author: BOT,
    timestamp: new Date(room.state.nowMs()).toISOString(),
    flags: LOADING | (flags & EPHEMERAL),
    application_id: APPLICATION.applicationId,
    webhook_id: APPLICATION.applicationId,
  });
  const stored = { message, onlyFor: (flags & EPHEMERAL) === 0 ? null : interaction.userId, isLoading: true };
  room.state.keep(stored);
  return stored;
}
