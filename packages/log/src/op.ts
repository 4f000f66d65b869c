// The op envelope (docs/spec/log.md, L1-L8): a fixed binary header of 273 bytes, an Ed25519 signature over it, and a body
// that the header commits to by hash. There is one encoding of an op and no other, so what arrives is verified as it is and
// never written anew. The op id leaves the signature out: signing the same header twice gives the same op.
import { concatBytes, equalBytes, isZero, Reader, Writer } from "@reed/bytes";
import type { Sha256 } from "./hash.ts";
import { HASH_BYTES } from "./ids.ts";
import { LABELS } from "./labels.ts";

export const HEADER_BYTES = 273;
export const SIGNATURE_BYTES = 64;
/** The largest body of a data op: with its frame it stays well below the 1 MiB of one message. */
export const MAX_BODY_BYTES = 768 * 1024;

const MAGIC = Uint8Array.of(0x4e, 0x44, 0x01, 0x00);
const NONCE_BYTES = 12;
/** After magic, type, suite, flags and document. */
const AUTHOR_AT = MAGIC.length + 4 + HASH_BYTES;
const ZERO_HASH = new Uint8Array(HASH_BYTES);
const ZERO_NONCE = new Uint8Array(NONCE_BYTES);

/** The type byte of each kind of op. Snapshot and attest have their numbers and come with the features that need them. */
const TYPE_CODES = { genesis: 0, data: 1, snapshot: 2, control: 3, attest: 4, enrol: 5 } as const;

export type OpType = keyof typeof TYPE_CODES;

const TYPES: ReadonlyMap<number, OpType> = new Map(
  Object.entries(TYPE_CODES).map(([type, code]) => [code, type as OpType]),
);

/** What is wrong with bytes that claim to be an op. */
export type OpFault =
  | "truncated"
  | "magic"
  | "type"
  | "suite"
  | "flags"
  | "parents"
  | "integer"
  | "length"
  | "body_size"
  | "body_hash"
  | "genesis_form";

export class OpError extends Error {
  override readonly name = "OpError";
  readonly code: OpFault;

  constructor(code: OpFault) {
    super(`not an op: ${code}`);
    this.code = code;
  }
}

/** What an author states and signs. Hashes and keys are 32 bytes; `wallTimeUs` and `ctr` are below 2^53. */
export interface OpFields {
  readonly type: OpType;
  /** op id of the genesis; 32 zero bytes in the genesis itself. */
  readonly docId: Uint8Array;
  /** The device's raw Ed25519 public key. */
  readonly author: Uint8Array;
  readonly ctr: number;
  readonly wallTimeUs: number;
  /** The author's last accepted op id; zeros for its first. */
  readonly prev: Uint8Array;
  /** op id of the newest control op in the author's past; zeros before the first. */
  readonly acl: Uint8Array;
  readonly seenSeq: number;
  readonly seenChain: Uint8Array;
  readonly body: Uint8Array;
}

export interface Op extends OpFields {
  readonly opId: Uint8Array;
  readonly signature: Uint8Array;
  /** The exact header bytes: what the signature and the id cover. */
  readonly header: Uint8Array;
  /** header || signature || body. */
  readonly envelope: Uint8Array;
}

export interface UnsignedOp {
  readonly opId: Uint8Array;
  readonly header: Uint8Array;
  readonly body: Uint8Array;
  /** What the device signs. */
  readonly message: Uint8Array;
}

/** Everything of an op but its signature. */
export function prepareOp(fields: OpFields, sha256: Sha256): UnsignedOp {
  const header = new Writer(HEADER_BYTES)
    .bytes(MAGIC)
    .u8(TYPE_CODES[fields.type])
    .u8(0)
    .u16(0)
    .bytes(fields.docId)
    .bytes(fields.author)
    .u64(fields.ctr)
    .u64(fields.wallTimeUs)
    .bytes(fields.prev)
    .bytes(fields.acl)
    .bytes(ZERO_HASH)
    .u64(fields.seenSeq)
    .bytes(fields.seenChain)
    .bytes(ZERO_NONCE)
    .u32(fields.body.length)
    .bytes(sha256(fields.body))
    .u8(0)
    .finish();
  if (header.length !== HEADER_BYTES) throw new RangeError("a hash or key of the op has the wrong length");
  return { opId: opIdOf(header, sha256), header, body: fields.body, message: signedBytes(header) };
}

