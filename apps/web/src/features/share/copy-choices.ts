// What can be copied from the share dialog, as data.

import type { Link } from "@reed/api";
import type { NoteReference } from "@reed/sync";
import { notePathOf } from "../../shell/route.ts";

export interface CopyChoice {
  readonly name: string;
  /** The one most people want. */
  readonly isMain: boolean;
  readonly hint: string;
  /** May make the link first. */
  address(): string | Promise<string>;
}

/** `role`: what those who get the link shall be able to do. */
export function ownerChoices(
  role: Link["role"],
  addressFor: (role: Link["role"]) => string | Promise<string>,
): readonly CopyChoice[] {
  return [
    {
      name: "Copy view link",
      isMain: role === "viewer",
      hint: "Anyone with this link can read the note.",
      address: () => addressFor("viewer"),
    },
    {
      name: "Copy edit link",
      isMain: role === "editor",
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

/** The address for people who were added. */
export function peopleChoice(noteId: string): CopyChoice {
  return {
    name: "Copy address",
    isMain: true,
    hint: "It works for the people you added, and for nobody else.",
    address: () => location.origin + notePathOf({ noteId, linkId: null, secret: null }),
  };
}

export function ownHint({ linkId, secret }: NoteReference): string {
  if (linkId === null) return "This is the address you came by. It works for people the note was shared with.";
  return `This is the link you came by. Anyone with it can ${secret === null ? "read" : "write in"} the note.`;
}
