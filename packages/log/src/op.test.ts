import { concatBytes, toHex } from "@reed/bytes";
import { sha256 } from "@reed/crypto";
import { describe, expect, it } from "vitest";
import { LABELS } from "./labels.ts";
import {
  decodeOp,
  HEADER_BYTES,
  MAX_BODY_BYTES,
  openChecked,
  OpError,
  type OpFault,
  opIdOf,
  prepareOp,
  sealEnvelope,
  SIGNATURE_BYTES,
} from "./op.ts";
import {
  EDITOR,
  FOUNDER,
  genesisFields,
  sealed,
  seedOf,
  signatureFaultOf,
  World,
  ZERO_HASH,
} from "./world.test-support.ts";

const world = await World.founded();
const op = await world.typed(EDITOR, 7, "hello");

function changed(edit: (envelope: Uint8Array) => void, from = op.envelope): Uint8Array {
  const copy = from.slice();
  edit(copy);
  return copy;
}

/** The envelope with another body, and a header that commits to it. */
function withBody(body: Uint8Array): Uint8Array {
  const { header } = prepareOp({ ...op, body }, sha256);
  return concatBytes(header, op.signature, body);
}

function faultOf(envelope: Uint8Array): OpFault | "ok" {
  try {
    decodeOp(envelope, sha256);
    return "ok";
  } catch (error) {
    if (error instanceof OpError) return error.code;
    throw error;
  }
}