export function sealEnvelope(unsigned: UnsignedOp, signature: Uint8Array): Uint8Array {
  if (signature.length !== SIGNATURE_BYTES) throw new RangeError("a signature has 64 bytes");
  return concatBytes(unsigned.header, signature, unsigned.body);
}

/** The id of an op with this header (273 bytes). */
export function opIdOf(header: Uint8Array, sha256: Sha256): Uint8Array {
  return sha256(LABELS.opId, header);
}

/** The bytes that the signature of an op with this header covers. */
export function signedBytes(header: Uint8Array): Uint8Array {
  return concatBytes(LABELS.opSignature, header);
}

/**
 * The op that `envelope` is, its form and its body hash checked; the signature is not (see verify.ts).
 * Throws an OpError for anything else. The op's byte fields are views into `envelope`.
 */
export function decodeOp(envelope: Uint8Array, sha256: Sha256): Op {
  if (envelope.length < HEADER_BYTES + SIGNATURE_BYTES) throw new OpError("truncated");
  const header = envelope.subarray(0, HEADER_BYTES);
  const signature = envelope.subarray(HEADER_BYTES, HEADER_BYTES + SIGNATURE_BYTES);
  const body = envelope.subarray(HEADER_BYTES + SIGNATURE_BYTES);
  const reader = new Reader(header);
  if (!equalBytes(reader.bytes(4), MAGIC)) throw new OpError("magic");
  const type = TYPES.get(reader.u8());
  if (type === undefined) throw new OpError("type");
  if (reader.u8() !== 0) throw new OpError("suite");
  if (reader.u16() !== 0) throw new OpError("flags");
  const docId = reader.bytes(HASH_BYTES);
  const author = reader.bytes(HASH_BYTES);
  const ctr = readInteger(reader);
  const wallTimeUs = readInteger(reader);
  const prev = reader.bytes(HASH_BYTES);
  const acl = reader.bytes(HASH_BYTES);
  if (!isZero(reader.bytes(HASH_BYTES))) throw new OpError("suite");
  const seenSeq = readInteger(reader);
  const seenChain = reader.bytes(HASH_BYTES);
  if (!isZero(reader.bytes(NONCE_BYTES))) throw new OpError("suite");
  const bodyLength = reader.u32();
  const bodyHash = reader.bytes(HASH_BYTES);
  if (reader.u8() !== 0) throw new OpError("parents");
  if (bodyLength > MAX_BODY_BYTES) throw new OpError("body_size");
  if (bodyLength !== body.length) throw new OpError("length");
  if (!equalBytes(sha256(body), bodyHash)) throw new OpError("body_hash");
  const isFirst = [docId, prev, acl, seenChain].every(isZero) && seenSeq === 0;
  if (type === "genesis" ? !isFirst : isZero(docId)) throw new OpError("genesis_form");
  const opId = opIdOf(header, sha256);
  return {
    type,
    docId,
    author,
    ctr,
    wallTimeUs,
    prev,
    acl,
    seenSeq,
    seenChain,
    body,
    opId,
    signature,
    header,
    envelope,
  };
}

function readInteger(reader: Reader): number {
  try {
    return reader.u64();
  } catch {
    throw new OpError("integer");
  }
}

/**
 * Kind, author and body of an op that was decoded before, as every op of a log was: nothing is hashed again. Views into `envelope`.
 * Throws an OpError where it can't be one.
 */
export function openChecked(envelope: Uint8Array): Pick<Op, "type" | "author" | "body"> {
  if (envelope.length < HEADER_BYTES + SIGNATURE_BYTES) throw new OpError("truncated");
  const type = TYPES.get(envelope[MAGIC.length] ?? -1);
  if (type === undefined) throw new OpError("type");
  const author = envelope.subarray(AUTHOR_AT, AUTHOR_AT + HASH_BYTES);
  return { type, author, body: envelope.subarray(HEADER_BYTES + SIGNATURE_BYTES) };
}
