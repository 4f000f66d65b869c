// The proof that opens a socket: a ticket alone admits nobody, for the device that it was issued to also signs the ticket's
// nonce. The note is in it, so that a proof for one note opens no other. Called by HELLO's sender and by the room.
import { concatBytes } from "@reed/bytes";
import { NOTE_ID_BYTES } from "@reed/log";
import { LABELS } from "./labels.ts";

/** Below this a nonce could come twice. */
const MIN_NONCE_BYTES = 16;

/** What the device signs: label, the 16 bytes of the note id, and the ticket's nonce (16 bytes or more). RangeError for other lengths. */
export function helloMessage(nonce: Uint8Array, note: Uint8Array): Uint8Array {
  if (nonce.length < MIN_NONCE_BYTES) throw new RangeError("a nonce has 16 bytes or more");
  if (note.length !== NOTE_ID_BYTES) throw new RangeError("a note id has 16 bytes");
  return concatBytes(LABELS.hello, note, nonce);
}
