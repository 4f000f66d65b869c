import { runInDurableObject } from "cloudflare:test";
import { beforeAll, describe, expect, it } from "vitest";
import { newGuest, problemIn, startWorld } from "../world.test-support.ts";
import { libraryOf } from "./library.test-support.ts";
import { stringOf } from "./entry-table.ts";
import { listPage } from "./list.ts";
import { answerList } from "./listing.ts";
import { LibraryNotes } from "./notes.ts";
import {
  askList,
  entryOf,
  EVE,
  listed,
  MO,
  noteIdOf,
  queryFor,
  sharedBy,
  START_US,
  titles,
  told,
  YOU,
} from "./notes.test-support.ts";
import { StorageSql } from "../host/sql.ts";

beforeAll(startWorld);

async function someNotes() {
  const ana = await newGuest();
  await libraryOf(ana).receive(ana.userId, [
    told(1, "Tea\nGreen or black"),
    told(2, "apples", sharedBy(MO, { modifiedUs: START_US + 9_000_000 })),
    told(3, "Zebra", { tags: ["Zoo"], createdUs: START_US }),
    told(
      4,
      "Bread",
      sharedBy(EVE, {
        role: "viewer",
        members: [
          { ...EVE, role: "owner" },
          { ...MO, role: "editor" },
        ],
      }),
    ),
    told(5, "Old", { trashedUs: START_US + 1 }),
  ]);
  return ana;
}

