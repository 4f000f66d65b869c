// Lower-case hexadecimal: keys of in-memory maps, test vectors, log lines.
import { DecodeError } from "./reader.ts";

const BYTE_TO_HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

export function toHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += BYTE_TO_HEX[byte] ?? "";
  return text;
}

/** Bytes of lower-case hex; a DecodeError for anything else. */
export function fromHex(text: string): Uint8Array {
  if (text.length % 2 !== 0) throw new DecodeError("truncated", text.length);
  if (!/^[0-9a-f]*$/.test(text)) throw new DecodeError("alphabet", text.search(/[^0-9a-f]/));
  return Uint8Array.from({ length: text.length / 2 }, (_, index) =>
    Number.parseInt(text.slice(index * 2, index * 2 + 2), 16),
  );
}
