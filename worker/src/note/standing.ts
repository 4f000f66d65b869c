// Who calls over HTTP and what they may do here: the highest of account and link, and as whom they write.
import { can, type Action, type Role } from "@reed/access";
import { equalBytes } from "@reed/bytes";
import { linkPrincipal, linkWriteSigner } from "@reed/crypto";
import { type Attribution, linkIdBytes, type NoteId, noteIdBytes, type Principal } from "@reed/log";
import type { Room } from "@reed/room";
import type { Reader } from "./rpc.ts";

/** `secret`: of the link, where the caller has shown it. Without it a link lets its bearer read at most. */
export interface Actor extends Reader {
  readonly secret: Uint8Array | null;
}

export interface Standing {
  readonly role: Role;
  readonly attribution: Attribution;
}

export interface StandingContext {
  readonly noteId: NoteId;
  readonly room: Room;
  /** Whether a newcomer may come by the actor's link. */
  readonly isLinkOpen: boolean;
}

const NOBODY = new Uint8Array();

/** null: there is nothing here for `actor`. */
export function standingOf(actor: Actor, { noteId, room, isLinkOpen }: StandingContext): Standing | null {
  const { user, linkId, secret } = actor;
  const link = linkId !== null && isLinkOpen ? linkPrincipal(linkIdBytes(linkId)) : null;
  const roleOf = (as: { readonly user: Principal | null; readonly link: Principal | null }): Role | null =>
    room.roleOf({ device: NOBODY, ...as, holdsLinkSecret: link !== null && holdsSecret(secret, link, noteId, room) });
  const role = roleOf({ user, link });
  if (role === null || !can(role, "read")) return null;
  const by = user !== null && roleOf({ user, link: null }) === role ? user : (link ?? user);
  return by === null ? null : { role, attribution: { by, via: "api", session: null } };
}

/** Why `standing` may not do `action`; null: it may. Who may not even read learns nothing. */
export function refusalFor(standing: Standing | null, action: Action): "not_found" | "forbidden" | null {
  if (standing === null) return "not_found";
  return can(standing.role, action) ? null : "forbidden";
}

function holdsSecret(secret: Uint8Array | null, link: Principal, noteId: NoteId, room: Room): boolean {
  const key = room.ledger?.grants.get(link)?.key ?? null;
  return secret !== null && key !== null && equalBytes(linkWriteSigner(secret, noteIdBytes(noteId)).publicKey, key);
}
