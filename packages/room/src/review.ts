// When the roles of the live sockets must be looked at anew: where a control op came in, where a grant ran out, and after a
// change among the sockets themselves. Looking costs a step a socket, so it is not done for each op that is typed.
import { can, type Role } from "@reed/access";
import type { Ledger } from "@reed/log";
import type { CloseReason } from "@reed/protocol";
import { isLeftBehind } from "./greeting.ts";
import type { Session, Visitor } from "./session.ts";

export class Review {
  #controlSeq = 0;
  #nextExpiryUs = Number.NEGATIVE_INFINITY;

  /** The next look is due whatever the log says. */
  force(): void {
    this.#nextExpiryUs = Number.NEGATIVE_INFINITY;
  }

  /** Whether to look now; who asks then looks. */
  isDue(ledger: Ledger, nowUs: number): boolean {
    const controlSeq = ledger.control?.seq ?? 0;
    if (controlSeq === this.#controlSeq && nowUs < this.#nextExpiryUs) return false;
    this.#controlSeq = controlSeq;
    this.#nextExpiryUs = Number.POSITIVE_INFINITY;
    for (const { expiresUs } of ledger.grants.values())
      if (expiresUs !== null && expiresUs > nowUs) this.#nextExpiryUs = Math.min(this.#nextExpiryUs, expiresUs);
    return true;
  }
}

export interface RoleReview {
  roleOf(visitor: Visitor): Role | null;
  end(session: Session, reason: CloseReason): void;
  /** Its role is another than it was told. */
  onRole(session: Session): void;
}

/** Looks at every live socket: who lost access is cut off, whose role changed is told. */
export function reviewRoles(sessions: readonly Session[], ledger: Ledger, { roleOf, end, onRole }: RoleReview): void {
  for (const session of sessions) {
    if (session.phase !== "live") continue;
    if (isLeftBehind(session.version, session.sentSeq, ledger)) {
      end(session, "version_unsupported");
      continue;
    }
    const role = roleOf(session.visitor);
    if (role === session.role) continue;
    session.role = role;
    if (can(role, "read")) onRole(session);
    else end(session, "access_ended");
  }
}
