// One socket in the room. What must survive hibernation is in SessionState, which the shell keeps in the socket's attachment;
// everything else can be made anew.
import { maxRole, type Role } from "@reed/access";
import { equalBytes } from "@reed/bytes";
import { type Ledger, type Principal, roleOf } from "@reed/log";
import { COMPACT_VERSION, SNAPSHOT_VERSION } from "@reed/protocol";
import type { Gate } from "./rates.ts";

/** What a ticket proves about its bearer. It was checked at the edge; grants are checked here, at every step. */
export interface Visitor {
  /** The device that the ticket is bound to, by its public key. */
  readonly device: Uint8Array;
  readonly user: Principal | null;
  /** The link in the path. */
  readonly link: Principal | null;
  /** Whether the visitor also proved the link's write key. Without it a link lets its bearer read at most. */
  readonly holdsLinkSecret: boolean;
  /** The chat channel that the visitor came through: proven by the server for the sign-in, and only while that holds. */
  readonly channel?: Principal | null | undefined;
  /** The sign-in that the ticket was given for; a visitor without an account has none. */
  readonly session?: string | null | undefined;
}

/** new: HELLO is awaited. live: gets the log. parted: its cursor is of another history, it gets nothing more. */
export type Phase = "new" | "live" | "parted";

export interface SessionState {
  readonly connection: number;
  readonly visitor: Visitor;
  readonly nonce: Uint8Array;
  readonly phase: Phase;
  readonly role: Role | null;
  /** Version of the wire that both sides speak; 0 before HELLO. */
  readonly version: number;
  /** Last presence that was shown; empty for none. */
  readonly presence: Uint8Array;
}

export interface Session extends SessionState {
  phase: Phase;
  /** SPENT_NONCE once HELLO has proved it. */
  nonce: Uint8Array;
  role: Role | null;
  version: number;
  presence: Uint8Array;
  /** HELLO came; whether it holds is another question. */
  hasSaidHello: boolean;
  /** null until something came besides HELLO. */
  gate: Gate | null;
  /** Everything up to here was sent to this socket. */
  sentSeq: number;
  /** Its client knows the chain values from here on. */
  knownSeq: number;
  /** Bytes of DELIVER frames since HELLO or HEAD: sent, and dealt with by its receipts. */
  sentBytes: number;
  receivedBytes: number;
  /** Has too much outstanding, and gets nothing live until it gives receipts. */
  isLagging: boolean;
  isPresenceDirty: boolean;
  presenceSentMs: number;
}

export const NOTHING = new Uint8Array();
/** Shared by all whose own is needed no more: small byte strings cost hundreds of bytes each. */
export const SPENT_NONCE = new Uint8Array(16);

/** A socket that the edge admitted, before its HELLO. */
export function newState(connection: number, visitor: Visitor, nonce: Uint8Array): SessionState {
  return { connection, visitor, nonce, phase: "new", role: null, version: 0, presence: NOTHING };
}

export function newSession(state: SessionState): Session {
  return {
    ...state,
    hasSaidHello: state.phase !== "new",
    gate: null,
    sentSeq: 0,
    knownSeq: 0,
    sentBytes: 0,
    receivedBytes: 0,
    isLagging: false,
    isPresenceDirty: false,
    presenceSentMs: Number.NEGATIVE_INFINITY,
  };
}

/** Whether this client gives receipts and can begin from a snapshot. */
export function knowsSnapshots({ version }: SessionState): boolean {
  return version >= SNAPSHOT_VERSION;
}

/** Whether this client can be sent ops that leave out what follows from the log from `fromSeq` on. */
export function canRestore({ version, knownSeq }: Session, fromSeq: number): boolean {
  return version >= COMPACT_VERSION && knownSeq <= fromSeq;
}

/** Counts a DELIVER frame that was sent. */
export function countSent(session: Session, bytes: number, windowBytes: number): void {
  session.sentBytes += bytes;
  session.isLagging = knowsSnapshots(session) && session.sentBytes - session.receivedBytes > windowBytes;
}

/** Takes a receipt; true where the socket lagged and may have more. A receipt never counts for more than was sent. */
export function credit(session: Session, totalBytes: number, windowBytes: number): boolean {
  session.receivedBytes = Math.max(session.receivedBytes, Math.min(totalBytes, session.sentBytes));
  if (!session.isLagging || session.sentBytes - session.receivedBytes >= windowBytes / 2) return false;
  session.isLagging = false;
  return true;
}

export function principalsOf({ user, link, channel = null }: Visitor): readonly Principal[] {
  return [user, link, channel].filter((principal) => principal !== null);
}

/** The most that `visitor` may do at `atUs`. Before a note has an owner, only the device that founded it may go on. */
export function roleOfVisitor(visitor: Visitor, ledger: Ledger, atUs: number): Role | null {
  if (!ledger.isFounded) {
    return ledger.founder !== null && equalBytes(ledger.founder, visitor.device) ? "owner" : null;
  }
  const { user, link, channel = null, holdsLinkSecret } = visitor;
  const byUser = user === null ? null : roleOf(ledger.grants, user, atUs);
  const byLink = link === null ? null : roleOf(ledger.grants, link, atUs);
  const byChannel = channel === null ? null : roleOf(ledger.grants, channel, atUs);
  return maxRole(maxRole(byUser, byChannel), byLink === "editor" && !holdsLinkSecret ? "viewer" : byLink);
}
