// The three levels of access to a note, and their order. A role never widens by itself: it comes from a grant.

export const ROLES = ["viewer", "editor", "owner"] as const;

export type Role = (typeof ROLES)[number];

export function isRole(value: unknown): value is Role {
  return ROLES.some((role) => role === value);
}

/** The higher of two roles; null stands for no access at all. */
export function maxRole(left: Role | null, right: Role | null): Role | null {
  if (left === null) return right;
  if (right === null) return left;
  return ROLES.indexOf(left) >= ROLES.indexOf(right) ? left : right;
}
