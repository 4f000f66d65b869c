// The bodies that ops carry: their one encoding, and everything that is refused.
import { concatBytes, DecodeError, encodeUtf8, fromHex, toBase64Url, toHex } from "@reed/bytes";
import { sha256 } from "@reed/crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeAttributed, encodeAttributed } from "./attribution.ts";
import { decodeDataBody, encodeDataBody, isReservedBucket } from "./body.ts";
import { CborMap, type CborValue, decodeCbor, encodeCbor } from "./cbor.ts";
import { decodeCertificate } from "./certificate.ts";
import { type ControlAct, decodeControl, encodeControl } from "./control.ts";
import { decodeEnrol, encodeEnrol } from "./enrol.ts";
import { decodeGenesis, encodeGenesis } from "./genesis.ts";
import { changeGrants, grantToCbor, hashGrants, roleOf } from "./grants.ts";
import { linkIdBytes, linkIdOf, noteIdBytes, noteIdOf, parseHash, parseLinkId, parseNoteId } from "./ids.ts";
import { parsePrincipal, userPrincipal } from "./principal.ts";
import {
  certificateFor,
  EDITOR,
  FOUNDER,
  grantTo,
  linkNamed,
  PLATFORM,
  sealed,
  seedOf,
  SERVER,
  signatureFaultOf,
  STRANGER,
  World,
} from "./world.test-support.ts";

const world = await World.founded();

const form = (bytes: Uint8Array, decode: (bytes: Uint8Array) => unknown): string => {
  try {
    decode(bytes);
    return "ok";
  } catch (error) {
    if (error instanceof DecodeError) return error.code;
    throw error;
  }
};

describe("a data body", () => {
  it("[L9] is a name of 1 to 32 bytes, a payload with its length, and zeros", () => {
    const body = encodeDataBody({ bucket: "text", payload: Uint8Array.of(1, 2) });
    expect(toHex(body)).toBe("0474657874000000020102");
    expect(decodeDataBody(concatBytes(body, new Uint8Array(9)))).toEqual({
      bucket: "text",
      payload: Uint8Array.of(1, 2),
    });
    expect(decodeDataBody(encodeDataBody({ bucket: "x".repeat(32), payload: new Uint8Array() })).bucket).toHaveLength(
      32,
    );
  });

  it.each<[string, string, string]>([
    ["an empty name", "0000000000", "range"],
    ["a name of 33 bytes", `21${"61".repeat(33)}00000000`, "range"],
    ["a name that is not UTF-8", "01ff00000000", "utf8"],
    ["a payload that ends early", "016100000002aa", "truncated"],
    ["padding that is not zero", "0161000000000001", "form"],
    ["nothing", "", "truncated"],
  ])("[L9] is refused with %s", (_what, hex, code) => {
    expect(form(fromHex(hex), decodeDataBody)).toBe(code);
  });

  it("[L9] is never written with a name of another length", () => {
    for (const bucket of ["", "x".repeat(33)]) {
      expect(() => encodeDataBody({ bucket, payload: new Uint8Array() })).toThrow(RangeError);
    }
  });

  it("[L10] has two reserved names", () => {
    const names = ["cover", "snapshot", "meta", "text", "tags", "Cover", "cover "];
    expect(names.filter(isReservedBucket)).toEqual(["cover", "snapshot"]);
  });
});

