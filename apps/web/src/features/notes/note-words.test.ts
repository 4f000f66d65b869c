import { describe, expect, it } from "vitest";
import { peopleWords, taskWords, whenWords } from "./note-words.ts";

const at = (...parts: [number, number, number, number?, number?]): number =>
  new Date(parts[0], parts[1] - 1, parts[2], parts[3] ?? 12, parts[4] ?? 0).getTime();
const now = at(2026, 11, 21, 10, 30);

describe("what the list says", () => {
  it.each([
    ["now", at(2026, 11, 21, 10, 30)],
    ["09:12", at(2026, 11, 21, 9, 12)],
    ["yesterday", at(2026, 11, 20, 23, 59)],
    ["Tuesday", at(2026, 11, 17)],
    ["2 Nov", at(2026, 11, 2)],
    ["2 Nov 2025", at(2025, 11, 2)],
  ])("says %s", (words, atMs) => {
    expect(whenWords(atMs, now, "en-GB")).toBe(words);
  });

  it.each([
    ["Shared by Lin", { id: "l", name: "Lin" }, ["Lin", "Me"]],
    [null, null, ["Me"]],
    ["Ana, Mo", null, ["Me", "Ana", "Mo"]],
    ["5 people", null, ["Me", "A", "B", "C", "D"]],
  ])("says who else has a note: %s", (words, sharedBy, names) => {
    const members = names.map((name) => ({ id: name === "Me" ? "me" : name, name, role: "editor" }) as const);
    expect(peopleWords({ sharedBy, members }, "me")).toBe(words);
  });

  it("counts tasks, and says nothing where there are none", () => {
    expect(taskWords({ tasksDone: 2, tasksTotal: 5 })).toBe("2 of 5");
    expect(taskWords({ tasksDone: 0, tasksTotal: 0 })).toBeNull();
  });
});
