// The door to the replica: everything else in the app knows the `Workspace` type only.

export { createWorkspace } from "@reed/sync/browser";
