// base64url without padding (RFC 4648 section 5), strict: one text for one byte string. The last character may not carry
// bits that no byte owns, or the same id would have several spellings.
import { DecodeError } from "./reader.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const VALUES: ReadonlyMap<string, number> = new Map([...ALPHABET].map((character, value) => [character, value]));

/** Bytes to text; the length is ceil(4n/3). */
export function toBase64Url(bytes: Uint8Array): string {
  let text = "";
  let pending = 0;
  let bits = 0;
  for (const byte of bytes) {
    pending = (pending << 8) | byte;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      text += ALPHABET[(pending >>> bits) & 0x3f] ?? "";
    }
    pending &= (1 << bits) - 1;
  }
  if (bits > 0) text += ALPHABET[(pending << (6 - bits)) & 0x3f] ?? "";
  return text;
}

/** Text to bytes; a DecodeError for any character, length or spare bit that toBase64Url would not write. */
export function fromBase64Url(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  if (text.length % 4 === 1) throw new DecodeError("truncated", text.length);
  let length = 0;
  let pending = 0;
  let bits = 0;
  for (let index = 0; index < text.length; index += 1) {
    const value = VALUES.get(text.charAt(index));
    if (value === undefined) throw new DecodeError("alphabet", index);
    pending = (pending << 6) | value;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[length++] = pending >>> bits;
      pending &= (1 << bits) - 1;
    }
  }
  if (pending !== 0) throw new DecodeError("form", text.length, "spare bits are set");
  return bytes;
}
