import { describe, expect, it } from "vitest";
import { inOrder } from "./in-order.ts";

describe("work in order", () => {
  it("begins when all before it is over, also after a failure", async () => {
    const order = inOrder();
    const steps: string[] = [];
    const first = Promise.withResolvers<string>();
    const work = (name: string, end: Promise<string>) =>
      order.add(async () => {
        steps.push(`begin ${name}`);
        return end;
      });
    const outcomes = Promise.allSettled([work("a", first.promise), work("b", Promise.resolve("b is done"))]);
    await Promise.resolve();
    expect([steps, order.isIdle()]).toEqual([["begin a"], false]);
    first.reject(new Error("refused"));
    expect(await outcomes).toMatchObject([{ status: "rejected" }, { status: "fulfilled", value: "b is done" }]);
    expect([steps, order.isIdle()]).toEqual([["begin a", "begin b"], true]);
  });
});
