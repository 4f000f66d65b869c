// UTF-8, strictly: what is not UTF-8 is refused, never replaced. Every engine that Reed runs on has the two classes below;
// they are declared here so that the pure packages compile without DOM, Node or Workers types (docs/decisions/0002).
import { DecodeError } from "./reader.ts";

declare class TextEncoder {
  encode(text: string): Uint8Array;
}

declare class TextDecoder {
  constructor(label: string, options: { readonly fatal: boolean; readonly ignoreBOM: boolean });
  decode(bytes: Uint8Array): string;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The UTF-8 bytes of `text`, which must hold no unpaired surrogate (RangeError). */
export function encodeUtf8(text: string): Uint8Array {
  if (!text.isWellFormed()) throw new RangeError("text has an unpaired surrogate");
  return encoder.encode(text);
}

/** The text of `bytes`; a DecodeError `utf8` where they are not well-formed UTF-8 (RFC 3629). */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new DecodeError("utf8", 0);
  }
}
