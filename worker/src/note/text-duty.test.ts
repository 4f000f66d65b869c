import { expect, it } from "vitest";
import { TextDuty } from "./text-duty.ts";

/** A text that is at the log's end after so many stretches, and whoever else wants something at the same time. */
function textOf(stretches: number) {
  const order: string[] = [];
  const update = (): boolean => {
    order.push("followed");
    setTimeout(() => order.push("served"), 0);
    return order.filter((what) => what === "followed").length === stretches;
  };
  return { order, duty: new TextDuty({ textBytes: 0, update }, { set: () => undefined }) };
}

it("follows the log in stretches, and others are served in between", async () => {
  const { order, duty } = textOf(3);
  expect(await duty.run(1000)).toBeNull();
  expect(order).toEqual(["followed", "served", "followed", "served", "followed"]);
});

it("leaves the rest of a long log to the next run, which is due at once", async () => {
  const { order, duty } = textOf(11);
  expect(await duty.run(1000)).toBe(1000);
  expect(order.filter((what) => what === "followed")).toHaveLength(10);
  expect(await duty.run(2000)).toBeNull();
});
