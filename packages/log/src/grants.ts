// Who may do what, as the fold of the control ops: one record for each principal that ever had a grant. A grant that was
// taken away stays as a tombstone (role null), because a deleted row would read as "nothing was ever said".
import type { Role } from "@reed/access";
import { compareBytes, encodeUtf8 } from "@reed/bytes";
import { type CborValue, encodeCbor } from "./cbor.ts";
import type { Sha256 } from "./hash.ts";
import { LABELS } from "./labels.ts";
import type { Principal } from "./principal.ts";

export interface Grant {
  readonly principal: Principal;
  /** null: taken away. */
  readonly role: Role | null;
  /** The write key of an edit link: it certifies the devices that came by the link. */
  readonly key: Uint8Array | null;
  readonly expiresUs: number | null;
}

export type Grants = ReadonlyMap<Principal, Grant>;

/** `grants` with `changes` made, in order. */
export function changeGrants(grants: Grants, changes: readonly Grant[]): Grants {
  const changed = new Map(grants);
  for (const change of changes) changed.set(change.principal, change);
  return changed;
}

/** The role of `principal` at `atUs`, null where it has none, lost it or the grant ran out. */
export function roleOf(grants: Grants, principal: Principal, atUs: number): Role | null {
  const grant = grants.get(principal);
  if (grant === undefined) return null;
  return grant.expiresUs !== null && grant.expiresUs <= atUs ? null : grant.role;
}

export function grantToCbor(grant: Grant): CborValue {
  return { principal: grant.principal, role: grant.role, key: grant.key, expires: grant.expiresUs };
}

/** Hash of the whole list in its one canonical order; each control op commits to the list that it results in. */
export function hashGrants(grants: Grants, sha256: Sha256): Uint8Array {
  const sorted = [...grants.values()].toSorted((a, b) =>
    compareBytes(encodeUtf8(a.principal), encodeUtf8(b.principal)),
  );
  return sha256(LABELS.grants, encodeCbor(sorted.map(grantToCbor)));
}
