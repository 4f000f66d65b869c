import { DecodeError, fromHex, toHex } from "@reed/bytes";
import { sha256 } from "@reed/crypto";
import fc from "fast-check";
import { noteIdOf } from "@reed/log";
import { describe, expect, it } from "vitest";
import vectors from "../../../vectors/frames.json" with { type: "json" };
import type { Deliver } from "./deliver.ts";
import { decodeDown, type Down, encodeDown } from "./down.ts";
import { UnknownFrameError } from "./frame.ts";
import { GOLDEN_DOWN, GOLDEN_UP } from "./golden.test-support.ts";
import { MAX_FRAME_BYTES, MAX_IN_FLIGHT_OPS, MAX_PEERS, MAX_PRESENCE_BYTES } from "./limits.ts";
import { decodeUp, encodeUp, type Up } from "./up.ts";
import { COMPACT_VERSION, negotiateVersion, SNAPSHOT_VERSION, WIRE_FLOOR, WIRE_VERSION } from "./version.ts";

const frames = [
  ...Object.entries(GOLDEN_UP).map(([name, message]) => ({ name, direction: "up", frame: encodeUp(message) })),
  ...Object.entries(GOLDEN_DOWN).map(([name, message]) => ({ name, direction: "down", frame: encodeDown(message) })),
];

const u32 = fc.nat(0xffff_ffff);
const u64 = fc.maxSafeNat();
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
const presence = fc.uint8Array({ maxLength: 64 });
const cursor = fc.record({ seq: u64, chain: hash });
const role = fc.constantFrom("viewer", "editor", "owner", null);
const word = fc.string({ unit: fc.constantFrom(..."abz09_".split("")), minLength: 1, maxLength: 64 });
const nonZeroHash = hash.filter((bytes) => bytes.some((byte) => byte !== 0));

const ups: fc.Arbitrary<Up> = fc.oneof(
  fc.record({
    type: fc.constant("hello" as const),
    lowestVersion: fc.nat(0xffff),
    highestVersion: fc.nat(0xffff),
    device: hash,
    proof: fc.uint8Array({ minLength: 64, maxLength: 64 }),
    cursor,
    presence,
  }),
  fc.record({ type: fc.constant("ops" as const), envelopes: fc.array(presence, { minLength: 1, maxLength: 64 }) }),
  fc.record({ type: fc.constant("set_presence" as const), payload: presence }),
  fc.record({ type: fc.constant("receipt" as const), bytes: u64 }),
  fc.record({
    type: fc.constant("subscribe" as const),
    from: fc.record({ epoch: u32, rev: u64 }),
    notes: fc.array(fc.uint8Array({ minLength: 16, maxLength: 16 }).map(noteIdOf), { maxLength: 4 }),
  }),
  fc.constant({ type: "unsubscribe" as const }),
);

const downs: fc.Arbitrary<Down> = fc.oneof(
  fc.record({
    type: fc.constant("welcome" as const),
    version: fc.nat(0xffff),
    connection: u32,
    docId: hash,
    head: cursor,
    role,
    lastCtr: u64,
    lastOpId: fc.option(nonZeroHash),
    serverTimeUs: u64,
    peers: fc.array(fc.record({ connection: u32, payload: presence }), { maxLength: 4 }),
  }),
  fc.record({ type: fc.constant("ack" as const), ops: fc.array(fc.record({ opId: hash, seq: u64 })) }),
  fc.record({
    type: fc.constant("nack" as const),
    opId: hash,
    class: fc.constantFrom("retry" as const, "reissue" as const, "never" as const),
    code: word,
    retryAfterMs: u32,
  }),
  fc.record({
    type: fc.constant("deliver" as const),
    firstSeq: u64,
    headSeq: u64,
    chain: hash,
    items: fc
      .array(
        fc.oneof(
          fc.record({ type: fc.constant("op" as const), recvUs: u64, envelope: presence }),
          fc.record({ type: fc.constant("own" as const), recvUs: u64, opId: hash }),
          fc.record({ type: fc.constant("compact" as const), recvUs: u64, bytes: presence }),
        ),
        { minLength: 1, maxLength: 5 },
      )
      .map((items) => items.toSorted((a, b) => a.recvUs - b.recvUs)),
  }),
  fc.record({ type: fc.constant("peer_presence" as const), connection: u32, payload: presence }),
  fc.record({ type: fc.constant("leave" as const), connection: u32 }),
  fc.record({ type: fc.constant("role" as const), role }),
  fc.record({ type: fc.constant("resync" as const), docId: hash, head: cursor }),
  fc.record({ type: fc.constant("go_away" as const), reason: word, afterMs: u32 }),
  fc.record({ type: fc.constant("head" as const), head: cursor }),
  fc.record({ type: fc.constant("snapshot_new" as const), at: cursor, stateHash: hash }),
  fc.record({
    type: fc.constant("feed" as const),
    epoch: u32,
    from: u64,
    rev: u64,
    head: u64,
    items: fc.array(fc.record({ id: fc.string(), seq: u64, tags: fc.array(fc.string()), at: fc.constant(null) })),
  }),
);

