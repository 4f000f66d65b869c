// The fold of a log as bytes: saved and loaded anywhere, it goes on as if nothing had happened.
import { DecodeError, encodeUtf8, toHex } from "@reed/bytes";
import { sha256 } from "@reed/crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeDataBody } from "./body.ts";
import { CborMap, type CborValue, decodeCbor, encodeCbor } from "./cbor.ts";
import { Ledger } from "./ledger.ts";
import { decodeOp } from "./op.ts";
import { randomLedgers } from "./random-ledger.test-support.ts";
import { randomFrom } from "./text-random.test-support.ts";
import { EDITOR, FOUNDER, seedOf, VIEWER, World } from "./world.test-support.ts";

const REFUSE = { sha256, below: "refuse" } as const;
const TRUST = { sha256, below: "trust" } as const;

async function lively(): Promise<World> {
  const world = await World.founded();
  world.append(await world.typed(EDITOR, 7, "abc"));
  world.append(await world.op(EDITOR, "data", encodeDataBody({ bucket: "votes", payload: Uint8Array.of(1) })));
  world.append(await world.op(FOUNDER, "control", world.control([], { act: { type: "compliance", isOn: true } })));
  return world;
}

function faultOf(bytes: Uint8Array): string {
  try {
    Ledger.load(bytes, REFUSE);
    return "ok";
  } catch (error) {
    if (error instanceof DecodeError) return error.code;
    throw error;
  }
}

