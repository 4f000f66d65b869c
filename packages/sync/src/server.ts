// What a replica asks of the server over HTTP. The browser implements it with packages/api; tests with whatever they like.
import type { Reader } from "@reed/api";
import type { Cursor, NoteId } from "@reed/log";
import type { ShareLink } from "./open-note.ts";

export interface Guest {
  readonly userId: string;
  readonly certificate: Uint8Array;
  readonly accessToken: string;
  readonly expiresAtMs: number;
}

export interface TicketRequest {
  /** base64url of the device's public key. */
  readonly device: string;
  readonly linkId: string | null;
  /** The device's certificate by the link's write key, encoded. */
  readonly linkCertificate: Uint8Array | null;
}

export interface Ticket {
  readonly url: string;
  readonly protocols: readonly string[];
  readonly nonce: Uint8Array;
  /** What the device may enrol with in this note besides its own; encoded. */
  readonly certificates?: readonly Uint8Array[] | undefined;
}

export type { Reader };

/** Where the server's log stands, and what the text hashes to there. */
export interface ServerState {
  readonly at: Cursor;
  readonly stateHash: Uint8Array;
}

/** The server said no. `isFinal`: asking again changes nothing until somebody gives access. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  readonly code: string;
  readonly isFinal: boolean;

  constructor(code: string, isFinal: boolean) {
    super(`refused: ${code}`);
    this.code = code;
    this.isFinal = isFinal;
  }
}

/** Each call rejects with a RefusedError where the server answered no, and with anything else where it was not reached. */
export interface Server {
  platformKey(): Promise<Uint8Array>;
  /** Makes the device's guest, or, with a proof, signs it in again. */
  guest(
    device: Uint8Array,
    name: string,
    color: string,
    proof: { readonly atMs: number; readonly signature: Uint8Array } | null,
  ): Promise<Guest>;
  found(noteId: NoteId, genesis: Uint8Array, accessToken: string): Promise<void>;
  ticket(noteId: NoteId, request: TicketRequest, accessToken: string | null): Promise<Ticket>;
  /** The newest snapshot, as decodeSnapshot of packages/log takes it and not yet proven; null where there is none. */
  snapshot(noteId: NoteId, reader: Reader): Promise<Uint8Array | null>;
  state(noteId: NoteId, reader: Reader): Promise<ServerState>;
  /** The text of this moment. */
  text(noteId: NoteId, reader: Reader): Promise<string>;
  /** The chain value at `seq` in the server's log; null where that part of it was folded away. */
  chainAt(noteId: NoteId, seq: number, reader: Reader): Promise<Uint8Array | null>;
  links(noteId: NoteId, accessToken: string): Promise<readonly ShareLink[]>;
  createLink(noteId: NoteId, role: "viewer" | "editor", accessToken: string): Promise<ShareLink>;
  revokeLink(noteId: NoteId, linkId: string, accessToken: string): Promise<void>;
}
