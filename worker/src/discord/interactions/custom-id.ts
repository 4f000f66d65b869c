// What a button of ours says when it is pressed: what to do and with which note. Everybody in the channel can read it, so it holds
// nothing that opens anything.
import { type NoteId, parseNoteId } from "@reed/log";

export const BUTTON_ACTIONS = ["open", "refresh", "tick"] as const;
export type ButtonAction = (typeof BUTTON_ACTIONS)[number];

export interface Button {
  readonly action: ButtonAction;
  readonly noteId: NoteId;
}

export function customIdOf({ action, noteId }: Button): string {
  return `${action}:${noteId}`;
}

/** null for what is no button of this version. */
export function parseCustomId(text: string): Button | null {
  const colon = text.indexOf(":");
  const action = BUTTON_ACTIONS.find((known) => known === text.slice(0, colon));
  const noteId = parseNoteId(text.slice(colon + 1));
  return action === undefined || noteId === null ? null : { action, noteId };
}
