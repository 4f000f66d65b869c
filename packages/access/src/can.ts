// The only place that decides who may do what. Every route, frame type and object method asks it.
import { type Role, ROLES } from "./role.ts";
import type { NoteState } from "./note-state.ts";

interface Rule {
  /** The least role that may do it. */
  readonly least: Role;
  /** Whether that still holds, for owners, while the note lies in the trash. */
  readonly isInTrash?: true;
}

const RULES = {
  read: { least: "viewer", isInTrash: true },
  show_presence: { least: "viewer", isInTrash: true },
  /** The owners, and oneself. */
  see_owners: { least: "viewer", isInTrash: true },
  leave: { least: "viewer", isInTrash: true },
  see_members: { least: "editor", isInTrash: true },
  write_text: { least: "editor" },
  /** Earlier text too: somebody may have taken it away on purpose. */
  see_history: { least: "editor" },
  name_versions: { least: "editor" },
  /** Colour, icon, tags. A register that asks for more says so itself. */
  change_settings: { least: "editor" },
  list_links: { least: "owner", isInTrash: true },
  change_grants: { least: "owner" },
  see_requests: { least: "owner", isInTrash: true },
  answer_requests: { least: "owner" },
  see_blocks: { least: "owner", isInTrash: true },
  block: { least: "owner" },
  trash: { least: "owner", isInTrash: true },
  untrash: { least: "owner", isInTrash: true },
  purge: { least: "owner", isInTrash: true },
  scrub: { least: "owner" },
  set_compliance: { least: "owner" },
} as const satisfies Record<string, Rule>;

export type Action = keyof typeof RULES;

export const ACTIONS = Object.keys(RULES) as readonly Action[];

/** Whether somebody with `role` (null: none) may do `action` in a note of that state. */
export function can(role: Role | null, action: Action, state: NoteState = "open"): boolean {
  const rule: Rule = RULES[action];
  if (role === null || ROLES.indexOf(role) < ROLES.indexOf(rule.least)) return false;
  return state === "open" || (role === "owner" && rule.isInTrash === true);
}
