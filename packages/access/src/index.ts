export { type Action, ACTIONS, can } from "./can.ts";
export { isRole, maxRole, type Role, ROLES } from "./role.ts";
