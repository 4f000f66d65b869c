// What can be copied from the share dialog, as data.

import type { NoteReference, ShareLink } from "@reed/sync";
import { notePathOf } from "../../shell/route.ts";

export interface CopyChoice {
  readonly name: string;
  /** The one most people want. */
  readonly isMain: boolean;
  readonly hint: string;
  /** May make the link first. */
  address(): string | Promise<string>;
}

export function ownerChoices(addressFor: (role: ShareLink["role"]) => string | Promise<string>): readonly CopyChoice[] {
  return [
    {
      name: "Copy view link",
      isMain: false,
      hint: "Anyone with this link can read the note.",
      address: () => addressFor("viewer"),
    },
    {
      name: "Copy edit link",
      isMain: true,
      hint: "Anyone with this link can write in the note.",
      address: () => addressFor("editor"),
    },
  ];
}

/** The address one came by, with its secret when it had one. */
export function ownAddressChoice(reference: NoteReference, origin: string): CopyChoice {
  return {
    name: "Copy link",
    isMain: true,
    hint: ownHint(reference),
    address: () => origin + notePathOf(reference),
  };
}

export const ownerHint = "Anyone with a link can open the note. Revoke a link to take it back.";

export function ownHint({ linkId, secret }: NoteReference): string {
  if (linkId === null) return "This is the address you came by. It works for people the note was shared with.";
  return `This is the link you came by. Anyone with it can ${secret === null ? "read" : "write in"} the note.`;
}
