// What a device asks of the server for its user's private log, over HTTP.
import { fromBase64Url } from "@reed/bytes";
import { type NoteId, parseNoteId } from "@reed/log";
import { apiClient, socketAddress, valueOf } from "../http-server.ts";
import { RefusedError, type Ticket } from "../server.ts";

export interface FoundLog {
  readonly noteId: NoteId;
  readonly docId: Uint8Array;
  readonly serverTimeMs: number;
}

/** Each call rejects with a RefusedError where the server answered no, and with anything else where it was not reached. */
export interface PrivateLogServer {
  /** The log of the token's user; begins it where there is none. */
  log(accessToken: string): Promise<FoundLog>;
  /** `device`: base64url of its public key. */
  ticket(device: string, accessToken: string): Promise<Ticket>;
  /** The newest snapshot, not yet proven; null where there is none. */
  snapshot(accessToken: string): Promise<Uint8Array | null>;
}

/** `baseUrl`: without a slash at its end; "" for the page's own origin. */
export function httpPrivateLogServer(baseUrl: string): PrivateLogServer {
  return {
    log: async (accessToken) => {
      const { id, docId, serverTime } = valueOf(await apiClient(baseUrl, accessToken).privateLog());
      const noteId = parseNoteId(id);
      if (noteId === null) throw new RefusedError("unexpected", false);
      return { noteId, docId: fromBase64Url(docId), serverTimeMs: Date.parse(serverTime) };
    },
    ticket: async (device, accessToken) => {
      const { url, protocols, nonce } = valueOf(await apiClient(baseUrl, accessToken).privateLogTicket({ device }));
      return { url: socketAddress(url, baseUrl), protocols, nonce: fromBase64Url(nonce) };
    },
    snapshot: async (accessToken) => {
      const result = await apiClient(baseUrl, accessToken).privateLogSnapshot();
      return !result.ok && result.code === "no_snapshot" ? null : valueOf(result);
    },
  };
}
