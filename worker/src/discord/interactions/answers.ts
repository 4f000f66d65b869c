// What the endpoint answers, in Discord's form. Whoever calls has three seconds of patience: what takes longer is announced here and
// told later (webhooks.ts).
import type { NoteId } from "@reed/log";
import { clip } from "@reed/card";
import { plainText } from "./chat-text.ts";
import { customIdOf } from "./custom-id.ts";

/** Only whoever called sees it. */
const EPHEMERAL = 64;
/** The message consists of components and has no other text. */
export const COMPONENTS = 32_768;
/** Nobody is called by what a note says. */
export const NO_MENTIONS = { parse: [] } as const;

/** As many as Discord shows below a field. */
export const MAX_CHOICES = 25;
const MAX_CHOICE_LENGTH = 100;
const MAX_MESSAGE_LENGTH = 2000;
/** As many buttons as one row takes. */
export const MAX_OFFERED = 5;
const MAX_LABEL_LENGTH = 80;

export type Answer =
  | { readonly type: 1 | 6 | 12 }
  | { readonly type: 4; readonly data: PlainMessage | ChoiceMessage }
  | { readonly type: 5; readonly data?: { readonly flags: number } }
  | { readonly type: 8; readonly data: { readonly choices: readonly Choice[] } };

/** A message of words alone. */
export interface PlainMessage {
  readonly content: string;
  readonly flags: number;
  readonly allowed_mentions: typeof NO_MENTIONS;
}

/** Words for one person, and a note to choose. */
export interface ChoiceMessage extends PlainMessage {
  readonly components: readonly [{ readonly type: 1; readonly components: readonly ChoiceButton[] }];
}

interface ChoiceButton {
  readonly type: 2;
  readonly style: 2;
  readonly label: string;
  readonly custom_id: string;
}

export interface Choice {
  readonly name: string;
  readonly value: NoteId;
}

export const PONG: Answer = { type: 1 };
/** A message follows. */
export const SOON: Answer = { type: 5 };
/** The message with the button changes soon, or does not. */
export const NOTED: Answer = { type: 6 };
/** Starts the Activity, or brings whoever called into the one that runs. */
export const LAUNCH_ACTIVITY: Answer = { type: 12 };

/** Words for whoever called alone; they are ours, or made safe. */
export function privately(words: string): PlainMessage {
  return { content: clip(words, MAX_MESSAGE_LENGTH), flags: EPHEMERAL, allowed_mentions: NO_MENTIONS };
}

export function tell(words: string): Answer {
  return { type: 4, data: privately(words) };
}

export interface Titled {
  readonly id: NoteId;
  readonly title: string;
}

/** What is suggested below a field while somebody types. */
export function choicesOf(notes: readonly Titled[]): Answer {
  const choices = notes
    .slice(0, MAX_CHOICES)
    .map(({ id, title }) => ({ name: labelOf(title, MAX_CHOICE_LENGTH), value: id }));
  return { type: 8, data: { choices } };
}

/** Several notes for whoever called alone, to open one. */
export function offer(words: string, notes: readonly Titled[]): Answer {
  const buttons = notes.slice(0, MAX_OFFERED).map(({ id, title }): ChoiceButton => ({
    type: 2,
    style: 2,
    label: labelOf(title, MAX_LABEL_LENGTH),
    custom_id: customIdOf({ action: "open", noteId: id }),
  }));
  return { type: 4, data: { ...privately(words), components: [{ type: 1, components: buttons }] } };
}

function labelOf(title: string, length: number): string {
  return clip(plainText(title), length) || "Untitled note";
}
