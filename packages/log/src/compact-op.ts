// An op as it is delivered to somebody who stands right before it (docs/spec/wire.md, W56-W59): what the receiver's ledger can
// tell (the note, the author's line, the newest control op, chain values, hashes) is left out, about 280 of its 390 bytes. The
// receiver puts the very bytes together again that were signed; chain and signature prove it, so a wrong guess is never taken.
// The room writes it once for all (packages/room), a replica reads it (packages/sync/src/engine).
import { DecodeError, equalBytes, Reader, readVarint, Writer, writeVarint } from "@reed/bytes";
import { shortKeyOf } from "./authors.ts";
import { encodeDataBody, TEXT_BUCKET } from "./body.ts";
import type { Sha256 } from "./hash.ts";
import { HASH_BYTES } from "./ids.ts";
import {
  HEADER_BYTES,
  MAX_BODY_BYTES,
  type Op,
  type OpFields,
  type OpType,
  prepareOp,
  sealEnvelope,
  SIGNATURE_BYTES,
} from "./op.ts";

/** A chain value is left out where the author had seen one of so many positions before the op. Replicas remember as many. */
export const COMPACT_REACH = 2048;

/** What both ends know at the place where an op follows. A Ledger is one. */
export interface CompactPlace {
  readonly docId: Uint8Array;
  readonly head: { readonly seq: number };
  /** Its newest op. */
  author(device: Uint8Array): { readonly ctr: number; readonly opId: Uint8Array } | null;
  /** The one device with this short key. */
  deviceNamed(shortKey: number): Uint8Array | null;
  /** The newest control op. */
  readonly control: { readonly opId: Uint8Array } | null;
  chainAt(seq: number): Uint8Array | null;
}

export interface CompactOp {
  readonly bytes: Uint8Array;
  /** Who knows the chain values from here on can put it together again. */
  readonly fromSeq: number;
}

const WHOLE_AUTHOR = 0x01;
const CTR_GAP = 0x02;
const OTHER_ACL = 0x04;
const WHOLE_CHAIN = 0x08;
const TEXT_PAYLOAD = 0x10;
const OTHER_TYPE = 0x20;
const AHEAD_OF_RECEIPT = 0x40;
const ALL_FLAGS = 0x7f;

/** Every type that follows a genesis in a log, and is not data. */
const OTHER_TYPES: readonly OpType[] = ["control", "enrol"];
const TEXT_HEAD = encodeDataBody({ bucket: TEXT_BUCKET, payload: new Uint8Array() }).subarray(0, -4);
const TEXT_HEAD_BYTES = TEXT_HEAD.length + 4;
const NO_OP = { ctr: 0, opId: new Uint8Array(HASH_BYTES) };

/** `op`, accepted at `place` and received at `recvUs`, without what a receiver there can tell; null where only all of it will do. */
export function compactOp(op: Op, recvUs: number, place: CompactPlace): CompactOp | null {
  const type = OTHER_TYPES.indexOf(op.type);
  const last = place.author(op.author) ?? NO_OP;
  const { seq: headSeq } = place.head;
  const back = headSeq - op.seenSeq;
  if (op.type !== "data" && type === -1) return null;
  if (op.ctr <= last.ctr || back < 0) return null;
  if (!equalBytes(op.docId, place.docId) || !equalBytes(op.prev, last.opId)) return null;
  const shortKey = shortKeyOf(op.author);
  const isKnown = place.deviceNamed(shortKey) !== null && place.author(op.author) !== null;
  const hasAcl = equalBytes(op.acl, place.control?.opId ?? NO_OP.opId);
  const chain = back < COMPACT_REACH ? place.chainAt(op.seenSeq) : null;
  const hasChain = chain !== null && equalBytes(chain, op.seenChain);
  const payload = op.type === "data" ? textPayloadOf(op.body) : null;
  const wallUs = op.wallTimeUs - recvUs;
  const flags =
    (isKnown ? 0 : WHOLE_AUTHOR) |
    (op.ctr === last.ctr + 1 ? 0 : CTR_GAP) |
    (hasAcl ? 0 : OTHER_ACL) |
    (hasChain ? 0 : WHOLE_CHAIN) |
    (payload === null ? 0 : TEXT_PAYLOAD) |
    (type === -1 ? 0 : OTHER_TYPE) |
    (wallUs > 0 ? AHEAD_OF_RECEIPT : 0);
  const writer = new Writer(op.body.length + 256).u8(flags);
  if (type !== -1) writer.u8(type);
  if (isKnown) writer.u32(shortKey);
  else writer.bytes(op.author);
  if (op.ctr !== last.ctr + 1) writeVarint(writer, op.ctr - last.ctr);
  writeVarint(writer, Math.abs(wallUs));
  writeVarint(writer, back);
  if (!hasAcl) writer.bytes(op.acl);
  if (!hasChain) writer.bytes(op.seenChain);
  writer.bytes(op.signature).bytes(payload ?? op.body);
  return { bytes: writer.finish(), fromSeq: hasChain ? op.seenSeq : headSeq };
}