describe("CBOR", () => {
  const values = fc.letrec<{ value: CborValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constant(null),
      fc.boolean(),
      fc.maxSafeNat(),
      fc.string({ unit: "grapheme" }),
      fc.uint8Array(),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(
        fc.oneof(fc.string({ unit: "grapheme-ascii", minLength: 1 }), fc.constantFrom("__proto__", "constructor")),
        tie("value"),
        { maxKeys: 4 },
      ),
    ),
  })).value;

  it("[L11] encodes a value and reads it back", () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(encodeCbor(decodeCbor(encodeCbor(value)) as CborValue)).toEqual(encodeCbor(value));
      }),
    );
  });

  it.each<[string, string]>([
    ["keys out of order", "a2616201616101"],
    ["a longer key before a shorter", "a262616101616201"],
    ["a key twice", "a2616101616102"],
    ["a number longer than it need be", "1801"],
    ["a length longer than it need be", "580101"],
    ["a text length longer than it need be", "780161"],
    ["a whole number as a float", "f93c00"],
    ["a float of 32 bits that fits 16", "fa3fc00000"],
    ["a float of 64 bits that fits 32", "fb3ff8000000000000"],
    ["undefined", "f7"],
    ["text that is not UTF-8", "61ff"],
    ["bytes of indefinite length", "5f4101ff"],
    ["a list of indefinite length", "9f01ff"],
    ["a map of indefinite length", "bf616101ff"],
    ["a tag", "c000"],
    ["an end too early", "8201"],
    ["bytes after the end", "0000"],
    ["nothing", ""],
    ["negative zero", "f98000"],
    ["a break by itself", "ff"],
    ["a reserved length", "1c"],
    ["text that begins with a byte order mark", "64efbbbf61"],
    ["nesting deeper than any stack", "81".repeat(100_000)],
  ])("[L11] refuses %s", (_what, hex) => {
    expect(form(fromHex(hex), decodeCbor)).toBe("form");
  });

  it("[L11] gives any bytes a value or a DecodeError, and a value only to its one encoding", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        if (form(bytes, decodeCbor) === "ok") expect(encodeCbor(decodeCbor(bytes) as CborValue)).toEqual(bytes);
      }),
    );
  });

  it("[L11] reads a map only with exactly the keys that it should have, and fields of the right kind", () => {
    const map = new CborMap({ bytes: Uint8Array.of(1), text: "abc", number: 5, list: [1], none: null }, [
      "bytes",
      "text",
      "number",
      "list",
      "none",
    ]);
    expect([map.bytes("bytes", 1), map.text("text", 3), map.integer("number"), map.list("list", 1)]).toEqual([
      Uint8Array.of(1),
      "abc",
      5,
      [1],
    ]);
    expect([map.bytesOrNull("none", 1), map.textOrNull("none", 1), map.integerOrNull("none")]).toEqual([
      null,
      null,
      null,
    ]);
    expect(map.mapOrNull("none", [], () => 1)).toBeNull();
    for (const wrong of [
      () => map.bytes("bytes", 2),
      () => map.bytes("text"),
      () => map.text("text", 2),
      () => map.text("number", 9),
      () => map.integer("text"),
      () => map.list("list", 0),
      () => map.literal("number", 6),
      () => new CborMap({ a: 1 }, ["b"]),
      () => new CborMap({ a: 1, b: 2 }, ["a"]),
      () => new CborMap([], []),
      () => new CborMap(null, []),
      () => new CborMap(Uint8Array.of(), []),
      () => new CborMap({ n: -1 }, ["n"]).integer("n"),
      () => new CborMap({ n: 1.5 }, ["n"]).integer("n"),
      () => new CborMap({ n: 2n ** 60n }, ["n"]).integer("n"),
    ]) {
      expect(wrong).toThrow(DecodeError);
    }
  });
});

