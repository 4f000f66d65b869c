// What a HELLO leads to: nothing is sent or changed here.
import { can, type Role } from "@reed/access";
import { equalBytes } from "@reed/bytes";
import type { Ledger } from "@reed/log";
import {
  type CloseReason,
  type Hello,
  negotiateVersion,
  type Peer,
  type Resync,
  SNAPSHOT_VERSION,
  type Welcome,
} from "@reed/protocol";
import type { Past } from "./past.ts";
import type { Session } from "./session.ts";

/** end: the socket is closed. parted: its cursor is of another history. live: it gets the log. */
export type Greeting =
  | { readonly type: "end"; readonly reason: CloseReason }
  | { readonly type: "parted"; readonly version: number; readonly message: Resync }
  | { readonly type: "live"; readonly version: number; readonly message: Welcome };

export interface GreetingContext {
  readonly session: Session;
  readonly ledger: Ledger | null;
  readonly past: Past;
  readonly role: Role | null;
  /** Whether one more socket with this role fits. */
  readonly hasRoom: boolean;
  readonly nowUs: number;
  /** The newest version of the wire that this room speaks; undefined: all that are known. */
  readonly newest: number | undefined;
  peers(): readonly Peer[];
}

export function judgeHello(hello: Hello, isProven: boolean, context: GreetingContext): Greeting {
  const { session, ledger, past, role, hasRoom, newest } = context;
  const version = negotiateVersion(hello.lowestVersion, hello.highestVersion, newest);
  if (session.phase !== "new") return end("frame_unexpected");
  if (version === null) return end("version_unsupported");
  if (!isProven || !equalBytes(hello.device, session.visitor.device)) return end("hello_proof");
  if (ledger === null) return end("not_found");
  if (!can(role, "read")) return end("access_ended");
  const { seq, chain } = hello.cursor;
  const known = seq === 0 ? chain : past.chainAt(seq, ledger);
  const { docId, head } = ledger;
  const isParted = known === null || !equalBytes(known, chain);
  if (isLeftBehind(version, isParted ? 0 : seq, ledger)) return end("version_unsupported");
  if (isParted) return { type: "parted", version, message: { type: "resync", docId, head } };
  if (!past.hasAllAfter(seq)) return end(reasonOfGap(version));
  return hasRoom ? { type: "live", version, message: welcome(version, ledger, context) } : end("overloaded");
}

function welcome(version: number, ledger: Ledger, { session, role, nowUs, peers }: GreetingContext): Welcome {
  const author = ledger.author(session.visitor.device);
  return {
    type: "welcome",
    version,
    connection: session.connection,
    docId: ledger.docId,
    head: ledger.head,
    role,
    lastCtr: author?.ctr ?? 0,
    lastOpId: author?.opId ?? null,
    serverTimeUs: nowUs,
    peers: peers(),
  };
}

/** Why a socket ends that lacks ops which the log has no more: it begins from a snapshot, if its client knows what that is. */
export function reasonOfGap(version: number): CloseReason {
  return version >= SNAPSHOT_VERSION ? "snapshot_needed" : "version_unsupported";
}

/** Whether the log was begun anew after `seq`, in a way that a client of this version can't read. */
export function isLeftBehind(version: number, seq: number, { generations }: Ledger): boolean {
  return version < SNAPSHOT_VERSION && (generations.at(-1)?.seq ?? 0) > seq;
}

function end(reason: CloseReason): Greeting {
  return { type: "end", reason };
}
