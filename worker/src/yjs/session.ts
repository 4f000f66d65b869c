// One provider's socket in a note. What must survive hibernation is in its attachment; the rest can be made anew.
import { ROLES, type Role } from "@reed/access";
import { isLinkPrincipal, parsePrincipal, type Principal } from "@reed/log";
import type { SessionState, Visitor } from "@reed/room";
import * as v from "valibot";
import { Allowance } from "./allowance.ts";
import type { AwarenessEntry } from "./messages.ts";
import { presenceOf } from "./people.ts";

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
  /** It was told that it may not write. */
  isDenied: boolean;
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
}

const attachmentSchema = v.object({
  principal: v.pipe(v.string(), v.transform(parsePrincipal)),
  holdsLinkSecret: v.boolean(),
  role: v.nullable(v.picklist(ROLES)),
  seq: v.number(),
  /** Sockets of the first releases have none. */
  session: v.optional(v.nullable(v.string()), null),
  states: v.array(v.tuple([v.number(), v.number(), v.nullable(v.string())])),
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
    isDenied: false,
    waiting: [],
    unseen: new Map(),
    allowance: new Allowance(nowMs),
    keptMs: nowMs,
    keptSeq: place.seq,
    refreshedMs: nowMs,
    heardMs: nowMs,
  };
}

/** Writes what must survive into the socket's attachment. */
export function keepSession(session: YjsSession, nowMs: number): void {
  const { principal, role, seq, states } = session;
  const { holdsLinkSecret, session: signIn = null } = session.visitor;
  session.keptMs = nowMs;
  session.keptSeq = seq;
  const entries = [...states.values()].map(({ client, clock, state }) => [client, clock, state]);
  session.socket.serializeAttachment({ principal, holdsLinkSecret, role, seq, session: signIn, states: entries });
}

/** The session of a socket that outlived the object's memory; null for an attachment of another form. */
export function reviveSession(connection: number, socket: WebSocket, nowMs: number): YjsSession | null {
  const result = v.safeParse(attachmentSchema, socket.deserializeAttachment());
  if (!result.success || result.output.principal === null) return null;
  const { principal, holdsLinkSecret, role, seq, session: signIn, states } = result.output;
  const visitor = { holdsLinkSecret, session: signIn };
  const session = newSession({ connection, socket, principal, role, seq }, visitor, nowMs);
  for (const [client, clock, state] of states) session.states.set(client, { client, clock, state });
  return { ...session, refreshedMs: Number.NEGATIVE_INFINITY };
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
