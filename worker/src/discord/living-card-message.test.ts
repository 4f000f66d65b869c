import { type NoteId, noteIdOf } from "@reed/log";
import { describe, expect, it } from "vitest";
import type { CardState } from "../note/rpc.ts";
import { type DraftedCard, draftCard } from "./living-card-message.ts";
import { type ChannelCard, HIDDEN, UNAVAILABLE } from "./living-card-view.ts";

const NOTE: NoteId = noteIdOf(new Uint8Array(32).fill(7));
const ORIGIN = "https://reed.test";

type Content = Extract<CardState, { state: "content" }>;

function shown(text: string, more: Partial<Extract<ChannelCard, { state: "shown" }>> = {}): ChannelCard {
  const card: Content = { state: "content", text, modifiedAtMs: 1, people: [], color: null, icon: null };
  return { state: "shown", card, writers: [], mayTick: true, ...more };
}

function draft(view: ChannelCard): DraftedCard {
  return draftCard(view, NOTE, ORIGIN);
}

/** Every text of a message, in order. */
function wordsOf({ message }: DraftedCard): string {
  return message.components
    .flatMap(({ components }) => components.flatMap((part) => (part.type === 10 ? [part.content] : [])))
    .join("\n");
}

function buttonsOf({ message }: DraftedCard): readonly string[] {
  const parts = message.components.flatMap(({ components }) => components);
  const buttons = parts.flatMap((part) => (part.type === 1 ? part.components : []));
  return buttons.map((button) => `${button.label} ${"url" in button ? button.url : button.custom_id}`);
}

describe("the message of a card", () => {
  it("[D70] shows title, picture, progress, who is writing, and what to do", () => {
    const drafted = draft(shown("# Trip\n- [x] book\n- [ ] pack *shoes*\n- [ ] go", { writers: ["Ana", "Mo_"] }));
    expect(wordsOf(drafted)).toBe("### Trip\n1 of 3 done. Next: pack \\*shoes\\*\n-# Ana and Mo\\_ are writing");
    expect(buttonsOf(drafted)).toEqual([
      `Open note open:${NOTE}`,
      `Tick next task tick:${NOTE}`,
      `Refresh refresh:${NOTE}`,
      `Web ${ORIGIN}/n/${NOTE}`,
    ]);
    expect(drafted.message).toMatchObject({
      flags: 32_768,
      allowed_mentions: { parse: [] },
      attachments: [{ id: 0, filename: "note.png", description: "Picture of the note: Trip" }],
    });
    expect(drafted.message).not.toHaveProperty("content");
    expect(drafted.picture).toMatchObject({ type: "note", shape: "wide" });
  });

  it.each([
    ["the channel may only read", shown("# T\n- [ ] a", { mayTick: false })],
    ["all is done", shown("# T\n- [x] a")],
    ["there are no tasks", shown("# T")],
  ])("[D70] has no button to tick where %s", (_, view) => {
    expect(buttonsOf(draft(view)).filter((button) => button.startsWith("Tick"))).toEqual([]);
  });

  it("counts who is writing", () => {
    expect(wordsOf(draft(shown("T", { writers: ["Ana"] })))).toMatch(/\n-# Ana is writing$/);
    expect(wordsOf(draft(shown("T", { writers: ["A", "B", "C", "D", "E"] })))).toMatch(
      /A, B, C and 2 more are writing$/,
    );
  });

  it("[D71] shows the title alone where the preview does", () => {
    const card = { state: "title", title: "Trip", color: null, icon: null } as const;
    const drafted = draft({ state: "shown", card, writers: [], mayTick: true });
    expect(wordsOf(drafted)).toBe("### Trip");
    expect(buttonsOf(drafted).filter((button) => button.startsWith("Tick"))).toEqual([]);
  });

  it("[D71] shows nothing of the note where the preview does not", () => {
    const drafted = draft(HIDDEN);
    expect(wordsOf(drafted)).toBe("### A shared note\nOpen it to read it in Reed.");
    expect(drafted.picture).toBe("shared");
    expect(buttonsOf(drafted)).toHaveLength(3);
  });

  it("[D71] is one and the same for all that the channel may not see", () => {
    const drafted = draft(UNAVAILABLE);
    expect(wordsOf(drafted)).toMatch(/^### This note is not available\n/);
    expect(drafted.picture).toBe("unavailable");
    expect(buttonsOf(drafted)).toEqual([`Refresh refresh:${NOTE}`]);
  });

  it.each([
    ["an empty note", ""],
    ["10 000 characters", "x".repeat(10_000)],
    ["lines of markup", "# ]( **__~~`||> @everyone <@1>\n- [ ] ](javascript:1) `||".repeat(100)],
    ["directions", "# \u202Etxt\u202C \u200F\n- [ ] \u2066x"],
    ["lone halves", "# \uD800\uDC00\uD800 \uDFFF"],
    ["a wall of tasks", "- [ ] long words ".repeat(20_000)],
  ])("[D72] is within Discord's limits for %s", (_, text) => {
    const names = Array.from({ length: 9 }, () => "*_`|".repeat(100));
    const drafted = draft(shown(text, { writers: names }));
    const [container, ...others] = drafted.message.components;
    expect(others).toEqual([]);
    const parts = container?.components ?? [];
    expect(1 + parts.length + buttonsOf(drafted).length).toBeLessThanOrEqual(40);
    const words = wordsOf(drafted);
    expect(words.length).toBeLessThanOrEqual(1000);
    expect(words.isWellFormed()).toBe(true);
    expect(words).not.toMatch(/[\u202A-\u202E\u2066-\u2069\u200E\u200F]/u);
    expect(words).not.toMatch(/(?<!\\)[*_~`|[\]<@]/);
    for (const part of parts) {
      if (part.type === 12)
        for (const { description } of part.items) expect(description.length).toBeLessThanOrEqual(256);
      if (part.type !== 1) continue;
      for (const button of part.components) {
        expect(button.label.length).toBeLessThanOrEqual(80);
        if ("url" in button) expect(button.url.length).toBeLessThanOrEqual(512);
        else expect(button.custom_id.length).toBeLessThanOrEqual(100);
      }
    }
    for (const { description } of drafted.message.attachments) expect(description.length).toBeLessThanOrEqual(1024);
  });
});
