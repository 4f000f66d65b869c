// One socket in the room. What must survive hibernation is in SessionState, which the shell keeps in the socket's attachment;
// everything else can be made anew.
import { maxRole, type Role } from "@reed/access";
import { equalBytes } from "@reed/bytes";
import { type Ledger, type Principal, roleOf } from "@reed/log";

/** What a ticket proves about its bearer. It was checked at the edge; grants are checked here, at every step. */
export interface Visitor {
  /** The device that the ticket is bound to, by its public key. */
  readonly device: Uint8Array;
  readonly user: Principal | null;
  /** The link in the path. */
  readonly link: Principal | null;
  /** Whether the visitor also proved the link's write key. Without it a link lets its bearer read at most. */
  readonly holdsLinkSecret: boolean;
}

/** new: HELLO is awaited. live: gets the log. parted: its cursor is of another history, it gets nothing more. */
export type Phase = "new" | "live" | "parted";

export interface SessionState {
  readonly connection: number;
  readonly visitor: Visitor;
  readonly nonce: Uint8Array;
  readonly phase: Phase;
  readonly role: Role | null;
  /** Last presence; empty for none. */
  readonly presence: Uint8Array;
}

export interface Session extends SessionState {
  phase: Phase;
  role: Role | null;
  presence: Uint8Array;
  /** Everything up to here was sent to this socket. */
  sentSeq: number;
  isPresenceDirty: boolean;
  presenceSentMs: number;
}

/** The most that `visitor` may do at `atUs`. Before a note has an owner, only the device that founded it may go on. */
export function roleOfVisitor(visitor: Visitor, ledger: Ledger, atUs: number): Role | null {
  if (!ledger.isFounded) {
    return ledger.founder !== null && equalBytes(ledger.founder, visitor.device) ? "owner" : null;
  }
  const byUser = visitor.user === null ? null : roleOf(ledger.grants, visitor.user, atUs);
  const byLink = visitor.link === null ? null : roleOf(ledger.grants, visitor.link, atUs);
  return maxRole(byUser, byLink === "editor" && !visitor.holdsLinkSecret ? "viewer" : byLink);
}
