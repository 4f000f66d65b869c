// The messages of y-protocols as y-websocket frames them: a type, then its body, every number a lib0 varint. What comes from
// outside is read here and nowhere else.
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { messagePermissionDenied } from "y-protocols/auth";
import { messageYjsSyncStep1, messageYjsSyncStep2, messageYjsUpdate } from "y-protocols/sync";

const SYNC = 0;
const AWARENESS = 1;
const AUTH = 2;
const QUERY_AWARENESS = 3;
const MAX_CLIENT = 0xffff_ffff;
/** The fewest bytes of one entry: client, clock, length and "1". */
const MIN_ENTRY_BYTES = 4;

/** One client's presence in the words of y-protocols. */
export interface AwarenessEntry {
  /** A Yjs clientID. */
  readonly client: number;
  /** The newer of two entries of a client has the higher one. */
  readonly clock: number;
  /** JSON text of an object; null: the client has gone. */
  readonly state: string | null;
}

export type YjsMessage =
  | { readonly type: "sync_step_1"; readonly vector: Uint8Array }
  | { readonly type: "sync_step_2" | "update"; readonly update: Uint8Array }
  | { readonly type: "awareness"; readonly entries: readonly AwarenessEntry[] }
  | { readonly type: "query_awareness" }
  /** Of a type that this server has no use for. */
  | { readonly type: "other" };

/** null for bytes that are no message. Total. */
export function decodeMessage(bytes: Uint8Array): YjsMessage | null {
  try {
    const decoder = decoding.createDecoder(bytes);
    switch (decoding.readVarUint(decoder)) {
      case SYNC:
        return readSync(decoder);
      case AWARENESS:
        return readAwareness(decoding.createDecoder(decoding.readVarUint8Array(decoder)));
      case QUERY_AWARENESS:
        return { type: "query_awareness" };
      default:
        return { type: "other" };
    }
  } catch {
    // lib0 and JSON throw plain errors of several kinds, all of which mean that the bytes are not what they should be.
    return null;
  }
}

export function encodeSyncStep1(vector: Uint8Array): Uint8Array {
  return encodeSync(messageYjsSyncStep1, vector);
}

export function encodeSyncStep2(update: Uint8Array): Uint8Array {
  return encodeSync(messageYjsSyncStep2, update);
}

export function encodeUpdate(update: Uint8Array): Uint8Array {
  return encodeSync(messageYjsUpdate, update);
}

export function encodeAwareness(entries: Iterable<AwarenessEntry>): Uint8Array {
  const all = [...entries];
  const body = encoding.createEncoder();
  encoding.writeVarUint(body, all.length);
  for (const { client, clock, state } of all) {
    encoding.writeVarUint(body, client);
    encoding.writeVarUint(body, clock);
    encoding.writeVarString(body, state ?? "null");
  }
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, AWARENESS);
  encoding.writeVarUint8Array(encoder, encoding.toUint8Array(body));
  return encoding.toUint8Array(encoder);
}

/** Tells a provider that something it sent was not taken; the socket goes on. */
export function encodeDenied(reason: string): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, AUTH);
  encoding.writeVarUint(encoder, messagePermissionDenied);
  encoding.writeVarString(encoder, reason);
  return encoding.toUint8Array(encoder);
}

function encodeSync(type: number, body: Uint8Array): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, SYNC);
  encoding.writeVarUint(encoder, type);
  encoding.writeVarUint8Array(encoder, body);
  return encoding.toUint8Array(encoder);
}

function readSync(decoder: decoding.Decoder): YjsMessage | null {
  const type = decoding.readVarUint(decoder);
  const body = decoding.readVarUint8Array(decoder);
  if (type === messageYjsSyncStep1) return { type: "sync_step_1", vector: body };
  if (type === messageYjsSyncStep2) return { type: "sync_step_2", update: body };
  return type === messageYjsUpdate ? { type: "update", update: body } : null;
}

function readAwareness(decoder: decoding.Decoder): YjsMessage | null {
  const count = decoding.readVarUint(decoder);
  if (count * MIN_ENTRY_BYTES > decoder.arr.length) return null;
  const entries: AwarenessEntry[] = [];
  for (let left = count; left > 0; left -= 1) {
    const client = decoding.readVarUint(decoder);
    const clock = decoding.readVarUint(decoder);
    const text = decoding.readVarString(decoder);
    const state: unknown = JSON.parse(text);
    if (client > MAX_CLIENT || typeof state !== "object" || Array.isArray(state)) return null;
    entries.push({ client, clock, state: state === null ? null : text });
  }
  return { type: "awareness", entries };
}