/** What decoding says: nothing, or the one of the two errors that it may throw. */
function refusalOf(decode: (frame: Uint8Array) => unknown, frame: Uint8Array): string | null {
  try {
    decode(frame);
    return null;
  } catch (error) {
    if (error instanceof DecodeError) return error.code;
    if (error instanceof UnknownFrameError) return "unknown";
    throw error;
  }
}

describe("a frame", () => {
  it("[W1] is at most 1 MiB", () => {
    expect(MAX_FRAME_BYTES).toBe(1_048_576);
    expect(refusalOf(decodeUp, new Uint8Array(MAX_FRAME_BYTES + 1).fill(2))).toBe("range");
    const exact = encodeUp({ type: "ops", envelopes: [new Uint8Array(MAX_FRAME_BYTES - 7)] });
    expect([exact.length, refusalOf(decodeUp, exact)]).toEqual([MAX_FRAME_BYTES, null]);
  });

  it("[W1] ends where its message ends", () => {
    for (const { direction, frame } of frames) {
      const decode = direction === "up" ? decodeUp : decodeDown;
      expect(refusalOf(decode, Uint8Array.of(...frame, 0))).toBe("trailing");
      for (let length = 0; length < frame.length; length += 1)
        expect(refusalOf(decode, frame.subarray(0, length))).toBe("truncated");
    }
  });

  it("[W2] of any bytes is a message, a DecodeError or an UnknownFrameError", () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc
        .tuple(
          fc.constantFrom(1, 2, 3, 4, ...Array.from({ length: 11 }, (_, i) => 0x41 + i)),
          fc.uint8Array({ maxLength: 200 }),
        )
        .map(([type, rest]) => Uint8Array.of(type, ...rest)),
    );
    fc.assert(
      fc.property(bytes, (frame) => {
        refusalOf(decodeUp, frame);
        refusalOf(decodeDown, frame);
      }),
      { numRuns: 2000 },
    );
  });

  it("[W2] of a type of the other direction is unknown", () => {
    for (const { direction, frame } of frames)
      expect(refusalOf(direction === "up" ? decodeDown : decodeUp, frame)).toBe("unknown");
    for (const type of [0x00, 0x07, 0x40, 0x4d, 0xff]) {
      expect([refusalOf(decodeUp, Uint8Array.of(type)), refusalOf(decodeDown, Uint8Array.of(type))]).toEqual([
        "unknown",
        "unknown",
      ]);
    }
  });

  it("[W3] that is decoded is the only one of its message", () => {
    fc.assert(
      fc.property(fc.nat(frames.length - 1), fc.nat(), fc.nat(255), (which, at, byte) => {
        const { direction, frame } = frames[which] ?? { direction: "up", frame: new Uint8Array() };
        const changed = Uint8Array.from(frame);
        changed[at % frame.length] = byte;
        const decode = direction === "up" ? decodeUp : decodeDown;
        if (refusalOf(decode, changed) !== null) return;
        expect(direction === "up" ? encodeUp(decodeUp(changed)) : encodeDown(decodeDown(changed))).toEqual(changed);
      }),
      { numRuns: 1000 },
    );
  });

  it("[W3] holds words of 1 to 64 of a-z, 0-9 and _", () => {
    const wordy = (hex: string) => refusalOf(decodeDown, fromHex(`49${hex}00000000`));
    expect(wordy("0161")).toBeNull();
    expect(wordy("00")).toBe("form");
    expect(wordy("0141")).toBe("form");
    expect(wordy("0120")).toBe("form");
    expect(wordy("01ff")).toBe("utf8");
    expect(wordy(`41${"61".repeat(65)}`)).toBe("range");
  });

  it("[W3] holds roles 0 to 3, and classes 0 to 2", () => {
    expect([0, 1, 2, 3].map((value) => decodeDown(Uint8Array.of(0x47, value)))).toEqual(
      [null, "viewer", "editor", "owner"].map((name) => ({ type: "role", role: name })),
    );
    expect(refusalOf(decodeDown, Uint8Array.of(0x47, 4))).toBe("range");
    const nack = encodeDown({ type: "nack", opId: new Uint8Array(32), class: "never", code: "rate", retryAfterMs: 0 });
    expect(nack[33]).toBe(2);
    nack[33] = 3;
    expect(refusalOf(decodeDown, nack)).toBe("range");
  });
});

