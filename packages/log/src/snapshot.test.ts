// The chain of proof of a snapshot, link by link: from the note's name to each of its bytes.
import { concatBytes, encodeUtf8, equalBytes, toHex } from "@reed/bytes";
import { ed25519, sha256, signerFromSeed } from "@reed/crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeCbor } from "./cbor.ts";
import { encodeGenesis } from "./genesis.ts";
import { noteIdOf } from "./ids.ts";
import { Ledger } from "./ledger.ts";
import { decodeOp, HEADER_BYTES } from "./op.ts";
import type { Verifier } from "./signature.ts";
import { decodeSnapshot, encodeSnapshot, SnapshotError, type SnapshotFile, verifySnapshot } from "./snapshot.ts";
import { manifestOp, partsOf, smallSnapshot, smallWorld, STATE_HASH } from "./snapshot.test-support.ts";
import {
  certificateFor,
  EDITOR,
  FOUNDER,
  genesisFields,
  sealed,
  SECOND_US,
  seedOf,
  SERVER,
  START_US,
  STRANGER,
  World,
} from "./world.test-support.ts";

const PORTS = { sha256, verifier: ed25519 };
const world = await smallWorld();
const file = await smallSnapshot(world);
const noteId = noteIdOf(world.ledger.docId);
const bytes = encodeSnapshot(file);

/** What a reader says to these bytes: nothing, or what is wrong. */
async function faultOf(read: () => Uint8Array | SnapshotFile, note = noteId, ports = PORTS): Promise<string | null> {
  try {
    const content = read();
    await verifySnapshot(content instanceof Uint8Array ? decodeSnapshot(content) : content, note, ports);
    return null;
  } catch (error) {
    if (error instanceof SnapshotError) return error.code;
    throw error;
  }
}

/** Remembers what it said of a signature, so that a sweep over parts that none is over costs no arithmetic on curves. */
function rememberingVerifier(): Verifier {
  const said = new Map<string, Promise<boolean>>();
  return {
    keyOk: ed25519.keyOk,
    verify(key, signature, message) {
      const question = [key, signature, message].map(toHex).join();
      const answer = said.get(question) ?? Promise.resolve(ed25519.verify(key, signature, message));
      said.set(question, answer);
      return answer;
    },
  };
}

const withManifest = async (changes: object, rest: Partial<SnapshotFile> = {}): Promise<string | null> => {
  const { envelope } = await manifestOp(world, partsOf(world), changes);
  return faultOf(() => ({ ...file, manifest: envelope, ...rest }));
};

/** The body of the golden manifest, with other fields. */
const bodyWith = (changes: Record<string, number | Uint8Array>): Uint8Array =>
  encodeCbor({
    v: 1,
    seq: world.ledger.head.seq,
    chain: world.ledger.head.chain,
    state: STATE_HASH,
    text: sha256(file.text),
    ledger: sha256(file.ledger),
    document: sha256(file.document),
    ...changes,
  });

