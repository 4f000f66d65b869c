import type { Link } from "@reed/api";

type Choice = Pick<Link, "role" | "name" | "createdAt" | "expiresAt" | "maxUses">;

/** The newest link of this role that was made for nobody in particular: no name, no end. */
export function reusableLink<Known extends Choice>(links: readonly Known[], role: Link["role"]): Known | null {
  const fitting = links.filter(
    (link) => link.role === role && link.name === null && link.expiresAt === null && link.maxUses === null,
  );
  return fitting.reduce<Known | null>(
    (newest, link) => (newest === null || link.createdAt > newest.createdAt ? link : newest),
    null,
  );
}
