// What is said to Discord about an interaction: its answer with more than an answer holds, the message that it was answered with,
// and words for whoever called alone. Addressed by the interaction's token, which is a secret and takes no other one.
import { instanceIdField, snowflakeField } from "@reed/api";
import * as v from "valibot";
import type { DiscordApi, DiscordBody } from "./api.ts";
import { LAUNCH_ACTIVITY, type PlainMessage } from "./interactions/answers.ts";
import { type CardMessage, PICTURE_NAME } from "./living-card-message.ts";

/** For how long Discord takes the token of an interaction, with a minute to spare. */
export const TOKEN_MS = 14 * 60_000;

/** Whose message it is. */
export interface Hook {
  readonly applicationId: string;
  /** Of the interaction. */
  readonly token: string;
}

const messageSchema = v.object({ id: snowflakeField });
const launchedSchema = v.object({
  interaction: v.optional(v.object({ activity_instance_id: v.nullish(v.string()) })),
  resource: v.nullish(v.object({ activity_instance: v.nullish(v.object({ id: v.string() })) })),
});

/** Makes the message that an interaction was answered with show a card. Its id. Throws a DiscordRefusal. */
export async function showInMessage(
  api: DiscordApi,
  hook: Hook,
  message: CardMessage,
  picture: Uint8Array,
): Promise<string> {
  const parts = new FormData();
  parts.set("payload_json", JSON.stringify(message));
  parts.set("files[0]", new Blob([picture.slice()], { type: "image/png" }), PICTURE_NAME);
  const { id } = await editOriginal(api, hook, { parts });
  return id;
}

/** Words in place of a message that was announced. Throws a DiscordRefusal. */
export async function sayInMessage(api: DiscordApi, hook: Hook, message: PlainMessage): Promise<void> {
  const { content, allowed_mentions } = message;
  await editOriginal(api, hook, { json: { content, allowed_mentions } });
}

/** Words for whoever called alone, beside the message. Throws a DiscordRefusal. */
export async function sayPrivately(api: DiscordApi, hook: Hook, message: PlainMessage): Promise<void> {
  await api.call({
    name: "follow up",
    method: "POST",
    path: pathOf(hook),
    as: "nobody",
    body: { json: message },
    answer: messageSchema,
  });
}

/** Launches the Activity for whoever called. The instance that they are brought to; null where Discord does not say. */
export async function launch(api: DiscordApi, interactionId: string, token: string): Promise<string | null> {
  const { interaction, resource } = await api.call({
    name: "launch",
    method: "POST",
    path: `/interactions/${interactionId}/${encodeURIComponent(token)}/callback?with_response=true`,
    as: "nobody",
    body: { json: LAUNCH_ACTIVITY },
    answer: launchedSchema,
  });
  const instance = interaction?.activity_instance_id ?? resource?.activity_instance?.id ?? null;
  return v.is(instanceIdField, instance) ? instance : null;
}

function editOriginal(api: DiscordApi, hook: Hook, body: DiscordBody): Promise<{ readonly id: string }> {
  const path = `${pathOf(hook)}/messages/@original`;
  return api.call({ name: "edit", method: "PATCH", path, as: "nobody", body, answer: messageSchema });
}

function pathOf({ applicationId, token }: Hook): string {
  return `/webhooks/${applicationId}/${encodeURIComponent(token)}`;
}
