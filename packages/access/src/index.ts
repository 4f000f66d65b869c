export { type Action, ACTIONS, can } from "./can.ts";
export { NOTE_STATES, type NoteState, roleIn } from "./note-state.ts";
export { isRole, maxRole, type Role, ROLES } from "./role.ts";
