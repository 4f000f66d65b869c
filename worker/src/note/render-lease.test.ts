import { describe, expect, it } from "vitest";
import { RenderLease } from "./render-lease.ts";

const LEASE_MS = 5000;

/** A lease, and the waits that were asked of it: none is over before `pass`. */
function scene() {
  const lease = new RenderLease();
  const waits: { readonly ms: number; readonly pass: () => void }[] = [];
  const wait = (ms: number) => new Promise<void>((resolve) => waits.push({ ms, pass: resolve }));
  return { lease, waits, begin: (key: string, nowMs: number) => lease.begin(key, nowMs, wait) };
}

/** The turn of a leave to draw; throws for any other. */
async function turnOf(leave: ReturnType<RenderLease["begin"]>): Promise<number> {
  const answer = await leave;
  if (answer.type !== "draw") throw new Error(`${answer.type}, not leave to draw`);
  return answer.turn;
}

describe("the lease to draw a note's picture", () => {
  it("[CA6] is one request's at a time, and tells the others what became of it", async () => {
    const { lease, begin } = scene();
    const turn = await turnOf(begin("a", 0));
    const others = [begin("a", 10), begin("b", 20)];
    lease.end(turn);
    expect(await Promise.all(others)).toEqual([{ type: "drawn" }, { type: "busy" }]);
    expect(await turnOf(begin("b", 30))).toBeGreaterThan(turn);
  });

  it("is ended only by whoever holds it", async () => {
    const { lease, begin } = scene();
    const late = await turnOf(begin("a", 0));
    const turn = await turnOf(begin("b", LEASE_MS));
    lease.end(late);
    const other = begin("b", LEASE_MS + 1);
    lease.end(turn);
    expect(await other).toEqual({ type: "drawn" });
  });

  it("runs out for those who wait when its holder dies, once for all of them", async () => {
    const { lease, waits, begin } = scene();
    const dead = await turnOf(begin("a", 0));
    const others = [begin("a", 1000), begin("b", 2000)];
    expect(waits.map(({ ms }) => ms)).toEqual([LEASE_MS - 1000]);
    waits[0]?.pass();
    expect(await Promise.all(others)).toEqual([{ type: "busy" }, { type: "busy" }]);
    // A clock that runs a little behind the timer makes nobody wait again.
    const turn = await turnOf(begin("a", LEASE_MS - 1));
    lease.end(dead);
    const other = begin("a", LEASE_MS);
    lease.end(turn);
    expect(await other).toEqual({ type: "drawn" });
  });

  it("outlives the timer of the one before", async () => {
    const { lease, waits, begin } = scene();
    lease.end(await turnOf(begin("a", 0)));
    const former = await turnOf(begin("a", 10));
    const waiting = begin("a", 20);
    lease.end(former);
    await waiting;
    const turn = await turnOf(begin("b", 30));
    waits[0]?.pass();
    const other = begin("b", 40);
    lease.end(turn);
    expect(await other).toEqual({ type: "drawn" });
  });

  it("has no turn twice, not after the object was evicted either", async () => {
    const turn = await turnOf(scene().begin("a", 1_000_000));
    expect(await turnOf(scene().begin("a", 1_000_001))).toBeGreaterThan(turn);
  });
});
