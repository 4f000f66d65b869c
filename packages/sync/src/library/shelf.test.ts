import "fake-indexeddb/auto";
import { encodeDown, type Feed } from "@reed/protocol";
import { corpusOf, randomOf } from "@reed/testkit";
import { noteIdOf, privateRegisters, type PrivateRegisterWrites } from "@reed/log";
import { describe, expect, it, vi } from "vitest";
import type { FeedListener } from "../private-log/feed-listener.ts";
import type { PrivateLog } from "../private-log/private-log.ts";
import { LibraryShelf } from "./library-shelf.ts";
import { entriesOf, type LocalNote } from "./shelf-entries.ts";
import { ShelfIndex } from "./shelf-search.ts";
import { applyFeed, EMPTY_SHELF, type KnownNote } from "./shelf-state.ts";
import { idbShelfStore, NO_SHELF_STORE, type ShelfStore } from "./shelf-store.ts";

const ANA = "00000000-0000-7000-8000-000000000001";
const AT = "2026-01-01T00:00:00.000Z";

function idOf(number: number): string {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setUint32(0, number);
  return noteIdOf(bytes);
}

function noteOf(number: number, title: string, fields: Partial<KnownNote> = {}): KnownNote {
  return {
    type: "note",
    id: idOf(number),
    url: `/n/${idOf(number)}`,
    title,
    excerpt: "",
    role: "owner",
    createdAt: AT,
    updatedAt: AT,
    createdBy: null,
    sharedBy: null,
    sharedAt: null,
    trashedAt: null,
    members: [],
    color: null,
    icon: null,
    tags: [],
    seq: 1,
    chain: "A",
    ...fields,
  };
}

function feed(from: number, rev: number, items: Feed["items"], head = rev, epoch = 5): Feed {
  return { type: "feed", epoch, from, rev, head, items };
}

const cbor = (note: KnownNote): Feed["items"][number] => ({ ...note });

describe("what the feed says", () => {
  it("[K15] is taken where it follows what is known, and asked for again where it does not", () => {
    const first = applyFeed(EMPTY_SHELF, feed(0, 2, [cbor(noteOf(1, "Tea")), cbor(noteOf(2, "Bread"))]));
    expect(first).toMatchObject({ asksMore: false, state: { cursor: { epoch: 5, rev: 2 }, isWhole: true } });
    const state = first?.state ?? EMPTY_SHELF;
    const second = applyFeed(state, feed(2, 3, [{ type: "gone", id: idOf(1) }]));
    expect([...(second?.state.notes.keys() ?? [])]).toEqual([idOf(2)]);
    expect(applyFeed(state, feed(3, 4, []))).toBeNull();
    expect(applyFeed(state, feed(2, 3, [], 3, 6))).toBeNull();
    const head = applyFeed(state, feed(2, 2, [{ type: "head", id: idOf(2), seq: 9, chain: "B" }]));
    expect(head?.state.notes.get(idOf(2))).toMatchObject({ title: "Bread", seq: 9, chain: "B" });
    expect(applyFeed(state, feed(2, 3, [{ type: "later" }, 5]))).toMatchObject({ changed: [] });
  });

  it("[K15] begins anew without ever showing less, and drops what is not listed at its end", () => {
    const known = applyFeed(EMPTY_SHELF, feed(0, 2, [cbor(noteOf(1, "Old")), cbor(noteOf(2, "Both"))]))?.state;
    const page = applyFeed(known ?? EMPTY_SHELF, feed(0, 1, [cbor(noteOf(3, "New"))], 2, 6));
    expect(page).toMatchObject({ asksMore: true });
    expect(page?.state.notes.size).toBe(3);
    const last = applyFeed(page?.state ?? EMPTY_SHELF, feed(1, 2, [cbor(noteOf(2, "Both"))], 2, 6));
    expect([...(last?.state.notes.values() ?? [])].map(({ title }) => title).toSorted()).toEqual(["Both", "New"]);
    expect(last?.state.cursor).toEqual({ epoch: 6, rev: 2 });
  });
});