describe("the list of notes", () => {
  it("[K1] begins with the first note that is heard of, also before a device asked for anything", async () => {
    const ana = await newGuest();
    expect(await listed(ana)).toEqual({ items: [], nextCursor: null });
    await libraryOf(ana).receive(ana.userId, [told(1, "Tea\nGreen **or** black")]);
    expect(await listed(ana)).toEqual({
      items: [
        {
          id: noteIdOf(1),
          url: `https://reed.test/n/${noteIdOf(1)}`,
          title: "Tea",
          excerpt: "Green or black",
          role: "owner",
          createdAt: "2026-01-01T00:00:00.001Z",
          updatedAt: "2026-01-01T00:00:00.001Z",
          createdBy: YOU,
          sharedBy: null,
          sharedAt: null,
          trashedAt: null,
          members: [{ ...YOU, role: "owner" }],
          color: null,
          icon: null,
          tags: [],
        },
      ],
      nextCursor: null,
    });
  });

  it("[K1] is begun by nothing that is lost already, and is nobody else's", async () => {
    const ana = await newGuest();
    await libraryOf(ana).receive(ana.userId, [{ noteId: noteIdOf(1), version: 1, entry: null, text: null }]);
    await runInDurableObject(libraryOf(ana), (_, { storage }) => {
      expect(storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'entries'").toArray()).toEqual([]);
    });
    await libraryOf(ana).receive(ana.userId, [told(1, "Tea")]);
    expect(await libraryOf(ana).list(MO.id, queryFor(), "")).toEqual({ items: [], nextCursor: null });
  });

  it("[K3] stands in four scopes, and shows trash only where trash is asked for", async () => {
    const ana = await someNotes();
    expect(await titles(ana)).toEqual(["apples", "Bread", "Zebra", "Tea"]);
    expect(await titles(ana, { scope: "owned" })).toEqual(["Zebra", "Tea"]);
    expect(await titles(ana, { scope: "shared" })).toEqual(["apples", "Bread"]);
    expect(await titles(ana, { scope: "trash" })).toEqual(["Old"]);
  });

  it("[K3] is in order of change, making, title or maker, up or down", async () => {
    const ana = await someNotes();
    expect(await titles(ana, { sort: "title" })).toEqual(["apples", "Bread", "Tea", "Zebra"]);
    expect(await titles(ana, { sort: "title", order: "desc" })).toEqual(["Zebra", "Tea", "Bread", "apples"]);
    expect(await titles(ana, { sort: "created", order: "asc" })).toEqual(["Zebra", "Tea", "apples", "Bread"]);
    expect(await titles(ana, { sort: "creator" })).toEqual(["Tea", "Zebra", "Bread", "apples"]);
  });

  it("[K3] is narrowed by who made, shared or has a note, and by tag", async () => {
    const ana = await someNotes();
    expect(await titles(ana, { createdBy: MO.id })).toEqual(["apples"]);
    expect(await titles(ana, { sharedBy: EVE.id })).toEqual(["Bread"]);
    expect(await titles(ana, { sharedWith: MO.id })).toEqual(["Bread"]);
    expect(await titles(ana, { tag: "zoo", scope: "owned" })).toEqual(["Zebra"]);
    expect(await titles(ana, { createdBy: YOU.id, sort: "title", q: "tea" })).toEqual(["Tea"]);
    expect(await titles(ana, { createdBy: MO.id, q: "tea" })).toEqual([]);
  });

  it("[K4] comes in pages that neither repeat nor leave out, also among equals", async () => {
    const ana = await newGuest();
    const same = { modifiedUs: START_US };
    await libraryOf(ana).receive(
      ana.userId,
      Array.from({ length: 23 }, (_, index) =>
        told(index + 1, `Note ${index % 3}`, index % 2 === 0 ? same : sharedBy(MO, same)),
      ),
    );
    for (const query of [{ sort: "updated" }, { sort: "title" }, { sort: "title", order: "desc" }, { q: "note" }]) {
      const ids: string[] = [];
      let cursor: string | null = null;
      do {
        const page = await listed(ana, { ...query, limit: "5", ...(cursor === null ? {} : { cursor }) });
        ids.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect(new Set(ids).size).toBe(23);
      expect(ids).toHaveLength(23);
      expect(ids).toEqual((await listed(ana, query)).items.map(({ id }) => id));
    }
  });

  it("[K4] takes no cursor but its own, and no question in another form", async () => {
    const ana = await newGuest();
    await libraryOf(ana).receive(ana.userId, [told(1, "Tea"), told(2, "Bread")]);
    const { nextCursor } = await listed(ana, { limit: "1" });
    const refused = async (query: Record<string, string>) => problemIn(await askList(ana, query));
    const cursor = nextCursor ?? "";
    expect(await titles(ana, { limit: "1", cursor })).toEqual(["Tea"]);
    expect(await refused({ limit: "1", cursor, sort: "title" })).toBe("400 invalid");
    expect(await refused({ cursor: `${cursor}A` })).toBe("400 invalid");
    expect(await refused({ cursor: "e30" })).toBe("400 invalid");
    expect(await refused({ cursor: "%00" })).toBe("400 invalid");
    for (const query of [
      { limit: "0" },
      { limit: "101" },
      { sort: "size" },
      { scope: "mine" },
      { createdBy: "Mo" },
      { order: "up" },
    ])
      expect(await refused(query as Record<string, string>)).toBe("400 invalid");
    expect(await refused({ q: "x".repeat(201) })).toBe("400 invalid");
    expect(await problemIn(await askList({ ...ana, token: "x" }))).toBe("401 unauthenticated");
  });

  it("[K4] reads no more rows than a few for each of its page, however many notes there are", async () => {
    const ana = await newGuest();
    const library = libraryOf(ana);
    for (let batch = 0; batch < 4; batch += 1)
      await library.receive(
        ana.userId,
        Array.from({ length: 150 }, (_, index) =>
          told(batch * 150 + index + 1, `Common ${index}\ncommon words`, index % 2 === 0 ? {} : sharedBy(MO)),
        ),
      );
    await runInDurableObject(library, (_, { storage }) => {
      let rowsRead = 0;
      const sql = new StorageSql(storage);
      const counted = {
        transaction: (work: () => void) => sql.transaction(work),
        run: (statement: string, ...values: Parameters<typeof storage.sql.exec>[1][]) => {
          const cursor = storage.sql.exec(statement, ...values);
          const rows = cursor.toArray();
          rowsRead += cursor.rowsRead;
          return rows;
        },
      };
      for (const [scope, most] of [
        ["owned", 24],
        ["all", 48],
      ] as const)
        for (const sort of ["updated", "created", "title", "creator"]) {
          rowsRead = 0;
          expect(listPage(counted, queryFor({ scope, sort, limit: "10" }), null)?.items).toHaveLength(10);
          expect(rowsRead).toBeLessThanOrEqual(most);
        }
      // A search looks at 200 notes at most, four rows each, and reads the texts of its page.
      rowsRead = 0;
      const found = answerList(counted, new LibraryNotes(counted), queryFor({ q: "common", limit: "10" }), "");
      expect("items" in found && found.items).toHaveLength(10);
      expect(rowsRead).toBeLessThanOrEqual(900);
    });
  });
});

describe("events", () => {
  it("[K2] are taken once, in the order of their versions, however they come", async () => {
    const ana = await newGuest();
    const library = libraryOf(ana);
    const events = [told(1, "One", {}, 1), told(1, "Two", {}, 2), told(1, "Three", {}, 3)] as const;
    for (const index of [2, 0, 1, 2, 0] as const) await library.receive(ana.userId, [events[index]]);
    expect(await titles(ana)).toEqual(["Three"]);
    expect(await titles(ana, { q: "three" })).toEqual(["Three"]);
    expect(await titles(ana, { q: "two" })).toEqual([]);
  });

  it("[K2] without a text keep the one that is known, and a text that comes late is taken", async () => {
    const ana = await newGuest();
    const library = libraryOf(ana);
    await library.receive(ana.userId, [{ ...told(1, "Tea", {}, 2), text: null }]);
    await library.receive(ana.userId, [told(1, "Tea\noolong", {}, 1)]);
    await library.receive(ana.userId, [{ ...told(1, "Tea time", {}, 3), text: null }]);
    expect(await titles(ana, { q: "oolong" })).toEqual(["Tea time"]);
    expect(await titles(ana, { q: "time" })).toEqual(["Tea time"]);
  });

  it("[K2] that take a note away leave nothing of it, and older ones don't bring it back", async () => {
    const ana = await newGuest();
    const library = libraryOf(ana);
    await library.receive(ana.userId, [told(1, "Secret\nxylophone", {}, 1), told(2, "Other", {}, 1)]);
    await library.receive(ana.userId, [{ noteId: noteIdOf(1), version: 3, entry: null, text: null }]);
    await library.receive(ana.userId, [told(1, "Secret\nxylophone", {}, 2)]);
    expect(await titles(ana)).toEqual(["Other"]);
    expect(await titles(ana, { q: "xylophone" })).toEqual([]);
    await runInDurableObject(library, (_, { storage }) => {
      const left = [
        "SELECT text FROM texts",
        "SELECT word FROM words",
        "SELECT term FROM found_terms",
        "SELECT * FROM entries",
      ]
        .map((statement) => JSON.stringify(storage.sql.exec(statement).toArray()))
        .join();
      expect(left).not.toMatch(/secret|xylophone/i);
    });
    await library.receive(ana.userId, [told(1, "Back\nagain", {}, 4)]);
    expect(await titles(ana, { q: "again" })).toEqual(["Back"]);
  });

  it("[K2] keep the first 64 KB of a text, and whole characters", async () => {
    const ana = await newGuest();
    const library = libraryOf(ana);
    await library.receive(ana.userId, [told(1, `Long\n${"語".repeat(30_000)}`), told(2, `Lone \ud800\nsurrogate`)]);
    await runInDurableObject(library, (_, { storage }) => {
      const [row] = storage.sql.exec("SELECT length(CAST(text AS BLOB)) AS bytes, text FROM texts LIMIT 1").toArray();
      expect(row?.["bytes"]).toBeLessThanOrEqual(65_536);
      expect(stringOf(row ?? {}, "text")).toMatch(/語$/u);
    });
    expect(await titles(ana, { q: "語語" })).toEqual(["Long"]);
    expect(entryOf(1).title).toBe("Note 1");
  });
});
