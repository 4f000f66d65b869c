// The only place that decides who may do what. Every route, frame type and object method asks it.
import { type Role, ROLES } from "./role.ts";

/** Each action with the least role that may do it. */
const LEAST_ROLE = {
  read: "viewer",
  show_presence: "viewer",
  write_text: "editor",
  /** Earlier text too: somebody may have taken it away on purpose. */
  see_history: "editor",
  name_versions: "editor",
  /** Colour, icon, tags. A register that asks for more says so itself. */
  change_settings: "editor",
  list_links: "owner",
  change_grants: "owner",
  scrub: "owner",
  set_compliance: "owner",
} as const satisfies Record<string, Role>;

export type Action = keyof typeof LEAST_ROLE;

export const ACTIONS = Object.keys(LEAST_ROLE) as readonly Action[];

/** Whether somebody with `role` (null: none) may do `action`. */
export function can(role: Role | null, action: Action): boolean {
  return role !== null && ROLES.indexOf(role) >= ROLES.indexOf(LEAST_ROLE[action]);
}