describe("the shelf's entries", () => {
  it("[K15] join the server's list, this device's notes and the user's own marks", () => {
    const local: LocalNote = {
      noteId: idOf(9),
      title: "Draft",
      excerpt: "",
      seq: 0,
      tasksDone: 0,
      tasksTotal: 0,
      openedAtMs: Date.parse(AT) - 1,
      hasUnsent: true,
      role: "owner",
    };
    const registers = {
      pins: new Map([[idOf(2), true]]),
      tags: new Map([[`${idOf(1)}/home`, true]]),
      read: new Map([[idOf(1), Date.parse(AT) * 1000 + 1000]]),
      opened: new Map([[idOf(1), Date.parse(AT) * 1000]]),
    };
    const mo = { id: ANA, name: "Mo" };
    const notes = new Map(
      [noteOf(1, "Tea", { sharedBy: mo }), noteOf(2, "Bread", { sharedBy: mo })].map((n) => [n.id, n]),
    );
    const entries = entriesOf({ notes, local: [local, { ...local, noteId: idOf(1), hasUnsent: false }], registers });
    expect(entries.map(({ title, isPinned, isLocal, isUnread }) => [title, isPinned, isLocal, isUnread])).toEqual([
      ["Bread", true, false, true],
      ["Tea", false, true, false],
      ["Draft", false, true, false],
    ]);
    expect(entries[1]).toMatchObject({ ownTags: ["home"], openedAtMs: Date.parse(AT) });
    expect(entries[2]).toMatchObject({ role: "owner", hasUnsent: true, url: `/n/${idOf(9)}` });
  });
});

describe("a note that is open here", () => {
  const notes = new Map([[idOf(1), noteOf(1, "Te", { excerpt: "", seq: 5 })]]);
  const local = { noteId: idOf(1), title: "Tea", excerpt: "Green", openedAtMs: 0, role: "owner" } as const;
  const tasks = { tasksDone: 0, tasksTotal: 0 };
  it.each([
    ["shows what was written here before the server tells of it", { seq: 7, hasUnsent: false }, "Tea", "Green"],
    ["shows what waits to be sent", { seq: 4, hasUnsent: true }, "Tea", "Green"],
    ["shows what the server tells where this device has read less", { seq: 4, hasUnsent: false }, "Te", ""],
  ])("[K15] %s", (_, state, title, excerpt) => {
    expect(entriesOf({ notes, local: [{ ...local, ...tasks, ...state }], registers: null })).toMatchObject([
      { title, excerpt },
    ]);
  });
});

describe("search on the device", () => {
  it("[K15] finds ten thousand notes' titles and excerpts within a tenth of a second, misspelt too", () => {
    const notes = corpusOf(10_000, randomOf(3)).map(({ number, title, text }) =>
      noteOf(number, title, { excerpt: text.slice(title.length, title.length + 150) }),
    );
    const entries = entriesOf({ notes: new Map(notes.map((note) => [note.id, note])), local: [], registers: null });
    const index = new ShelfIndex();
    index.show(entries);
    while (!index.isReady) index.grow(500);
    const asked = notes
      .slice(500, 512)
      .map(({ id, title }) => ({ id, query: `${title.slice(0, 4)}${title.slice(5)}` }));
    const times: number[] = [];
    const found = asked.filter(({ id, query }) => {
      const before = process.cpuUsage();
      const isFound = index
        .search(query)
        .slice(0, 5)
        .some((entry) => entry.id === id);
      const { user, system } = process.cpuUsage(before);
      times.push((user + system) / 1000);
      return isFound;
    });
    expect(found.length).toBeGreaterThanOrEqual(11);
    expect(times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]).toBeLessThan(100);
  });

  it("[K15] leaves the trash out, and shows where it found what", () => {
    const notes = [
      noteOf(1, "Café notes"),
      noteOf(2, "Cafe bill", { trashedAt: AT }),
      noteOf(3, "会议记录", { excerpt: "法国" }),
    ];
    const index = new ShelfIndex();
    index.show(entriesOf({ notes: new Map(notes.map((n) => [n.id, n])), local: [], registers: null }));
    index.grow(10);
    expect(index.search("cafe")).toMatchObject([
      { title: "Café notes", highlights: [{ field: "title", match: "Café", after: " notes" }] },
    ]);
    expect(index.search("法国").map(({ title }) => title)).toEqual(["会议记录"]);
    expect(index.search("   ")).toEqual([]);
    expect(index.search("zebra")).toEqual([]);
    index.show(entriesOf({ notes: new Map([[idOf(1), noteOf(1, "Tea")]]), local: [], registers: null }));
    expect(index.isReady).toBe(false);
    index.grow(10);
    expect([index.search("cafe"), index.search("法国")]).toEqual([[], []]);
    expect(index.search("tea")).toHaveLength(1);
  });
});

