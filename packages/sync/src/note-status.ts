// What people are shown of an open note, put together from what the replica knows.
import { can } from "@reed/access";
import { type SaveFacts, saveStateOf } from "./engine/save-state.ts";
import type { Draft, NoteStatus, Person, RemoteCursor } from "./open-note.ts";
import { decodePresence } from "./presence.ts";

export interface StatusFacts {
  readonly save: SaveFacts;
  readonly peers: ReadonlyMap<number, Uint8Array>;
  readonly self: { readonly name: string; readonly color: string };
  readonly drafts: readonly Draft[];
  readonly title: string;
  readonly isLoaded: boolean;
  readonly preview: string | null;
}

/** Signed out, a device can send nothing, as if there were no network; why is said beside it. */
const SIGNED_OUT: ReadonlySet<string | null> = new Set(["session_ended", "account_deleted"]);

export function statusOf({ save, peers, self, drafts, title, isLoaded, preview }: StatusFacts): NoteStatus {
  const others = [...peers].flatMap(([connection, payload]) => {
    const presence = decodePresence(payload);
    return presence === null ? [] : [{ id: String(connection), ...presence }];
  });
  const people: readonly Person[] = [
    { id: "self", ...self, isSelf: true },
    ...others.map(({ id, name, color }) => ({ id, name, color, isSelf: false })),
  ];
  const cursors = others.flatMap(({ id, name, color, caret }): readonly RemoteCursor[] =>
    caret === null ? [] : [{ id, name, color, ...caret }],
  );
  return {
    save: saveStateOf(SIGNED_OUT.has(save.problem) ? { ...save, problem: null, link: "away" } : save),
    role: save.role,
    people: save.role === null || can(save.role, "show_presence") ? people : [],
    cursors,
    drafts,
    keeps: save.keeps,
    problem: save.problem,
    title,
    isLoaded,
    preview,
  };
}