describe("the envelope", () => {
  it("[L1] is a header of 273 bytes, a signature of 64 and the body, with every field at its offset", () => {
    const { envelope } = op;
    const view = new DataView(envelope.buffer, envelope.byteOffset);
    const hex = (from: number, length: number): string => toHex(envelope.subarray(from, from + length));
    expect([HEADER_BYTES, SIGNATURE_BYTES]).toEqual([273, 64]);
    expect(hex(0, 4)).toBe("4e440100");
    expect([view.getUint8(4), view.getUint8(5), view.getUint16(6)]).toEqual([1, 0, 0]);
    expect(hex(8, 32)).toBe(toHex(world.ledger.docId));
    expect(hex(40, 32)).toBe(toHex(EDITOR.signer.publicKey));
    expect(Number(view.getBigUint64(72))).toBe(op.ctr);
    expect(Number(view.getBigUint64(80))).toBe(op.wallTimeUs);
    expect(hex(88, 32)).toBe(toHex(op.prev));
    expect(hex(120, 32)).toBe(toHex(op.acl));
    expect(hex(152, 32)).toBe(toHex(ZERO_HASH));
    expect(Number(view.getBigUint64(184))).toBe(op.seenSeq);
    expect(hex(192, 32)).toBe(toHex(op.seenChain));
    expect(hex(224, 12)).toBe("00".repeat(12));
    expect(view.getUint32(236)).toBe(op.body.length);
    expect(hex(240, 32)).toBe(toHex(sha256(op.body)));
    expect(view.getUint8(272)).toBe(0);
    expect(hex(273, 64)).toBe(toHex(op.signature));
    expect(hex(337, op.body.length)).toBe(toHex(op.body));
    expect(envelope.length).toBe(337 + op.body.length);
  });

  it("[L1] reads back as the fields that were signed", () => {
    const { type, docId, author, ctr, wallTimeUs, prev, acl, seenSeq, seenChain, body } = decodeOp(op.envelope, sha256);
    const unsigned = prepareOp({ type, docId, author, ctr, wallTimeUs, prev, acl, seenSeq, seenChain, body }, sha256);
    expect(sealEnvelope(unsigned, op.signature)).toEqual(op.envelope);
  });

  it("[L1] is opened again without being checked again", () => {
    const { type, author, body } = op;
    expect(openChecked(op.envelope)).toEqual({ type, author, body });
    expect(openChecked(changed((copy) => copy.fill(0, 240, 272)))).toEqual({ type, author, body });
    expect(() => openChecked(op.envelope.subarray(0, 336))).toThrow(new OpError("truncated"));
    expect(() => openChecked(changed((copy) => copy.fill(99, 4, 5)))).toThrow(new OpError("type"));
  });

  it("[L1] is never built from a hash, key or signature of another length", () => {
    expect(() => prepareOp({ ...op, prev: new Uint8Array(31) }, sha256)).toThrow(RangeError);
    expect(() => sealEnvelope(prepareOp(op, sha256), new Uint8Array(63))).toThrow(RangeError);
  });

  it.each<[string, OpFault, Uint8Array]>([
    ["an end before the body", "truncated", op.envelope.subarray(0, 336)],
    ["another magic", "magic", changed((bytes) => bytes.set([0x4f], 0))],
    ["another version of the header", "magic", changed((bytes) => bytes.set([2], 2))],
    ["a type that does not exist", "type", changed((bytes) => bytes.set([6], 4))],
    ["a suite", "suite", changed((bytes) => bytes.set([1], 5))],
    ["an epoch", "suite", changed((bytes) => bytes.set([1], 183))],
    ["a nonce", "suite", changed((bytes) => bytes.set([1], 224))],
    ["flags", "flags", changed((bytes) => bytes.set([1], 7))],
    ["parents", "parents", changed((bytes) => bytes.set([1], 272))],
    ["a counter of 2^53", "integer", changed((bytes) => bytes.set([0, 0x20, 0, 0, 0, 0, 0, 0], 72))],
    ["a time of 2^53", "integer", changed((bytes) => bytes.set([0, 0x20, 0, 0, 0, 0, 0, 0], 80))],
    ["a position of 2^53", "integer", changed((bytes) => bytes.set([0, 0x20, 0, 0, 0, 0, 0, 0], 184))],
  ])("[L2] refuses %s as %s", (_what, fault, envelope) => {
    expect(faultOf(envelope)).toBe(fault);
  });

  it("[L2] refuses every shorter and every longer envelope", () => {
    for (let length = 0; length < op.envelope.length; length += 1) {
      expect(faultOf(op.envelope.subarray(0, length))).toBe(length < 337 ? "truncated" : "length");
    }
    expect(faultOf(concatBytes(op.envelope, Uint8Array.of(0)))).toBe("length");
  });

  it("[L3] is hashed and signed under labels that end in a zero byte", () => {
    const texts = Object.values(LABELS).map((label) => new TextDecoder().decode(label));
    expect(texts).toEqual([
      "reed/op-id/v1\0",
      "reed/op-sig/v1\0",
      "reed/cert/v1\0",
      "reed/log/v1\0",
      "reed/grants/v1\0",
      "reed/tombstone/v1\0",
    ]);
    expect(prepareOp(op, sha256).message).toEqual(concatBytes(LABELS.opSignature, op.header));
  });

  it("[L4] has an id that covers the header and leaves the signature out", () => {
    expect(op.opId).toEqual(sha256(LABELS.opId, op.header));
    const signedTwice = changed((bytes) => bytes.fill(1, 273, 337));
    expect(decodeOp(signedTwice, sha256).opId).toEqual(opIdOf(op.header, sha256));
  });

  it("[L5] is refused as key, signature or nothing by its signature alone", async () => {
    const smallOrder = Uint8Array.of(1, ...new Uint8Array(31));
    expect(await signatureFaultOf(op)).toBeNull();
    expect(await signatureFaultOf(await sealed({ ...op, author: smallOrder }, EDITOR.signer))).toBe("key");
    expect(await signatureFaultOf(await sealed(op, FOUNDER.signer))).toBe("signature");
  });

  it("[L5] flipping any one bit of a signed op is refused", async () => {
    for (let bit = 0; bit < op.envelope.length * 8; bit += 1) {
      const flipped = changed((bytes) => bytes.set([(bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))], bit >> 3));
      const fault = faultOf(flipped);
      // A flipped author key costs a check of the group: one bit of each of its bytes is enough here.
      if (fault !== "ok" || (bit >= 40 * 8 && bit < 72 * 8 && (bit & 7) !== 0)) continue;
      expect(await signatureFaultOf(decodeOp(flipped, sha256)), `bit ${bit}`).not.toBeNull();
    }
  });

  it("[L6] has a body of at most 768 KiB, of the length and hash that the header states", () => {
    expect(MAX_BODY_BYTES).toBe(768 * 1024);
    expect(faultOf(withBody(new Uint8Array(MAX_BODY_BYTES)))).toBe("ok");
    expect(faultOf(withBody(new Uint8Array(MAX_BODY_BYTES + 1)))).toBe("body_size");
    expect(faultOf(changed((bytes) => bytes.set([bytes.length - 336], 239)))).toBe("length");
    expect(faultOf(changed((bytes) => bytes.fill(0xff, 337, 338)))).toBe("body_hash");
  });

  it("[L7] has one of six types by number", () => {
    const types = ["genesis", "data", "snapshot", "control", "attest", "enrol"] as const;
    types.slice(1).forEach((type, index) => {
      const { header } = prepareOp({ ...op, type }, sha256);
      expect(header[4]).toBe(index + 1);
      expect(decodeOp(concatBytes(header, op.signature, op.body), sha256).type).toBe(type);
    });
    expect(world.genesis.header[4]).toBe(0);
  });

  it("[L8] is a genesis only with nothing before it, and nothing else without a docId", async () => {
    const body = world.genesis.body;
    const blank = genesisFields(FOUNDER.signer.publicKey);
    const faulty = [
      { ...blank, docId: seedOf(1) },
      { ...blank, prev: seedOf(1) },
      { ...blank, acl: seedOf(1) },
      { ...blank, seenChain: seedOf(1) },
      { ...blank, seenSeq: 1 },
      { ...blank, type: "data" as const },
    ];
    for (const fields of faulty) {
      const { header } = prepareOp({ ...fields, body }, sha256);
      expect(faultOf(concatBytes(header, op.signature, body))).toBe("genesis_form");
    }
    expect(faultOf(world.genesis.envelope)).toBe("ok");
  });
});