/** As much of a private log as a shelf needs. */
function fakeLog() {
  const said: Uint8Array[] = [];
  const writes: PrivateRegisterWrites[] = [];
  let listener: FeedListener | null = null;
  const log = {
    isConnected: true,
    read: () => privateRegisters.read(privateRegisters.reducer.empty()),
    set: (write: PrivateRegisterWrites) => void writes.push(write),
    subscribe: () => () => undefined,
    say: (frame: Uint8Array) => void said.push(frame),
    listenToFeed: (heard: FeedListener) => void (listener = heard),
  } satisfies Partial<PrivateLog>;
  const heard = (): FeedListener => {
    if (listener === null) throw new Error("nobody listens");
    return listener;
  };
  return {
    log,
    said,
    writes,
    hear: (message: Feed) => heard().onFeed(encodeDown(message)),
    greet: () => heard().onGreeted(),
  };
}

function openShelf(store: ShelfStore = NO_SHELF_STORE) {
  const fake = fakeLog();
  const shelf = new LibraryShelf({
    log: fake.log as unknown as PrivateLog,
    store,
    userId: ANA,
    sharesDevice: false,
    local: () => [],
    subscribeLocal: () => () => undefined,
    searchServer: (query) =>
      query === "away" ? Promise.reject(new Error("unreachable")) : Promise.resolve([noteOf(1, "Found")]),
  });
  return { shelf, ...fake };
}

describe("the shelf", () => {
  it("[K15] asks when the server greets, shows what comes, and has it offline the next time", async () => {
    const first = openShelf(idbShelfStore(ANA));
    await vi.waitFor(() => first.greet());
    expect(first.said).toHaveLength(1);
    first.hear(feed(0, 2, [cbor(noteOf(1, "Tea")), cbor(noteOf(2, "Bread"))]));
    first.hear(feed(2, 3, [{ type: "gone", id: idOf(2) }]));
    expect(first.shelf.entries().map(({ title }) => title)).toEqual(["Tea"]);
    expect(first.shelf.status()).toEqual({ isLoaded: true, isWhole: true, isLive: true });
    first.hear(feed(9, 10, []));
    expect(first.said).toHaveLength(2);
    await first.shelf.close();
    const second = openShelf(idbShelfStore(ANA));
    await vi.waitFor(() => expect(second.shelf.status().isLoaded).toBe(true));
    expect(second.shelf.entries().map(({ title }) => title)).toEqual(["Tea"]);
    expect(second.shelf.entries()).toBe(second.shelf.entries());
    await second.shelf.close();
    const others = openShelf(idbShelfStore("00000000-0000-7000-8000-000000000002"));
    await vi.waitFor(() => expect(others.shelf.status().isLoaded).toBe(true));
    expect(others.shelf.entries()).toEqual([]);
    await others.shelf.close();
  });

  it("[K15] pins and tags for the user, and searches here and there", async () => {
    const { shelf, writes, hear, greet } = openShelf();
    await vi.waitFor(() => greet());
    hear(feed(0, 1, [cbor(noteOf(1, "Tea time"))]));
    shelf.pin(idOf(1), true);
    shelf.pin(idOf(1), false);
    shelf.tag(idOf(1), "home", true);
    shelf.markOpened(idOf(1));
    expect(writes.slice(0, 3)).toEqual([
      { pins: new Map([[idOf(1), true]]) },
      { pins: new Map([[idOf(1), null]]) },
      { tags: new Map([[`${idOf(1)}/home`, true]]) },
    ]);
    expect(() => shelf.pin("no", true)).toThrow(RangeError);
    expect((await shelf.search("tiem")).map(({ title }) => title)).toEqual([]);
    expect((await shelf.search("tea")).map(({ title }) => title)).toEqual(["Tea time"]);
    expect(await shelf.searchServer("far")).toMatchObject([{ title: "Found", isLocal: false }]);
    expect(await shelf.searchServer("away")).toBeNull();
    await shelf.close();
  });
});
