import { parseNoteId } from "@reed/log";
import { describe, expect, it } from "vitest";
import { COMMANDS, LAUNCH } from "./commands.ts";
import { BUTTON_ACTIONS, customIdOf, parseCustomId } from "./custom-id.ts";

describe("the commands", () => {
  it("[D61] have names and descriptions within Discord's limits, and each name once", () => {
    for (const { name, type, description, options = [] } of COMMANDS) {
      expect(name).toMatch(type === 3 ? /^.{1,32}$/ : /^[a-z]{1,32}$/);
      if (type === 3) expect(description).toBeUndefined();
      else expect(description).toMatch(/^.{1,100}$/);
      for (const option of [...options, ...options.flatMap((subcommand) => subcommand.options)]) {
        expect(option.name).toMatch(/^[a-z]{1,32}$/);
        expect(option.description).toMatch(/^.{1,100}$/);
      }
    }
    expect(new Set(COMMANDS.map(({ name, type }) => `${type} ${name}`)).size).toBe(COMMANDS.length);
  });

  it("[D61] always have the entry point among them, which is answered here", () => {
    expect(COMMANDS.filter(({ type }) => type === 4)).toMatchObject([{ name: LAUNCH, handler: 1 }]);
  });
});

describe("what a button says", () => {
  const noteId = parseNoteId("AAAAAAAAAAAAAAAAAAAAAA");
  if (noteId === null) throw new Error("not a note id");

  it.each(BUTTON_ACTIONS)("[D70] to %s is the action and the note, and nothing else", (action) => {
    const customId = customIdOf({ action, noteId });
    expect(customId).toBe(`${action}:${noteId}`);
    expect(customId.length).toBeLessThanOrEqual(100);
    expect(parseCustomId(customId)).toEqual({ action, noteId });
  });

  it.each([
    "",
    "open",
    "open:",
    noteId,
    `delete:${noteId}`,
    `open:${noteId}x`,
    `open:${"A".repeat(10_000)}`,
    "open:\u202E",
  ])("is nothing where it is %j", (customId) => {
    expect(parseCustomId(customId)).toBeNull();
  });
});
