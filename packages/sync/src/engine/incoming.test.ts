// Deliveries that wait while one is verified.
import { compactOp, decodeOp, Ledger, type LogRow } from "@reed/log";
import { type Deliver, decodeUp, type Delivered } from "@reed/protocol";
import * as Y from "yjs";
import { describe, expect, it } from "vitest";
import { Bench, textBy } from "./bench.test-support.ts";
import { joinDeliveries } from "./incoming.ts";

const CHAIN = new Uint8Array(32);

function deliver(firstSeq: number, count: number): Deliver {
  const items = Array.from({ length: count }, (): Delivered => ({ type: "own", recvUs: 1, opId: CHAIN }));
  return { type: "deliver", firstSeq, headSeq: firstSeq + count, chain: CHAIN.slice().fill(firstSeq), items };
}

describe("deliveries one after the other", () => {
  it("say together what both say", () => {
    expect(joinDeliveries(deliver(4, 2), deliver(6, 3))).toEqual({ ...deliver(4, 5), chain: deliver(6, 3).chain });
  });

  it.each<[string, Deliver, Deliver]>([
    ["a gap is between them", deliver(4, 2), deliver(7, 1)],
    ["they overlap", deliver(4, 2), deliver(5, 1)],
    ["they are more than one go should take", deliver(1, 200), deliver(201, 57)],
  ])("stay apart where %s", (_what, first, second) => {
    expect(joinDeliveries(first, second)).toBeNull();
  });
});

describe("a replica whose verifier takes its time", () => {
  async function waiting(): Promise<Bench> {
    const bench = await Bench.ready();
    const doc = new Y.Doc();
    doc.clientID = 99;
    await bench.gateway("data", textBy(doc, "a"));
    bench.deliverAll();
    for (const letter of "bcd") {
      await bench.gateway("data", textBy(doc, letter));
      const [row] = bench.rows.slice(-1);
      if (row === undefined) throw new Error("nothing was written");
      const { seq, chain, recvUs, envelope } = row;
      bench.receive({ type: "deliver", firstSeq: seq, headSeq: seq, chain, items: [{ type: "op", recvUs, envelope }] });
    }
    return bench;
  }

  it("[W39] verifies what has come meanwhile in one go, and takes it in one", async () => {
    const bench = await waiting();
    const sizes = (): readonly number[] =>
      bench.effects.flatMap((effect) => (effect.type === "verify" ? [effect.ops.length] : []));
    expect(sizes()).toEqual([2]);
    await bench.settle(["verify"]);
    expect(sizes()).toEqual([2, 3]);
    expect(bench.effects.filter(({ type }) => type === "apply")).toHaveLength(2);
    expect(bench.engine.ledger?.head).toEqual(bench.server.head);
  });

  it("[W39] takes nothing of that where one signature is bad", async () => {
    const bench = await waiting();
    bench.take();
    bench.step({ type: "verified", faults: [null, null], nowUs: bench.nowUs });
    const before = bench.engine.ledger?.head;
    bench.take();
    bench.step({ type: "verified", faults: [null, "signature", null], nowUs: bench.nowUs });
    expect([bench.types(), bench.engine.facts.problem]).toEqual([["disconnect"], "tampered"]);
    expect(bench.engine.ledger?.head).toEqual(before);
  });
});

