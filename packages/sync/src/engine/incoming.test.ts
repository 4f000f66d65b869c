// Deliveries that wait while one is verified.
import type { Deliver, Delivered } from "@reed/protocol";
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
