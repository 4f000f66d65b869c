import type { ShelfEntry } from "@reed/sync";
import { describe, expect, it } from "vitest";
import { arrange, asListed, firstView, merged, narrowingsOf, withChosen } from "./note-view.ts";

const lin = { id: "00000000-0000-4000-8000-000000000001", name: "Lin" };
const at = (day: number) => `2026-11-${String(day).padStart(2, "0")}T10:00:00.000Z`;
const entry = (id: string, over: Partial<ShelfEntry> = {}): ShelfEntry => ({
  id,
  url: `https://reed.test/n/${id}`,
  title: id,
  excerpt: "",
  role: "owner",
  createdAt: at(1),
  updatedAt: at(1),
  createdBy: null,
  sharedBy: null,
  sharedAt: null,
  trashedAt: null,
  members: [],
  color: null,
  icon: null,
  tags: [],
  isLocal: true,
  hasUnsent: false,
  isPinned: false,
  ownTags: [],
  openedAtMs: 0,
  isUnread: false,
  ...over,
});
const ids = (entries: readonly ShelfEntry[]) => entries.map(({ id }) => id).join(" ");

describe("the list of notes", () => {
  const entries = [
    entry("old", { updatedAt: at(2), tags: ["trip"] }),
    entry("new", { updatedAt: at(9), createdAt: at(3) }),
    entry("given", {
      role: "editor",
      sharedBy: lin,
      sharedAt: at(4),
      updatedAt: at(4),
      createdBy: lin,
      ownTags: ["a"],
    }),
    entry("gone", { trashedAt: at(5) }),
    entry("gone-later", { trashedAt: at(6) }),
  ];

  it.each([
    [{}, "new given old"],
    [{ scope: "owned" }, "new old"],
    [{ scope: "shared" }, "given"],
    [{ scope: "trash" }, "gone-later gone"],
    [{ sort: "created" }, "new old given"],
    [{ sort: "title" }, "given new old"],
    [{ sort: "creator" }, "new old given"],
    [{ narrowing: { type: "tag", tag: "trip" } }, "old"],
    [{ narrowing: { type: "tag", tag: "a" } }, "given"],
    [{ narrowing: { type: "sharedBy", ...lin } }, "given"],
  ] as const)("shows with %o: %s", (view, shown) => {
    expect(ids(arrange(entries, { ...firstView, ...view }))).toBe(shown);
  });

  it("has what is pinned on top, in any order", () => {
    const pinned = [...entries, entry("pin", { isPinned: true, updatedAt: at(1) })];
    expect(ids(arrange(pinned, firstView))).toBe("pin new given old");
    expect(ids(arrange(pinned, { ...firstView, sort: "title" }))).toBe("pin given new old");
  });

  it("can be narrowed to who shared something, and to tags", () => {
    expect(narrowingsOf(entries)).toEqual([
      { type: "sharedBy", ...lin },
      { type: "tag", tag: "a" },
      { type: "tag", tag: "trip" },
    ]);
  });

  it("keeps what it is narrowed to among the choices", () => {
    const narrowings = narrowingsOf(entries);
    const gone = { type: "tag", tag: "gone" } as const;
    expect(withChosen(narrowings, gone)).toEqual([...narrowings, gone]);
    expect(withChosen(narrowings, { type: "sharedBy", id: lin.id, name: "Lin, renamed" })).toBe(narrowings);
    expect(withChosen(narrowings, null)).toBe(narrowings);
  });

  it("shows what was found as it is by now", () => {
    const highlights = [{ field: "title", before: "", match: "a", after: "" }] as const;
    const found = [entry("a", { highlights }), entry("b"), entry("c")];
    const now = [entry("a", { isPinned: true }), entry("b", { trashedAt: at(9) })];
    expect(asListed(found, now)).toEqual([entry("a", { isPinned: true, highlights }), entry("c")]);
  });

  it("adds to what was found here what only the server found", () => {
    expect(ids(merged([entry("a"), entry("b")], [entry("b"), entry("c")]))).toBe("a b c");
  });
});
