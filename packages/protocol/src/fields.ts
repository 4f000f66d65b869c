// Fields that several messages share.
import { type Role, ROLES } from "@reed/access";
import { DecodeError, decodeUtf8, encodeUtf8, isZero, type Reader, type Writer } from "@reed/bytes";
import { type CborValue, type Cursor, decodeCbor, encodeCbor } from "@reed/log";

const HASH_BYTES = 32;
const MAX_WORD_BYTES = 64;

export function writeCursor(writer: Writer, cursor: Cursor): Writer {
  return writer.u64(cursor.seq).bytes(cursor.chain);
}

export function readCursor(reader: Reader): Cursor {
  return { seq: reader.u64(), chain: reader.bytes(HASH_BYTES) };
}

/** null is 0; the roles follow in their order. */
export function writeRole(writer: Writer, role: Role | null): Writer {
  return writer.u8(role === null ? 0 : ROLES.indexOf(role) + 1);
}

export function readRole(reader: Reader): Role | null {
  const index = reader.u8();
  if (index === 0) return null;
  const role = ROLES[index - 1];
  if (role === undefined) throw new DecodeError("range", reader.offset, "role");
  return role;
}

/** A short ASCII word: a code. */
export function writeWord(writer: Writer, word: string): Writer {
  const bytes = encodeUtf8(word);
  return writer.u8(bytes.length).bytes(bytes);
}

export function readWord(reader: Reader): string {
  const length = reader.u8();
  if (length > MAX_WORD_BYTES) throw new DecodeError("range", reader.offset, "word");
  const word = decodeUtf8(reader.bytes(length));
  if (!/^[a-z0-9_]+$/.test(word)) throw new DecodeError("form", reader.offset, "word");
  return word;
}

/** A hash, or null for 32 zero bytes. */
export function readHashOrNull(reader: Reader): Uint8Array | null {
  const hash = reader.bytes(HASH_BYTES);
  return isZero(hash) ? null : hash;
}

export function writeHashOrNull(writer: Writer, hash: Uint8Array | null): Writer {
  return writer.bytes(hash ?? new Uint8Array(HASH_BYTES));
}

/** A value of deterministic CBOR, behind its length. */
export function writeCbor(writer: Writer, value: CborValue): Writer {
  const bytes = encodeCbor(value);
  return writer.u32(bytes.length).bytes(bytes);
}

export function readCbor(reader: Reader): unknown {
  return decodeCbor(reader.bytes(reader.u32()));
}

export function writeBlob16(writer: Writer, blob: Uint8Array): Writer {
  return writer.u16(blob.length).bytes(blob);
}

export function readBlob16(reader: Reader, maxBytes: number): Uint8Array {
  const length = reader.u16();
  if (length > maxBytes) throw new DecodeError("range", reader.offset, "blob");
  return reader.bytes(length);
}
