// People's words on their way to Discord and back. What is sent shows as it was written: it makes no link, calls nobody and reads in
// no other order. What comes keeps its words, without Discord's own signs.
import { clip, oneLine, visibleText } from "@reed/card";
import { normaliseText } from "@reed/text";
import { discordName } from "../name.ts";
import type { ChatMessage, DiscordUser } from "./interaction.ts";

/** What Discord takes for more than a letter within a line. */
const MARKUP = /[\\*_~`|[\]<@]/g;
/** Marks of direction and joiners that change how a line reads or hide in it; those that emoji and scripts need stay. */
const INVISIBLE = /[\u00AD\u061C\u180E\u200B\u200E\u200F\u2060-\u2064\u206A-\u206F]/gu;

/** Longer than any message of Discord's. */
const MAX_MESSAGE_LENGTH = 6000;

/** On one line, with nothing in it that does not show. */
export function plainText(text: string): string {
  return oneLine(text.replace(INVISIBLE, ""));
}

/** Words as one line of a message, at most `length` letters long: whatever they hold, they are words. */
export function safeText(text: string, length: number): string {
  return clip(plainText(text), length).replace(MARKUP, "\\$&");
}

/** What somebody is called, as people see them. */
export function nameOf({ global_name, username }: DiscordUser): string {
  return discordName(global_name ?? "", username);
}

/** The text of a note made of a message, with who wrote it; null where the message has no words. */
export function noteTextOf(message: ChatMessage): string | null {
  const names = new Map((message.mentions ?? []).map((user) => [user.id, nameOf(user)]));
  const words = visibleText(normaliseText(message.content.slice(0, MAX_MESSAGE_LENGTH)))
    .replace(/<@!?([0-9]{1,20})>/g, (_, id: string) => `@${names.get(id) ?? "somebody"}`)
    .replace(/<@&[0-9]{1,20}>/g, "@role")
    .replace(/<#[0-9]{1,20}>/g, "#channel")
    .replace(/<a?(:[A-Za-z0-9_]{1,32}:)[0-9]{1,20}>/g, "$1")
    .trim();
  return words === "" ? null : `${words}\n\n— ${nameOf(message.author)}, in Discord\n`;
}

/** The text of a note that begins with `title`; empty for none. */
export function titledText(title: string): string {
  const words = plainText(title);
  return words === "" ? "" : `# ${words}\n\n`;
}