describe("messages", () => {
  it("[W4] up read back as they were written", () => {
    fc.assert(
      fc.property(ups, (message) => {
        expect(decodeUp(encodeUp(message))).toEqual(message);
      }),
    );
  });

  it("[W5] down read back as they were written", () => {
    fc.assert(
      fc.property(downs, (message) => {
        expect(decodeDown(encodeDown(message))).toEqual(message);
      }),
      { numRuns: 300 },
    );
  });

  it("[W6] OPS holds 1 to 64 ops", () => {
    const of = (count: number) =>
      encodeUp({ type: "ops", envelopes: Array.from({ length: count }, () => new Uint8Array(1)) });
    expect(MAX_IN_FLIGHT_OPS).toBe(64);
    expect([0, 1, 64, 65].map((count) => refusalOf(decodeUp, of(count)))).toEqual(["range", null, null, "range"]);
  });

  it("[W6] DELIVER holds an op at least, of kind 0, 1 or 2", () => {
    const of = (count: number, item: string) => fromHex(`44${"00".repeat(48)}000${count}${item}`);
    expect(refusalOf(decodeDown, of(0, ""))).toBe("range");
    expect(["000000000000000000", "01", "0200", "03"].map((item) => refusalOf(decodeDown, of(1, item)))).toEqual([
      "truncated",
      "truncated",
      "truncated",
      "range",
    ]);
  });

  it("[W56] a compact op says how much later it was received than the one before", () => {
    const head = { type: "deliver", firstSeq: 1, headSeq: 3, chain: new Uint8Array(32) } as const;
    const compact = (recvUs: number) => ({ type: "compact", recvUs, bytes: fromHex("aabb") }) as const;
    const deliver: Deliver = {
      ...head,
      items: [{ type: "own", recvUs: 1000, opId: new Uint8Array(32) }, compact(1127), compact(1127)],
    };
    expect(toHex(encodeDown(deliver).subarray(51 + 41))).toBe("027f02aabb020002aabb");
    expect(decodeDown(encodeDown(deliver))).toEqual(deliver);
    expect(() => encodeDown({ ...head, items: [compact(7), compact(6)] })).toThrow(RangeError);
    const beyond = fromHex(`44${"00".repeat(48)}000202ffffffffffffff0f00020100`);
    expect(refusalOf(decodeDown, beyond)).toBe("range");
  });

  it("[W7] presence has at most 1024 bytes, and a WELCOME names at most 800 peers", () => {
    const shown = (length: number) =>
      refusalOf(decodeUp, encodeUp({ type: "set_presence", payload: new Uint8Array(length) }));
    expect([MAX_PRESENCE_BYTES, MAX_PEERS]).toEqual([1024, 800]);
    expect([shown(1024), shown(1025)]).toEqual([null, "range"]);
    const welcome = GOLDEN_DOWN["welcome"];
    if (welcome?.type !== "welcome") throw new Error("no golden WELCOME");
    const crowd = (count: number): Down => ({
      ...welcome,
      peers: Array.from({ length: count }, (_, connection) => ({ connection, payload: new Uint8Array(1024) })),
    });
    expect(encodeDown(crowd(800)).length).toBeLessThan(MAX_FRAME_BYTES);
    expect([refusalOf(decodeDown, encodeDown(crowd(800))), refusalOf(decodeDown, encodeDown(crowd(801)))]).toEqual([
      null,
      "range",
    ]);
  });
});

describe("versions", () => {
  it("[W8] the highest that both sides speak is taken, and none where the ranges don't meet", () => {
    expect([WIRE_FLOOR, SNAPSHOT_VERSION, COMPACT_VERSION, WIRE_VERSION]).toEqual([1, 2, 3, 3]);
    expect([negotiateVersion(1, 1), negotiateVersion(0, 1), negotiateVersion(1, 2)]).toEqual([1, 1, 2]);
    expect([negotiateVersion(1, 2), negotiateVersion(1, 9), negotiateVersion(3, 9)]).toEqual([2, 3, 3]);
    expect([negotiateVersion(4, 9), negotiateVersion(0, 0), negotiateVersion(5, 1)]).toEqual([null, null, null]);
  });

  it("[W8] a side that speaks no more than version 1 is met there", () => {
    expect([negotiateVersion(1, 2, 1), negotiateVersion(2, 2, 1)]).toEqual([1, null]);
  });

  it("[W9] a change of any byte of any frame is a change of the version", () => {
    const digest = toHex(sha256(...frames.map(({ frame }) => frame)));
    expect({ wireVersion: WIRE_VERSION, digest }).toEqual({ wireVersion: vectors.wireVersion, digest: vectors.digest });
  });

  it.each(vectors.frames)(
    "[W9] the golden frame $name is written and read to the byte",
    ({ name, direction, frame }) => {
      const message = direction === "up" ? GOLDEN_UP[name] : GOLDEN_DOWN[name];
      expect(toHex(frames.find((known) => known.name === name)?.frame ?? new Uint8Array())).toBe(frame);
      expect(direction === "up" ? decodeUp(fromHex(frame)) : decodeDown(fromHex(frame))).toEqual(message);
    },
  );
});
