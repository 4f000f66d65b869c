// A write that was not taken, said again as of another time.
import { decodeRegisterPayload, encodeRegisterPayload } from "@reed/log";

/** null for what is no write. */
export function repeatAt(payload: Uint8Array, timeUs: number): Uint8Array | null {
  const write = decodeRegisterPayload(payload);
  return write === null ? null : encodeRegisterPayload({ ...write, timeUs });
}
