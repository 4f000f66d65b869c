// What the share dialog says of who can open a note, and of what became of them.

import type { Link, Member } from "@reed/api";

export const roleWords: Readonly<Record<Member["role"], string>> = {
  viewer: "Can read",
  editor: "Can edit",
  owner: "Owner",
};

/** "2 live viewers were disconnected." */
export function cutWords({ sockets, people }: { readonly sockets: number; readonly people: number }): string {
  const cut = people > 0 ? people : sockets;
  if (cut === 0) return "Nobody was there by it just now.";
  return cut === 1 ? "1 live viewer was disconnected." : `${cut} live viewers were disconnected.`;
}

export function addedWords(name: string, role: Member["role"]): string {
  if (role === "owner") return `${name} owns the note now, too.`;
  return role === "editor" ? `${name} can edit the note.` : `${name} can read the note.`;
}

/** One sentence that says who can open the note now, with its open links; null until that is known. */
export function whoWords(members: readonly Member[] | null, links: readonly Link[] | null): string | null {
  if (members === null || links === null) return null;
  const others = members.filter(({ isYou }) => !isYou).length;
  const people = others === 1 ? "1 other person" : `${others} other people`;
  if (links.length === 0) return others === 0 ? "Only you can open it now." : `You and ${people} can open it now.`;
  const byLink = links.length === 1 ? "anyone with the link" : `anyone with one of ${links.length} links`;
  return others === 0 ? `You and ${byLink} can open it now.` : `You, ${people} and ${byLink} can open it now.`;
}