describe("a saved ledger", () => {
  it("[L70] is deterministic CBOR of exactly these fields", async () => {
    const { ledger } = await lively();
    const map = new CborMap(decodeCbor(ledger.save()), [
      "v",
      "doc",
      "seq",
      "chain",
      "scope",
      "founder",
      "platform",
      "wall",
      "authors",
      "control",
      "buckets",
    ]);
    map.literal("v", 1);
    expect(map.bytes("doc")).toEqual(ledger.docId);
    expect({ seq: map.integer("seq"), chain: map.bytes("chain") }).toEqual(ledger.head);
    expect(map.text("scope", 16)).toBe("note");
    expect(map.bytes("founder")).toEqual(FOUNDER.signer.publicKey);
    expect(map.bytes("platform")).toEqual(ledger.platform);
    expect(map.integer("wall")).toBe(ledger.newestWallUs);
  });

  it("[L70] is the same of two folds of the same rows, wherever one of them began", async () => {
    const world = await lively();
    for (let cut = 0; cut <= world.rows.length; cut += 1) {
      let fold = new Ledger(world.ledger.docId, REFUSE);
      for (const { seq, envelope, recvUs } of world.rows) {
        const op = decodeOp(envelope, sha256);
        const verdict = fold.check(op, recvUs);
        if (verdict.type !== "accepted") throw new Error(`op ${seq} is ${verdict.type}`);
        fold.append(op, verdict.effect, recvUs);
        if (seq === cut) fold = Ledger.load(fold.save(), REFUSE);
      }
      expect(fold.save()).toEqual(world.ledger.save());
    }
  });

  it("[L70] lists the clientIDs of the text and their claimants in order, whoever came first", async () => {
    const world = await World.founded();
    for (const [actor, client] of [
      [FOUNDER, 300],
      [EDITOR, 7],
      [FOUNDER, 20],
    ] as const)
      world.append(await world.typed(actor, client, "a"));
    const claimants = [FOUNDER, EDITOR]
      .map(({ signer }) => toHex(signer.publicKey))
      .toSorted((a, b) => (a < b ? -1 : 1));
    const indexOf = ({ signer }: typeof FOUNDER) => claimants.indexOf(toHex(signer.publicKey));
    const clients = [
      [7, 1, indexOf(EDITOR)],
      [20, 1, indexOf(FOUNDER)],
      [300, 1, indexOf(FOUNDER)],
    ];
    expect(decodeCbor(world.ledger.save())).toMatchObject({
      buckets: [{ name: encodeUtf8("meta") }, { name: encodeUtf8("text"), state: { claimants, clients, retired: [] } }],
    });
  });

  it("[L70] does not tell what was trimmed", async () => {
    const { ledger } = await lively();
    const before = ledger.save();
    ledger.trimTo(5);
    expect(ledger.save()).toEqual(before);
  });

  it("[L71] gives back everything that the fold knows", async () => {
    const { ledger } = await lively();
    const loaded = Ledger.load(ledger.save(), REFUSE);
    const known = (fold: Ledger) => ({
      docId: fold.docId,
      head: fold.head,
      scope: fold.scope,
      grants: [...fold.grants],
      control: fold.control,
      generations: fold.generations,
      isCompliant: fold.isCompliant,
      newestWallUs: fold.newestWallUs,
      vector: [...fold.vector],
      claims: [...fold.claims],
      isFounded: fold.isFounded,
      founder: fold.founder,
      platform: fold.platform,
      authors: [FOUNDER, EDITOR, VIEWER].map(({ signer }) => fold.author(signer.publicKey)),
      votes: fold.entries("votes"),
    });
    expect(known(loaded)).toEqual(known(ledger));
    expect([loaded.baseSeq, ledger.baseSeq]).toEqual([ledger.head.seq, 0]);
  });

  it("[L71] of an empty log gives an empty log", async () => {
    const world = await World.empty();
    const loaded = Ledger.load(world.ledger.save(), REFUSE);
    expect(loaded.save()).toEqual(world.ledger.save());
    expect(loaded.head).toEqual({ seq: 0, chain: world.ledger.docId });
    expect(loaded.check(world.genesis, world.nowUs).type).toBe("accepted");
  });

  it("[L71] is a ledger or a DecodeError, whatever the bytes", async () => {
    const saved = (await lively()).ledger.save();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(faultOf(bytes)).not.toBe("ok");
      }),
    );
    fc.assert(
      fc.property(fc.nat(saved.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const changed = saved.slice();
        changed[at] = (changed[at] ?? 0) ^ mask;
        if (faultOf(changed) === "ok") expect(Ledger.load(changed, REFUSE).save()).toBeInstanceOf(Uint8Array);
      }),
      { numRuns: 2000 },
    );
    for (let length = 0; length < saved.length; length += 1) expect(faultOf(saved.subarray(0, length))).toBe("form");
    expect(faultOf(Uint8Array.of(...saved, 0))).toBe("form");
  });

  it("[L71] is refused where a part of it has another form", async () => {
    const state = decodeCbor((await lively()).ledger.save()) as Record<string, CborValue>;
    expect(faultOf(encodeCbor(state))).toBe("ok");
    const wrong: readonly Record<string, CborValue>[] = [
      { ...state, v: 2 },
      { ...state, more: null },
      { ...state, doc: new Uint8Array(31) },
      { ...state, scope: "friend" },
      { ...state, seq: -1 },
      { ...state, founder: "me" },
      { ...state, authors: {} },
      { ...state, authors: [null] },
      { ...state, control: [] },
      { ...state, control: null },
      { ...state, buckets: {} },
      { ...state, buckets: [["text", {}]] },
      { ...state, buckets: [{ name: "text", state: { claimants: [], clients: [] } }] },
      { ...state, buckets: [{ name: Uint8Array.of(0xff), state: [] }] },
      { ...state, buckets: [{ name: Uint8Array.of(0x61), state: {} }] },
      { ...state, buckets: [{ name: Uint8Array.of(0x61), state: [{}] }] },
      { ...state, buckets: [textRow([], [[1, 2, 0]])] },
      { ...state, buckets: [textRow(["me"], [[2 ** 32, 2, 0]])] },
      { ...state, buckets: [textRow(["me"], [[1, 2]])] },
      { ...state, buckets: [textRow(["me"], [[1, -2, 0]])] },
      { ...state, buckets: [textRow([1], [[1, 2, 0]])] },
      { ...state, buckets: [textRow([], [], null)] },
      { ...state, buckets: [textRow([], [], ["1"])] },
      { ...state, buckets: [textRow([], [], [2 ** 32])] },
    ];
    for (const fields of wrong) expect(["form", "utf8"]).toContain(faultOf(encodeCbor(fields)));
    expect(faultOf(encodeCbor({ ...state, buckets: [textRow(["me"], [[1, 2, 0]])] }))).toBe("ok");
    expect(faultOf(encodeCbor({ ...state, buckets: [] }))).toBe("ok");
  });

  const textRow = (claimants: CborValue, clients: CborValue, retired: CborValue = []): CborValue => ({
    name: Uint8Array.of(0x74, 0x65, 0x78, 0x74),
    state: { claimants, clients, retired },
  });
});

