// Who calls over HTTP and what they may do here: the highest of account, link and channel, and as whom they write.
import { can, type Action, type Role } from "@reed/access";
import { equalBytes } from "@reed/bytes";
import { linkPrincipal, linkWriteSigner } from "@reed/crypto";
import { type Attribution, linkIdBytes, type NoteId, noteIdBytes, type Principal } from "@reed/log";
import type { Room, Visitor } from "@reed/room";
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
  const { user, linkId, secret, channel = null } = actor;
  const link = linkId !== null && isLinkOpen ? linkPrincipal(linkIdBytes(linkId)) : null;
  const holdsLinkSecret = link !== null && holdsSecret(secret, link, noteId, room);
  const roleOf = (as: Pick<Visitor, "user" | "link" | "channel">): Role | null =>
    room.roleOf({ device: NOBODY, ...as, holdsLinkSecret });
  const role = roleOf({ user, link, channel });
  if (role === null || !can(role, "read")) return null;
  // Their own grant before any other. A block is theirs too, so nobody is asked about without them.
  const isBy = (as: { readonly link: Principal | null; readonly channel: Principal | null }): boolean =>
    roleOf({ user, ...as }) === role;
  if (user !== null && isBy({ link: null, channel: null })) return standingBy(role, user, "api");
  if (link !== null && isBy({ link, channel: null })) return standingBy(role, link, "api");
  return channel === null ? null : standingBy(role, channel, "discord");
}

function standingBy(role: Role, by: Principal, via: "api" | "discord"): Standing {
  return { role, attribution: { by, via, session: null } };
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
