// What a room needs of the world. The Durable Object implements it with SQLite, sockets and timers; the simulation with a disk
// that can crash and a network that can die.
import type { LogRow, Sha256, Signer, SyncLogStore, Verifier } from "@reed/log";
import type { CloseReason } from "@reed/protocol";
import type { Archive } from "./archive.ts";
import type { SessionState } from "./session.ts";
import type { RoomLimits } from "./turnstile.ts";

export interface RoomPorts {
  readonly log: SyncLogStore;
  readonly archive: Archive;
  readonly sha256: Sha256;
  readonly verifier: Verifier;
  /** Raw public key; a genesis must name it. */
  readonly platformKey: Uint8Array;
  readonly gateway: Gateway;
  /** Left out: ROOM_LIMITS. */
  readonly limits?: RoomLimits | undefined;
  /** The newest version of the wire that is spoken. Left out: WIRE_VERSION. */
  readonly newest?: number | undefined;
  /** How long frames are gathered into one commit while the room is busy, ms. Left out: GATHER_MS. */
  readonly gatherMs?: number | undefined;
  nowUs(): number;
  /** Hands `frame` to a socket. Nothing may leave before all earlier writes are durable (the output gate). */
  send(connection: number, frame: Uint8Array): void;
  close(connection: number, reason: CloseReason): void;
  /** Keeps what the socket needs after hibernation. */
  keepSession(session: SessionState): void;
  /** Asks for one call of `tick` after `delayMs`. */
  wakeIn(delayMs: number): void;
  /** Rows were appended and are part of the current commit. */
  onAppend(rows: readonly LogRow[]): void;
  /** An op that contradicts one in the log, signed by the same device: kept as proof. */
  keepEvidence(opId: Uint8Array, envelope: Uint8Array): void;
}

/** The server's own key, certified by the platform key. */
export interface Gateway {
  readonly signer: Signer;
  readonly certificate: Uint8Array;
}
