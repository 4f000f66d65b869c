// The proof of a device that is registered already and asks for its guest again: it signs its own key and the time, so that
// a proof seen once is of no use later.
import { Writer } from "@reed/bytes";
import { LABELS } from "./labels.ts";
import { PUBLIC_KEY_BYTES } from "./primitives.ts";

/** What the device signs: label, its raw public key, and the time in ms since the epoch. RangeError for other lengths. */
export function guestMessage(device: Uint8Array, atMs: number): Uint8Array {
  if (device.length !== PUBLIC_KEY_BYTES) throw new RangeError("a device key has 32 bytes");
  return new Writer().bytes(LABELS.guest).bytes(device).u64(atMs).finish();
}