/** The op that follows at `place`, byte for byte. Throws a DecodeError where `bytes` are no such op, or `place` lacks what it takes. */
export function restoreOp(bytes: Uint8Array, recvUs: number, place: CompactPlace, sha256: Sha256): Op {
  const reader = new Reader(bytes);
  const flags = reader.u8();
  if ((flags & ~ALL_FLAGS) !== 0) throw new DecodeError("range", 0, "flags");
  const type = (flags & OTHER_TYPE) === 0 ? "data" : OTHER_TYPES[reader.u8()];
  if (type === undefined) throw new DecodeError("range", reader.offset, "type of op");
  const author = (flags & WHOLE_AUTHOR) === 0 ? place.deviceNamed(reader.u32()) : reader.bytes(HASH_BYTES).slice();
  if (author === null) throw new DecodeError("form", reader.offset, "author");
  const last = place.author(author) ?? NO_OP;
  const ctr = last.ctr + ((flags & CTR_GAP) === 0 ? 1 : readVarint(reader));
  const wallUs = readVarint(reader);
  const wallTimeUs = (flags & AHEAD_OF_RECEIPT) === 0 ? recvUs - wallUs : recvUs + wallUs;
  const seenSeq = place.head.seq - readVarint(reader);
  if (![ctr, wallTimeUs, seenSeq].every((value) => Number.isSafeInteger(value) && value >= 0))
    throw new DecodeError("range", reader.offset, "integer");
  const acl = (flags & OTHER_ACL) === 0 ? (place.control?.opId ?? NO_OP.opId) : reader.bytes(HASH_BYTES);
  const seenChain = (flags & WHOLE_CHAIN) === 0 ? place.chainAt(seenSeq) : reader.bytes(HASH_BYTES);
  if (seenChain === null) throw new DecodeError("form", reader.offset, "chain");
  const signature = reader.bytes(SIGNATURE_BYTES);
  const rest = reader.rest();
  const isText = (flags & TEXT_PAYLOAD) !== 0;
  const body = isText ? encodeDataBody({ bucket: TEXT_BUCKET, payload: rest }) : rest;
  if (body.length > MAX_BODY_BYTES) throw new DecodeError("range", reader.offset, "body");
  const { docId } = place;
  return sealed(
    { type, docId, author, ctr, wallTimeUs, prev: last.opId, acl, seenSeq, seenChain, body },
    signature,
    sha256,
  );
}

function sealed(fields: OpFields, signature: Uint8Array, sha256: Sha256): Op {
  const unsigned = prepareOp(fields, sha256);
  const envelope = sealEnvelope(unsigned, signature);
  const bodyAt = HEADER_BYTES + SIGNATURE_BYTES;
  return {
    ...fields,
    acl: fields.acl.slice(),
    seenChain: fields.seenChain.slice(),
    body: envelope.subarray(bodyAt),
    opId: unsigned.opId,
    signature: envelope.subarray(HEADER_BYTES, bodyAt),
    header: envelope.subarray(0, HEADER_BYTES),
    envelope,
  };
}

/** The payload of a body that says nothing more than that it is for the text; null for any other. */
function textPayloadOf(body: Uint8Array): Uint8Array | null {
  if (body.length < TEXT_HEAD_BYTES || !equalBytes(body.subarray(0, TEXT_HEAD.length), TEXT_HEAD)) return null;
  const reader = new Reader(body.subarray(TEXT_HEAD.length));
  return reader.u32() === body.length - TEXT_HEAD_BYTES ? reader.rest() : null;
}