describe("a replica that is sent compact ops", () => {
  const compactOf = (bench: Bench, row: LogRow, before: Ledger): Delivered => {
    const op = decodeOp(row.envelope, bench.sha256);
    const compact = compactOp(op, row.recvUs, before);
    if (compact === null) throw new Error("an op that only goes whole");
    return { type: "compact", recvUs: row.recvUs, bytes: compact.bytes };
  };

  /** A replica at the head but for one op of the gateway, and that op as it comes. */
  async function behindByOne() {
    const bench = await Bench.ready();
    const doc = new Y.Doc();
    await bench.gateway("data", textBy(doc, "a"));
    bench.deliverAll();
    await bench.settle();
    const before = Ledger.load(bench.server.save(), { sha256: bench.sha256, below: "refuse" });
    await bench.gateway("data", textBy(doc, "b"));
    const [row] = bench.rows.slice(-1);
    if (row === undefined) throw new Error("nothing was written");
    bench.take();
    const { seq, chain } = row;
    const head = { type: "deliver", firstSeq: seq, headSeq: seq, chain } as const;
    return { bench, row, head, item: compactOf(bench, row, before) };
  }

  const helloOf = (bench: Bench) =>
    bench.effects
      .flatMap((effect) => (effect.type === "send" ? [decodeUp(effect.frame)] : []))
      .find((message) => message.type === "hello");

  it("[W59] puts them together, verifies them like any other and stores them as they were signed", async () => {
    const { bench, row, head, item } = await behindByOne();
    bench.receive({ ...head, items: [item] });
    await bench.settle();
    expect(bench.engine.ledger?.head).toEqual(bench.server.head);
    const stored = bench.effects.flatMap((effect) => (effect.type === "store" ? (effect.change.rows ?? []) : []));
    expect(stored).toEqual([row]);
  });

  it("[W59] finds its own op among them, though it came compact", async () => {
    const bench = await Bench.ready();
    bench.type("x");
    bench.flush();
    await bench.settle();
    const [op] = bench.pushed();
    if (op === undefined) throw new Error("nothing was sent");
    const before = Ledger.load(bench.server.save(), { sha256: bench.sha256, below: "refuse" });
    bench.admit(op);
    const [row] = bench.rows.slice(-1);
    if (row === undefined) throw new Error("nothing was written");
    const { seq, chain } = row;
    bench.receive({ type: "deliver", firstSeq: seq, headSeq: seq, chain, items: [compactOf(bench, row, before)] });
    expect(bench.effects.some(({ type }) => type === "verify")).toBe(false);
    expect(bench.engine.ledger?.head).toEqual(bench.server.head);
    expect(bench.engine.isIdle).toBe(true);
  });

  const bent: readonly (readonly [string, (bytes: Uint8Array) => Uint8Array])[] = [
    ["is no compact op", () => new Uint8Array()],
    ["names nobody who is here", (bytes) => bytes.with(1, (bytes[1] ?? 0) ^ 1)],
    ["becomes another op than the chain says", (bytes) => bytes.with(5, (bytes[5] ?? 0) ^ 1)],
    ["has another signature", (bytes) => bytes.with(20, (bytes[20] ?? 0) ^ 1)],
  ];

  it.each(bent)(
    "[W59] comes back at once and asks for whole ops where one %s, and stays with that",
    async (_what, bend) => {
      const { bench, row, head, item } = await behindByOne();
      if (item.type !== "compact") throw new Error("nothing compact");
      const ledgerSeq = bench.engine.ledger?.head.seq;
      bench.receive({ ...head, items: [{ ...item, bytes: bend(item.bytes) }] });
      await bench.settle();
      expect([bench.engine.ledger?.head.seq, bench.engine.facts.problem]).toEqual([ledgerSeq, null]);
      expect(bench.types()).toContain("connect");
      bench.step({ type: "socket_opened", nonce: new Uint8Array(16), nowUs: bench.nowUs });
      await bench.settle();
      expect(helloOf(bench)).toMatchObject({ lowestVersion: 1, highestVersion: 2 });
      bench.welcome({ version: 2 });
      const { recvUs, envelope } = row;
      bench.receive({ ...head, items: [{ type: "op", recvUs, envelope }] });
      await bench.settle();
      expect(bench.engine.ledger?.head).toEqual(bench.server.head);
    },
  );

  it("[W59] takes it for tampering where it had asked for whole ops", async () => {
    const { bench, head, item } = await behindByOne();
    for (const isAgain of [false, true]) {
      bench.receive({ ...head, items: [{ type: "compact", recvUs: item.recvUs, bytes: new Uint8Array() }] });
      expect(bench.engine.facts.problem).toBe(isAgain ? "tampered" : null);
      if (isAgain) return;
      bench.step({ type: "socket_opened", nonce: new Uint8Array(16), nowUs: bench.nowUs });
      await bench.settle();
      bench.welcome({ version: 2 });
    }
  });
});