describe("a snapshot", () => {
  it("[L73] is its name and six parts, each with its length, the text first", () => {
    const parts = [file.text, file.genesis, file.certificate, file.manifest, file.ledger, file.document];
    const framed = parts.flatMap((part) => {
      const length = new Uint8Array(4);
      new DataView(length.buffer).setUint32(0, part.length);
      return [length, part];
    });
    expect(bytes).toEqual(concatBytes(encodeUtf8("RSN1"), ...framed));
    expect(decodeSnapshot(bytes)).toEqual(file);
    expect(bytes.subarray(8, 8 + file.text.length)).toEqual(encodeUtf8("# Reed\n"));
  });

  it("[L73] form: cut short anywhere, with bytes left over, or of another name", async () => {
    for (let length = 0; length < bytes.length; length += 1) {
      expect(() => decodeSnapshot(bytes.subarray(0, length))).toThrow(new SnapshotError("form"));
    }
    expect(() => decodeSnapshot(Uint8Array.of(...bytes, 0))).toThrow(new SnapshotError("form"));
    expect(() => decodeSnapshot(concatBytes(encodeUtf8("RSN2"), bytes.subarray(4)))).toThrow(new SnapshotError("form"));
  });

  it("[L74] is proven, and then says of which note and position it is", async () => {
    const snapshot = await verifySnapshot(decodeSnapshot(bytes), noteId, PORTS);
    expect(snapshot).toEqual({
      text: file.text,
      ledger: file.ledger,
      document: file.document,
      docId: world.ledger.docId,
      manifest: { at: world.ledger.head, stateHash: STATE_HASH },
    });
    const ledger = Ledger.load(snapshot.ledger, { sha256, below: "trust" });
    expect(ledger.head).toEqual(snapshot.manifest.at);
    expect(ledger.save()).toEqual(file.ledger);
  });

  it("[L74] of a note without text holds empty parts", async () => {
    const parts = { text: new Uint8Array(), ledger: world.ledger.save(), document: new Uint8Array() };
    const { envelope } = await manifestOp(world, parts);
    const empty = { ...file, ...parts, manifest: envelope };
    expect(decodeSnapshot(encodeSnapshot(empty))).toEqual(empty);
    expect(await faultOf(() => encodeSnapshot(empty))).toBeNull();
  });

  it("[L75] is signed by the gateway in an op outside its line, at the position that it folds", () => {
    const op = decodeOp(file.manifest, sha256);
    const { seq, chain } = world.ledger.head;
    expect(op).toMatchObject({ type: "snapshot", ctr: 0, seenSeq: seq, seenChain: chain, docId: world.ledger.docId });
    expect(op.prev).toEqual(new Uint8Array(32));
    expect(op.body).toEqual(bodyWith({}));
    expect(world.judge(op)).toBe("counter");
  });

  it("[L76] note: is of another note, by its genesis or by its manifest", async () => {
    const body = encodeGenesis({
      scope: "note",
      mode: "open",
      platform: world.ledger.platform ?? seedOf(0),
      entropy: new Uint8Array(16),
    });
    const other = await sealed({ ...genesisFields(FOUNDER.signer.publicKey), body }, FOUNDER.signer);
    expect(await faultOf(() => file, noteIdOf(other.opId))).toBe("note");
    expect(await faultOf(() => ({ ...file, genesis: other.envelope }))).toBe("note");
    expect(await faultOf(() => ({ ...file, genesis: other.envelope }), noteIdOf(other.opId))).toBe("note");
    expect(await faultOf(() => ({ ...file, genesis: world.rows[1]?.envelope ?? bytes }))).toBe("note");
  });

  it("[L76] note: has a manifest that is no op outside the line", async () => {
    expect(await withManifest({})).toBeNull();
    expect(await withManifest({ ctr: 1 })).toBe("note");
    expect(await withManifest({ prev: seedOf(1) })).toBe("note");
    expect(await withManifest({ type: "data" })).toBe("note");
    expect(await withManifest({ docId: seedOf(1) })).toBe("note");
    expect(await faultOf(() => ({ ...file, manifest: file.genesis }))).toBe("note");
  });

  it("[L76] note: has a genesis whose signature does not hold", async () => {
    const genesis = file.genesis.slice();
    genesis[HEADER_BYTES] = (genesis[HEADER_BYTES] ?? 0) ^ 1;
    expect(await faultOf(() => ({ ...file, genesis }))).toBe("note");
  });

  it("[L77] authority: is signed by a device that the platform did not certify as the gateway of this note", async () => {
    const by = async (certificate: Uint8Array) => faultOf(() => ({ ...file, certificate }));
    expect(await by(await certificateFor(SERVER, { note: world.note }))).toBeNull();
    expect(await by(await certificateFor(SERVER, { note: new Uint8Array(16) }))).toBe("authority");
    expect(await by(await certificateFor({ ...SERVER, principal: FOUNDER.principal }))).toBe("authority");
    expect(await by(await certificateFor(SERVER, { device: EDITOR.signer.publicKey }))).toBe("authority");
    expect(await by(await certificateFor(SERVER, {}, signerFromSeed(seedOf(9))))).toBe("authority");
    const forged = await certificateFor(SERVER, { issuer: world.ledger.platform ?? seedOf(0) }, STRANGER.signer);
    expect(await by(forged)).toBe("authority");
  });

  it("[L77] authority: is signed by another device, or by nobody", async () => {
    const parts = partsOf(world);
    const stranger = await manifestOp(world, parts, {}, STRANGER);
    expect(await faultOf(() => ({ ...file, manifest: stranger.envelope }))).toBe("authority");
    const claimed = await manifestOp(world, parts, { author: SERVER.signer.publicKey }, STRANGER);
    expect(await faultOf(() => ({ ...file, manifest: claimed.envelope }))).toBe("authority");
    const certificate = await certificateFor(STRANGER);
    expect(await faultOf(() => ({ ...file, manifest: stranger.envelope, certificate }))).toBe("authority");
  });

  it("[L77] authority: is signed before the certificate begins, or from the moment it ends", async () => {
    const { nowUs } = world;
    const during = async (notBeforeUs: number, notAfterUs: number) => {
      const certificate = await certificateFor(SERVER, { notBeforeUs, notAfterUs });
      return faultOf(() => ({ ...file, certificate }));
    };
    expect(await during(nowUs, nowUs + 1)).toBeNull();
    expect(await during(nowUs + 1, nowUs + SECOND_US)).toBe("authority");
    expect(await during(START_US, nowUs)).toBe("authority");
  });

  it("[L78] part: holds another part than the one that was signed, or two that changed places", async () => {
    const { text, ledger, document } = file;
    for (const parts of [
      { text: encodeUtf8("# Weed\n") },
      { text: new Uint8Array() },
      { ledger: ledger.subarray(1) },
      { document: concatBytes(document, Uint8Array.of(0)) },
      { text: ledger, ledger: text },
      { ledger: document, document: ledger },
      { text: document, document: text },
    ]) {
      expect(await faultOf(() => encodeSnapshot({ ...file, ...parts }))).toBe("part");
    }
  });

  it("[L78] part: holds the ledger of another moment, however genuine it is", async () => {
    const later = World.around(world.genesis, Ledger.load(world.ledger.save(), { sha256, below: "refuse" }));
    later.nowUs = world.nowUs;
    later.append(await later.typed(EDITOR, 99, "x"));
    expect(await faultOf(() => ({ ...file, ledger: later.ledger.save() }))).toBe("part");
  });

  it("[L78] form: holds a ledger of another position or log than its manifest, though the gateway signed both", async () => {
    const signed = async (ledger: Uint8Array) => {
      const parts = { ...partsOf(world), ledger };
      const { envelope } = await manifestOp(world, parts);
      return faultOf(() => ({ ...file, ledger, manifest: envelope }));
    };
    expect(await signed(world.ledger.save())).toBeNull();
    expect(await signed((await World.founded()).ledger.save())).toBe("form");
    expect(await signed(new Ledger(seedOf(1), { sha256, below: "refuse" }).save())).toBe("form");
    expect(await signed(new Uint8Array())).toBe("form");
  });

  it("[L78] form: has a manifest that says something else than its op", async () => {
    expect(await withManifest({ body: bodyWith({}) })).toBeNull();
    for (const changes of [
      { seq: world.ledger.head.seq - 1 },
      { chain: seedOf(1) },
      { v: 2 },
      { more: 1 },
      { state: new Uint8Array(31) },
      { text: 5 },
    ]) {
      expect(await withManifest({ body: bodyWith(changes) })).toBe("form");
    }
    expect(await withManifest({ body: new Uint8Array() })).toBe("form");
  });

  it("[L79] is refused with any one bit of it flipped", async () => {
    const seen = new Set<string>();
    const ports = { sha256, verifier: rememberingVerifier() };
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const flipped = bytes.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const fault = await faultOf(() => flipped, noteId, ports);
      if (fault === null) expect.fail(`bit ${bit & 7} of byte ${bit >> 3} is not committed to`);
      seen.add(fault);
    }
    expect([...seen].toSorted()).toEqual(["authority", "form", "note", "part"]);
  }, 120_000);

  it("[L79] is proven or refused, whatever the bytes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.boolean(), async (random, isNamed) => {
        const content = isNamed ? concatBytes(bytes.subarray(0, 4), random) : random;
        expect(await faultOf(() => content)).not.toBeNull();
      }),
      { numRuns: 500 },
    );
    const part = fc.oneof(fc.uint8Array({ maxLength: 400 }), fc.constantFrom(...Object.values(file)));
    const files = fc.record({
      text: part,
      genesis: part,
      certificate: part,
      manifest: part,
      ledger: part,
      document: part,
    });
    await fc.assert(
      fc.asyncProperty(files, async (mixed) => {
        const isWhole = Object.entries(file).every(([name, value]) =>
          equalBytes(value, mixed[name as keyof SnapshotFile]),
        );
        if (!isWhole) expect(await faultOf(() => mixed)).not.toBeNull();
      }),
      { numRuns: 300 },
    );
  });
});