describe("a ledger that was loaded or trimmed", () => {
  it("[L26] behind: the server refuses what was written before its base, as far as it can't be checked", async () => {
    const world = await lively();
    const server = Ledger.load(world.ledger.save(), REFUSE);
    const base = server.baseSeq;
    const at = (seq: number) => ({
      seenSeq: seq,
      seenChain: world.ledger.chainAt(seq) ?? seedOf(0),
      acl: world.ledger.aclFor(EDITOR.signer.publicKey, seq),
    });
    const old = await world.typed(EDITOR, 8, "a", at(base - 1));
    expect(world.judge(old)).toBe("accepted");
    expect(server.check(old, world.nowUs)).toEqual({ type: "refused", fault: "behind" });
    expect(server.check(await world.typed(EDITOR, 8, "a", at(base)), world.nowUs).type).toBe("accepted");
    const stale = await world.typed(EDITOR, 8, "a", { ...at(1), ctr: 1 });
    expect(server.check(stale, world.nowUs)).toEqual({ type: "refused", fault: "counter" });
  });

  it("[L26] the server reads back what it took when its base was lower", async () => {
    const world = await lively();
    const early = Ledger.load(world.ledger.save(), REFUSE);
    const seenSeq = world.ledger.head.seq - 2;
    const acl = world.ledger.aclFor(EDITOR.signer.publicKey, seenSeq);
    const op = await world.typed(EDITOR, 8, "a", {
      seenSeq,
      seenChain: world.ledger.chainAt(seenSeq) ?? seedOf(0),
      acl,
    });
    const recvUs = world.nowUs;
    world.append(op);
    const verdict = early.check(op, recvUs, "trust");
    if (verdict.type !== "accepted") throw new Error(`the row is ${verdict.type}`);
    early.append(op, verdict.effect, recvUs);
    expect(early.save()).toEqual(world.ledger.save());
  });

  it("[L26] a replica takes the server's word for a position below its base, and for nothing else", async () => {
    const world = await lively();
    const replica = Ledger.load(world.ledger.save(), TRUST);
    const lie = { seenSeq: 2, seenChain: seedOf(9), acl: seedOf(9) };
    const judge = async (changes: object) => replica.check(await world.typed(EDITOR, 8, "a", changes), world.nowUs);
    expect((await judge(lie)).type).toBe("accepted");
    expect(await judge({ ...lie, prev: seedOf(9) })).toEqual({ type: "refused", fault: "prev" });
    expect(await judge({ ...lie, ctr: 1 })).toEqual({ type: "refused", fault: "counter" });
    expect(await judge({ ...lie, wallTimeUs: 1 })).toEqual({ type: "refused", fault: "clock" });
    expect(await judge({ seenChain: seedOf(9) })).toEqual({ type: "refused", fault: "seen_chain" });
    expect(await judge({ acl: seedOf(9) })).toEqual({ type: "refused", fault: "acl" });
    expect(await judge({ seenSeq: world.ledger.head.seq + 1 })).toEqual({ type: "refused", fault: "seen_ahead" });
  });

  it("[L72] knows its positions from its base on, which never goes back or beyond the head", async () => {
    const world = await lively();
    const { ledger } = world;
    const chains = world.rows.map(({ chain }) => chain);
    for (const [to, base] of [
      [0, 0],
      [4, 4],
      [2, 4],
      [7, 7],
      [99, 9],
    ] as const) {
      ledger.trimTo(to);
      expect(ledger.baseSeq).toBe(base);
      expect(ledger.chainAt(base - 1)).toBeNull();
      for (let seq = Math.max(1, base); seq <= 9; seq += 1) expect(ledger.chainAt(seq)).toEqual(chains[seq - 1]);
      expect(world.rows.map(({ opId }) => ledger.seqOf(opId))).toEqual(
        world.rows.map(({ seq }) => (seq > base || base === 0 ? seq : null)),
      );
      expect(ledger.head).toEqual({ seq: 9, chain: chains[8] });
    }
    world.append(await world.typed(EDITOR, 8, "a"));
    expect([ledger.baseSeq, ledger.head.seq]).toEqual([9, 10]);
  });

  it("[L72] trims hundreds of positions and goes on", async () => {
    const world = await World.founded();
    const op = await world.typed(EDITOR, 7, "a");
    const whole = new Ledger(world.ledger.docId, REFUSE);
    const ledger = new Ledger(world.ledger.docId, REFUSE);
    for (let index = 1; index <= 700; index += 1) {
      expect(ledger.appendVoid(op, index)).toEqual(whole.appendVoid(op, index));
      if (index % 90 === 0) ledger.trimTo(index - 40);
    }
    for (let seq = 0; seq <= 700; seq += 1) {
      expect(ledger.chainAt(seq)).toEqual(seq < ledger.baseSeq ? null : whole.chainAt(seq));
    }
  });

  it("[L28][L72] acl: still knows the newest control op at its base, and those after it", async () => {
    const world = await lively();
    const trimmed = world.ledger;
    const whole = Ledger.load(new Ledger(trimmed.docId, REFUSE).save(), REFUSE);
    for (const { envelope, recvUs } of world.rows) {
      const op = decodeOp(envelope, sha256);
      const verdict = whole.check(op, recvUs);
      if (verdict.type === "accepted") whole.append(op, verdict.effect, recvUs);
    }
    for (let base = 1; base <= 9; base += 1) {
      trimmed.trimTo(base);
      for (const { signer } of [FOUNDER, EDITOR]) {
        for (let seq = base; seq <= 9; seq += 1) {
          expect(trimmed.aclFor(signer.publicKey, seq)).toEqual(whole.aclFor(signer.publicKey, seq));
        }
      }
    }
  });

  it("[L42][L72] says of every later op what the ledger says that was never saved, and saves to the same bytes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 80 }), async (seed, steps) => {
        const run = await randomLedgers(randomFrom(seed), steps);
        expect(run.differences).toEqual([]);
        expect(run.server.head).toEqual(run.whole.head);
        expect(run.server.save()).toEqual(run.whole.save());
        expect(run.replica.save()).toEqual(run.whole.save());
      }),
      { numRuns: 30 },
    );
  });

  it("[L42][L72] and all that can happen to a ledger does happen in these worlds", async () => {
    const { tally, differences } = await randomLedgers(randomFrom(7), 600);
    expect(differences).toEqual([]);
    const never = [
      "accepted",
      "behind",
      "void",
      "loaded refuse",
      "loaded trust",
      "trimmed refuse",
      "counter",
      "seen_chain",
      "acl",
      "forbidden",
      "control_invalid",
      "bucket",
      "text_foreign_client",
      "locked",
      "grants",
      "scrub",
      "restored",
      "compliance",
    ].filter((what) => (tally.get(what) ?? 0) === 0);
    expect(never).toEqual([]);
  });
});
