import { expect, it } from "vitest";
import { joined } from "./announced-joins.ts";

const person = (name: string, isSelf = false) => ({ id: name.toLowerCase(), name, color: "#2c6e5a", isSelf });

it("names those who came in, and not oneself, those who stayed, or those who left", () => {
  expect(
    joined([person("Ana", true), person("Mo"), person("Lin")], [person("Ana", true), person("Mo"), person("Sam")]),
  ).toEqual(["Sam"]);
  expect(joined([person("Mo")], [person("Mo"), person("Ana", true)])).toEqual([]);
});
