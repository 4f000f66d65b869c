import { describe, expect, it } from "vitest";
import { type Action, ACTIONS, can } from "./can.ts";
import { isRole, maxRole, type Role, ROLES } from "./role.ts";

/** Who may do what, in full: none, viewer, editor, owner. */
const TABLE: Readonly<Record<Action, readonly [boolean, boolean, boolean, boolean]>> = {
  read: [false, true, true, true],
  show_presence: [false, true, true, true],
  write_text: [false, false, true, true],
  see_history: [false, false, true, true],
  name_versions: [false, false, true, true],
  change_settings: [false, false, true, true],
  list_links: [false, false, false, true],
  change_grants: [false, false, false, true],
  scrub: [false, false, false, true],
  set_compliance: [false, false, false, true],
};
const WHO: readonly (Role | null)[] = [null, "viewer", "editor", "owner"];

describe("who may do what", () => {
  it.each(ACTIONS)("%s", (action) => {
    expect(WHO.map((role) => can(role, action))).toEqual(TABLE[action]);
  });

  it("is said of every action there is", () => {
    expect([...ACTIONS].toSorted()).toEqual(Object.keys(TABLE).toSorted());
  });

  it("never shrinks with a higher role", () => {
    for (const action of ACTIONS) {
      const allowed = WHO.map((role) => Number(can(role, action)));
      expect(allowed).toEqual(allowed.toSorted((a, b) => a - b));
    }
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
