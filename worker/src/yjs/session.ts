// One provider's socket in a note. What must survive hibernation is in its attachment; the rest can be made anew.
import { ROLES, type Role } from "@reed/access";
import { isLinkPrincipal, parsePrincipal, type Principal } from "@reed/log";
import type { SessionState, Visitor } from "@reed/room";
import * as v from "valibot";
import { Allowance } from "./allowance.ts";
import type { AwarenessEntry } from "./messages.ts";
import { presenceOf } from "./people.ts";
import { type Denial, DENIALS } from "./refusal.ts";

/** The version of our wire whose clients give no receipts and load no snapshots. */
const WIRE_VERSION = 1;
const DEVICE_BYTES = 32;

/** An update that waits to be written. */
export interface Waiting {
  readonly update: Uint8Array;
  /** Whether it is the answer to our sync step 1, which leaves nothing out. */
  readonly isWhole: boolean;
}

export interface YjsSession {
  readonly connection: number;
  readonly socket: WebSocket;
  readonly visitor: Visitor;
  /** The one principal of the visitor: a user or a link. */
  readonly principal: Principal;
  role: Role | null;
  /** Everything up to here was sent, or was in what sync step 2 sent. */
  seq: number;
  /** What this socket's own clients show, by clientID; one that has gone stays its own. */
  readonly states: Map<number, AwarenessEntry>;
  /** Our sync step 1 has had no answer yet. */
  isAsked: boolean;
  /** Why its edits are not taken, as it was told; null: it was told nothing of the kind. */
  denied: Denial | null;
  /** When it was told. */
  deniedMs: number;
  waiting: Waiting[];
  /** What others show and this socket has not been sent, by clientID. */
  readonly unseen: Map<number, AwarenessEntry>;
  readonly allowance: Allowance;
  /** When the attachment was last written, and with which `seq`. */
  keptMs: number;
  keptSeq: number;
  /** When it was last sent all that others show, with newer clocks: y-protocols forgets who is silent for 30 s. */
  refreshedMs: number;
  heardMs: number;
  /** When it is to end, so that it comes back; null: it may stay. */
  leaveAtMs: number | null;
}

const attachmentSchema = v.object({
  principal: v.pipe(v.string(), v.transform(parsePrincipal)),
  holdsLinkSecret: v.boolean(),
  role: v.nullable(v.picklist(ROLES)),
  seq: v.number(),
  /** Sockets of the first releases have none. */
  session: v.optional(v.nullable(v.string()), null),
  states: v.array(v.tuple([v.number(), v.number(), v.nullable(v.string())])),
  /** Sockets of earlier releases have neither. */
  denied: v.optional(v.nullable(v.picklist(DENIALS)), null),
  leaveAtMs: v.optional(v.nullable(v.number()), null),
});

/**
 * Whom a provider comes as: a user, or the bearer of a link. It holds no device key; what stands in for one tells the sockets
 * of one link apart. `connection`: 0 before it has one.
 */
export function visitorOf(
  principal: Principal,
  holdsLinkSecret: boolean,
  session: string | null,
  connection = 0,
): Visitor {
  const device = new Uint8Array(DEVICE_BYTES);
  new DataView(device.buffer).setUint32(0, connection);
  const isLink = isLinkPrincipal(principal);
  return { device, user: isLink ? null : principal, link: isLink ? principal : null, holdsLinkSecret, session };
}

export function newSession(
  place: Pick<YjsSession, "connection" | "socket" | "principal" | "role" | "seq">,
  { holdsLinkSecret, session }: Pick<Visitor, "holdsLinkSecret" | "session">,
  nowMs: number,
): YjsSession {
  return {
    ...place,
    visitor: visitorOf(place.principal, holdsLinkSecret, session ?? null, place.connection),
    states: new Map(),
    isAsked: false,
    denied: null,
    deniedMs: Number.NEGATIVE_INFINITY,
    waiting: [],
    unseen: new Map(),
    allowance: new Allowance(nowMs),
    keptMs: nowMs,
    keptSeq: place.seq,
    refreshedMs: nowMs,
    heardMs: nowMs,
    leaveAtMs: null,
  };
}

/** Writes what must survive into the socket's attachment. */
export function keepSession(session: YjsSession, nowMs: number): void {
  const { principal, role, seq, states, denied, leaveAtMs } = session;
  const { holdsLinkSecret, session: signIn = null } = session.visitor;
  session.keptMs = nowMs;
  session.keptSeq = seq;
  const entries = [...states.values()].map(({ client, clock, state }) => [client, clock, state]);
  const kept = { principal, holdsLinkSecret, role, seq, session: signIn, states: entries, denied, leaveAtMs };
  session.socket.serializeAttachment(kept);
}

/** The session of a socket that outlived the object's memory; null for an attachment of another form. */
export function reviveSession(connection: number, socket: WebSocket, nowMs: number): YjsSession | null {
  const result = v.safeParse(attachmentSchema, socket.deserializeAttachment());
  if (!result.success || result.output.principal === null) return null;
  const { principal, holdsLinkSecret, role, seq, session: signIn, states, denied, leaveAtMs } = result.output;
  const visitor = { holdsLinkSecret, session: signIn };
  const session = newSession({ connection, socket, principal, role, seq }, visitor, nowMs);
  for (const [client, clock, state] of states) session.states.set(client, { client, clock, state });
  return { ...session, denied, leaveAtMs, refreshedMs: Number.NEGATIVE_INFINITY };
}

/** How the room knows this socket: as one that was greeted. */
export function roomSession(session: YjsSession): SessionState {
  const { connection, visitor, role } = session;
  const presence = shownPresence(session);
  return { connection, visitor, nonce: new Uint8Array(), phase: "live", role, version: WIRE_VERSION, presence };
}

/** What Reed's own people are shown of this socket: its first client that shows something. Empty for none. */
export function shownPresence({ states }: YjsSession): Uint8Array {
  for (const { client, state } of states.values()) if (state !== null) return presenceOf(state, client);
  return new Uint8Array();
}