describe("genesis and ids", () => {
  it("[L12] a genesis body names version, scope, mode, platform and 16 bytes of entropy", () => {
    const body = {
      scope: "note",
      mode: "open",
      platform: PLATFORM.publicKey,
      entropy: seedOf(7).slice(0, 16),
    } as const;
    expect(decodeGenesis(encodeGenesis(body))).toEqual(body);
    expect(decodeGenesis(encodeGenesis({ ...body, scope: "private" })).scope).toBe("private");
    const fields = { v: 1, scope: "note", mode: "open", platform: body.platform, entropy: body.entropy };
    for (const wrong of [
      { ...fields, v: 2 },
      { ...fields, scope: "friend" },
      { ...fields, scope: null },
      { ...fields, mode: "sealed" },
      { ...fields, platform: new Uint8Array(31) },
      { ...fields, entropy: new Uint8Array(15) },
      { ...fields, extra: 1 },
    ]) {
      expect(form(encodeCbor(wrong), decodeGenesis)).toBe("form");
    }
  });

  it("[L13] a note is named by the first 16 bytes of the genesis' op id, in one spelling", () => {
    const noteId = noteIdOf(world.genesis.opId);
    expect(noteId).toBe(toBase64Url(world.genesis.opId.subarray(0, 16)));
    expect(noteIdBytes(noteId)).toEqual(world.genesis.opId.subarray(0, 16));
    expect(parseNoteId(noteId)).toBe(noteId);
    for (const text of [
      "",
      `${"A".repeat(21)}B`,
      "A".repeat(21),
      "A".repeat(23),
      `${"A".repeat(20)}+A`,
      `${noteId}\n`,
    ]) {
      expect(parseNoteId(text)).toBeNull();
    }
  });

  it("[L13] a link id is 12 bytes in 16 characters", () => {
    const bytes = seedOf(9).slice(0, 12);
    expect(linkIdBytes(linkIdOf(bytes))).toEqual(bytes);
    expect(parseLinkId(linkIdOf(bytes))).toHaveLength(16);
    expect([
      parseLinkId(""),
      parseLinkId("A".repeat(15)),
      parseLinkId("A".repeat(17)),
      parseLinkId(`${"A".repeat(15)}.`),
    ]).toEqual([null, null, null, null]);
    expect(() => linkIdOf(new Uint8Array(11))).toThrow(RangeError);
    expect(() => parseHash("AAAA")).toThrow(DecodeError);
    expect(parseHash(toBase64Url(seedOf(1)))).toEqual(seedOf(1));
  });

  it("[L14] a principal has one of four forms", () => {
    for (const text of [
      "user:0189abcd-0000-4000-8000-000000000001",
      "link:abcdefghijklmnopqrstuA",
      "channel:123",
      "gateway",
    ]) {
      expect(parsePrincipal(text)).toBe(text);
    }
    for (const text of [
      "",
      "user:",
      "user:0189ABCD-0000-4000-8000-000000000001",
      "link:short",
      "link:abcdefghijklmnopqrstuB",
      "channel:",
      "channel:12a",
      "gateway ",
      "admin",
    ]) {
      expect(parsePrincipal(text)).toBeNull();
    }
    expect(() => userPrincipal("me")).toThrow(RangeError);
  });
});

