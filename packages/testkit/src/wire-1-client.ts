// What a program of release 0.1.0 makes of a frame. Whatever goes to or comes from one must be a frame of its time, and must be
// the same bytes when that release writes it again: nothing was added behind its back and nothing got lost.
import { equalBytes } from "@reed/bytes";
import { assertThat } from "./violation.ts";
import { decodeDown, encodeDown } from "./wire-1/down.ts";
import { decodeUp, encodeUp } from "./wire-1/up.ts";

/** Throws a Violation where `frame` is not what release 0.1.0 would read from a server. */
export function assertReadableDown(frame: Uint8Array): void {
  assertSame(frame, "a server's frame", () => encodeDown(decodeDown(frame)));
}

/** Throws a Violation where `frame` is not what release 0.1.0 would read from a client. */
export function assertReadableUp(frame: Uint8Array): void {
  assertSame(frame, "a client's frame", () => encodeUp(decodeUp(frame)));
}

function assertSame(frame: Uint8Array, whose: string, again: () => Uint8Array): void {
  let bytes: Uint8Array | null = null;
  try {
    bytes = again();
  } catch {
    // Not a frame of that version: what is asserted below.
  }
  const isSame = bytes !== null && equalBytes(bytes, frame);
  assertThat(isSame, "who speaks version 1 is sent frames of version 1", () => `${whose}, type ${frame[0]}`);
}
