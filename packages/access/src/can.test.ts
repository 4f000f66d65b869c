import { describe, expect, it } from "vitest";
import { type Action, ACTIONS, can } from "./can.ts";
import { NOTE_STATES, roleIn } from "./note-state.ts";
import { isRole, maxRole, type Role, ROLES } from "./role.ts";

type Row = readonly [none: boolean, viewer: boolean, editor: boolean, owner: boolean];

const ANYBODY: Row = [false, true, true, true];
const EDITORS: Row = [false, false, true, true];
const OWNERS: Row = [false, false, false, true];
const NOBODY: Row = [false, false, false, false];

/** Who may do what, in full: in an open note, and in one that lies in the trash. */
const TABLE: Readonly<Record<Action, readonly [open: Row, trashed: Row]>> = {
  read: [ANYBODY, OWNERS],
  show_presence: [ANYBODY, OWNERS],
  see_owners: [ANYBODY, OWNERS],
  leave: [ANYBODY, OWNERS],
  see_members: [EDITORS, OWNERS],
  write_text: [EDITORS, NOBODY],
  see_history: [EDITORS, NOBODY],
  name_versions: [EDITORS, NOBODY],
  change_settings: [EDITORS, NOBODY],
  list_links: [OWNERS, OWNERS],
  change_grants: [OWNERS, NOBODY],
  see_requests: [OWNERS, OWNERS],
  answer_requests: [OWNERS, NOBODY],
  see_blocks: [OWNERS, OWNERS],
  block: [OWNERS, NOBODY],
  trash: [OWNERS, OWNERS],
  untrash: [OWNERS, OWNERS],
  purge: [OWNERS, OWNERS],
  scrub: [OWNERS, NOBODY],
  set_compliance: [OWNERS, NOBODY],
};
const WHO: readonly (Role | null)[] = [null, "viewer", "editor", "owner"];

describe("who may do what", () => {
  it.each(ACTIONS)("[A1] %s", (action) => {
    expect(NOTE_STATES.map((state) => WHO.map((role) => can(role, action, state)))).toEqual(TABLE[action]);
    expect(WHO.map((role) => can(role, action))).toEqual(TABLE[action][0]);
  });

  it("[A1] is said of every action there is", () => {
    expect([...ACTIONS].toSorted()).toEqual(Object.keys(TABLE).toSorted());
  });

  it("[A1] never shrinks with a higher role, and never grows in the trash", () => {
    for (const action of ACTIONS) {
      const [open = [], trashed = []] = NOTE_STATES.map((state) => WHO.map((role) => Number(can(role, action, state))));
      for (const allowed of [open, trashed]) expect(allowed).toEqual(allowed.toSorted((a, b) => a - b));
      trashed.forEach((allowed, role) => expect(allowed).toBeLessThanOrEqual(open[role] ?? 0));
    }
  });

  it("[A1] leaves of a role what the note's state leaves", () => {
    expect(WHO.map((role) => roleIn("open", role))).toEqual(WHO);
    expect(WHO.map((role) => roleIn("trashed", role))).toEqual([null, null, null, "viewer"]);
  });
});

describe("roles", () => {
  it("are three, in order", () => {
    expect(ROLES).toEqual(["viewer", "editor", "owner"]);
    expect(["viewer", "editor", "owner", "admin", "", null, 1].map(isRole)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it("give the higher of two, none being the lowest", () => {
    WHO.forEach((left, low) =>
      WHO.forEach((right, high) => expect(maxRole(left, right)).toBe(WHO[Math.max(low, high)])),
    );
  });
});