describe("certificates and enrolment", () => {
  it("[L15] a certificate is a CBOR map and the issuer's signature over label and map", async () => {
    const bytes = await certificateFor(EDITOR, { note: world.note });
    const { payload, signature, ...fields } = decodeCertificate(bytes);
    expect(fields).toMatchObject({
      device: EDITOR.signer.publicKey,
      principal: EDITOR.principal,
      issuer: PLATFORM.publicKey,
      note: world.note,
    });
    expect(concatBytes(payload, signature)).toEqual(bytes);
    expect(Object.keys(decodeCbor(payload) as object)).toEqual([
      "v",
      "to",
      "from",
      "note",
      "device",
      "issuer",
      "principal",
    ]);
  });

  it("[L15] a certificate with any other field, length or principal is refused", async () => {
    const payload = {
      v: 1,
      device: seedOf(1),
      principal: EDITOR.principal,
      issuer: seedOf(2),
      note: null,
      from: 1,
      to: 2,
    };
    const whole = (fields: CborValue): Uint8Array => concatBytes(encodeCbor(fields), new Uint8Array(64));
    expect(form(whole(payload), decodeCertificate)).toBe("ok");
    for (const wrong of [
      { ...payload, v: 2 },
      { ...payload, device: new Uint8Array(33) },
      { ...payload, issuer: new Uint8Array(31) },
      { ...payload, note: new Uint8Array(17) },
      { ...payload, principal: "root" },
      { ...payload, from: null },
      { ...payload, to: -1 },
      { ...payload, more: true },
    ]) {
      expect(form(whole(wrong), decodeCertificate)).toBe("form");
    }
    expect(form(new Uint8Array(64), decodeCertificate)).toBe("truncated");
  });

  it("[L16] an enrol body holds 1 to 4 certificates", async () => {
    const one = await certificateFor(EDITOR);
    expect(decodeEnrol(encodeEnrol([one, one]))).toHaveLength(2);
    for (const chain of [[], [one, one, one, one, one], [Uint8Array.of(1)]]) {
      expect(() => decodeEnrol(encodeEnrol(chain))).toThrow(DecodeError);
    }
    expect(form(encodeCbor({ v: 1, chain: ["text"] }), decodeEnrol)).toBe("form");
  });

  it("[L16] the signatures of its certificates are checked with the op's own", async () => {
    const faultWith = async (chain: readonly Uint8Array[]) =>
      signatureFaultOf(await world.op(STRANGER, "enrol", encodeEnrol(chain)));
    const good = await certificateFor(STRANGER);
    const forged = good.slice();
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1;
    expect(await faultWith([good])).toBeNull();
    expect(await faultWith([forged])).toBe("certificate");
    expect(await faultWith([await certificateFor(STRANGER, { issuer: Uint8Array.of(1, ...new Uint8Array(31)) })])).toBe(
      "certificate",
    );
    expect(await faultWith([])).toBe("certificate");
    expect(
      await signatureFaultOf(await sealed({ ...world.genesis, type: "enrol", docId: seedOf(1) }, FOUNDER.signer)),
    ).toBe("certificate");
  });
});

