import { expect, it } from "vitest";
import { failureOf, silentFailure, wayNames } from "./start-words.ts";

const failed = (code: string) => failureOf(Object.assign(new Error("failed"), { code }));

it.each([
  ["discord_declined", "Try again"],
  ["account_deleted", "Take it back"],
  ["discord_refused", "Reopen"],
  ["discord_unavailable", "Try again"],
  ["unreachable", "Try again"],
])("has words and a way on for %s", (code, name) => {
  const { title, text, way } = failed(code);
  expect(wayNames[way]).toBe(name);
  expect(title.length).toBeGreaterThan(10);
  expect(text.length).toBeGreaterThan(10);
});

it("has words for what nobody foresaw, and for silence", () => {
  expect(failureOf(new TypeError("boom")).title).not.toContain("boom");
  expect(wayNames[silentFailure.way]).toBe("Reopen");
});