describe("grants", () => {
  const link = linkNamed("link");

  it("[L17] a role holds until its time has come, and a grant that was taken away gives none", () => {
    const grants = changeGrants(new Map(), [
      grantTo(EDITOR.principal, "editor", { expiresUs: 100 }),
      grantTo(link, null),
    ]);
    expect(roleOf(grants, EDITOR.principal, 99)).toBe("editor");
    expect(roleOf(grants, EDITOR.principal, 100)).toBeNull();
    expect(roleOf(grants, link, 0)).toBeNull();
    expect(roleOf(grants, STRANGER.principal, 0)).toBeNull();
    expect([...changeGrants(grants, [grantTo(EDITOR.principal, null)]).keys()]).toContain(EDITOR.principal);
  });

  it("[L18] the hash of a list does not depend on the order in which it came about", () => {
    const changes = [grantTo(link, "viewer"), grantTo(FOUNDER.principal, "owner"), grantTo(EDITOR.principal, "editor")];
    const hash = hashGrants(changeGrants(new Map(), changes), sha256);
    expect(hashGrants(changeGrants(new Map(), changes.toReversed()), sha256)).toEqual(hash);
    expect(hashGrants(changeGrants(new Map(), changes.slice(1)), sha256)).not.toEqual(hash);
    expect(hash).toEqual(
      sha256(
        encodeUtf8("reed/grants/v1\0"),
        encodeCbor(changes.map(({ principal, role }) => ({ principal, role, key: null, expires: null }))),
      ),
    );
  });

  it("[L19] a control body holds its number, the control op before it, 1 to 64 changes, the hash, and for whom", () => {
    const attribution = { by: EDITOR.principal, via: "api", session: "s" } as const;
    const changes = Array.from({ length: 64 }, () => grantTo(link, "editor", { key: seedOf(1), expiresUs: 5 }));
    const body = { counter: 2, prevControl: seedOf(3), changes, grantsHash: seedOf(4), attribution, act: null };
    expect(decodeControl(encodeControl(body))).toEqual(body);
    expect(decodeControl(encodeControl({ ...body, prevControl: null, attribution: null }))).toMatchObject({
      prevControl: null,
      attribution: null,
    });
    expect(form(encodeControl({ ...body, changes: [] }), decodeControl)).toBe("form");
    expect(form(encodeControl({ ...body, changes: [...changes, ...changes] }), decodeControl)).toBe("form");
    expect(form(encodeControl({ ...body, grantsHash: new Uint8Array(3) }), decodeControl)).toBe("form");
    const change = { principal: "user:x", role: null, key: null, expires: null };
    for (const wrong of [
      change,
      { ...change, principal: link, role: "king" },
      { ...change, principal: link, key: new Uint8Array(2) },
    ]) {
      const bytes = encodeCbor({ v: 1, n: 1, prev: null, changes: [wrong], grants: seedOf(4), for: null });
      expect(form(bytes, decodeControl)).toBe("form");
    }
  });

  const plain = {
    counter: 2,
    prevControl: seedOf(3),
    changes: [grantTo(EDITOR.principal, "viewer")],
    grantsHash: seedOf(4),
    attribution: null,
    act: null,
  };

  it.each<[string, ControlAct]>([
    ["a generation after a restore", { type: "generation", from: { seq: 9, chain: seedOf(5) }, reason: "restored" }],
    ["a generation after a scrub", { type: "generation", from: { seq: 0, chain: seedOf(5) }, reason: "scrub" }],
    ["compliance on", { type: "compliance", isOn: true }],
    ["compliance off", { type: "compliance", isOn: false }],
  ])("[L19] a control body may say %s, and then may change nothing else", (_what, act) => {
    expect(decodeControl(encodeControl({ ...plain, act }))).toEqual({ ...plain, act });
    expect(decodeControl(encodeControl({ ...plain, changes: [], act }))).toEqual({ ...plain, changes: [], act });
    expect(decodeCbor(encodeControl({ ...plain, act }))).toMatchObject({ v: 2 });
    expect(decodeCbor(encodeControl(plain))).not.toHaveProperty("act");
  });

  const first = { n: 1, prev: null, changes: [], grants: seedOf(4), for: null };
  const generation = { type: "generation", seq: 1, chain: seedOf(5), reason: "scrub" };
  it.each<[string, CborValue]>([
    ["an act in version 1", { v: 1, ...first, act: generation }],
    ["no act in version 2", { v: 2, ...first, changes: [grantToCbor(grantTo(EDITOR.principal, "viewer"))] }],
    ["an act that is null", { v: 2, ...first, act: null }],
    ["an act that is a list", { v: 2, ...first, act: ["on"] }],
    ["an act of another type", { v: 2, ...first, act: { ...generation, type: "purge" } }],
    ["an act of another type with `on`", { v: 2, ...first, act: { type: "purge", on: true } }],
    ["a generation for another reason", { v: 2, ...first, act: { ...generation, reason: "fork" } }],
    ["a generation with a short chain value", { v: 2, ...first, act: { ...generation, chain: new Uint8Array(31) } }],
    ["a generation before position 0", { v: 2, ...first, act: { ...generation, seq: -1 } }],
    ["a generation with one field more", { v: 2, ...first, act: { ...generation, on: true } }],
    ["compliance that is neither on nor off", { v: 2, ...first, act: { type: "compliance", on: 1 } }],
    ["one field more", { v: 2, ...first, act: generation, note: null }],
  ])("[L19] a control body is refused with %s", (_what, fields) => {
    expect(form(encodeCbor(fields), decodeControl)).toBe("form");
  });

  it("[L36] an attribution names a principal, one of four ways and a session or none", () => {
    const data = Uint8Array.of(1);
    for (const via of ["api", "discord", "yjs", "operator"] as const) {
      const attribution = { by: EDITOR.principal, via, session: null };
      expect(decodeAttributed(encodeAttributed(attribution, data))).toEqual({ attribution, data });
    }
    const fields = { by: EDITOR.principal, via: "api", session: null, data };
    for (const wrong of [
      { ...fields, by: "me" },
      { ...fields, via: "fax" },
      { ...fields, session: "x".repeat(65) },
      { ...fields, data: "text" },
    ]) {
      expect(form(encodeCbor(wrong), decodeAttributed)).toBe("form");
    }
    expect(SERVER.principal).toBe("gateway");
  });
});
