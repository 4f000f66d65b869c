// What a note tells the libraries of its people, over its own storage, with libraries that a test can close.
import { env } from "cloudflare:workers";
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { type NoteId, userPrincipal } from "@reed/log";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { noteObject } from "../routes/note-address.ts";
import { type Guest, newGuest, newNote, SOON, startWorld } from "../world.test-support.ts";
import type { FactsState } from "./facts.ts";
import { firstBytes } from "./news.ts";
import type { Note } from "./note.ts";
import { Outbox } from "./outbox.ts";
import { inNote, writeOps } from "./note.test-support.ts";
import { ask, Ears, outcome, share } from "./sharing.test-support.ts";

beforeAll(startWorld);
afterEach(() => vi.useRealTimers());

const NO_FACTS: FactsState = {
  createdUs: 0,
  createdBy: null,
  version: 0,
  toldUs: 0,
  trashedUs: null,
  touchedUs: 0,
  isGuest: false,
};

const personOf = ({ userId }: Guest, name = "Ana") => ({ id: userId, name, principal: userPrincipal(userId) });

/** A note whose people have heard all that there was to hear. */
async function settled(text = "Tea") {
  const [ana, mo] = [await newGuest(), await newGuest("Mo")];
  const { id } = await newNote(ana, text);
  await vi.waitUntil(async () => (await rowsOf(id)).length === 0);
  return { ana, mo, id };
}

function rowsOf(id: NoteId) {
  return runInDurableObject(noteObject(env, id), (_, { storage }) =>
    storage.sql.exec("SELECT user_id, failures FROM outbox").toArray(),
  );
}

const give = (note: Note, from: Guest, to: Guest, role: "viewer" | "editor" | "owner") =>
  note.company.sharing.put(personOf(from), { id: to.userId, name: "Mo" }, role);

const run = (note: Note, kind: "outbox" | "tell", nowMs = Date.now()) => Promise.resolve(note.duties[kind]?.(nowMs));

describe("the outbox", () => {
  it("[A25][A28] tells whoever was given a note all of it, and whoever lost it nothing", async () => {
    const { ana, mo, id } = await settled("# Tea\nfor two");
    const ears = new Ears();
    await inNote(id, { world: ears }, async (note) => {
      await give(note, ana, mo, "editor");
      await run(note, "outbox");
      await note.company.sharing.remove(personOf(ana), mo.userId);
      await run(note, "outbox");
    });
    const [given, lost] = ears.of(mo.userId);
    expect(given).toMatchObject({
      noteId: id,
      entry: {
        role: "editor",
        title: "Tea",
        createdBy: { id: ana.userId, name: "Ana" },
        sharedBy: { id: ana.userId, name: "Ana" },
        members: [
          { id: ana.userId, role: "owner" },
          { id: mo.userId, name: "Mo", role: "editor" },
        ],
        trashedUs: null,
        seq: 5,
      },
      text: "# Tea\nfor two",
    });
    expect(lost).toMatchObject({ entry: null, text: null });
    expect(lost?.version).toBeGreaterThan(given?.version ?? 0);
  });

  it("[A25] loses nothing when the object is stopped between commit and event, a hundred times", async () => {
    const { ana, mo, id } = await settled();
    const heard = new Ears();
    const roles = ["viewer", "editor"] as const;
    for (let round = 0; round < 100; round += 1) {
      const role = roles[round % 2] ?? "viewer";
      const silent = new Ears();
      silent.mood = "silent";
      await inNote(id, { world: silent }, async (note, { sql }, { storage }) => {
        await give(note, ana, mo, role);
        expect(silent.inFlight).toBeGreaterThan(0);
        note.company.close();
        silent.hangUp();
        // Its alarm is put off, so that it is not the object itself which sends it meanwhile.
        sql.run("UPDATE due SET at = at + 3600000");
        await storage.deleteAlarm();
      });
      await evictDurableObject(noteObject(env, id));
      expect(await rowsOf(id)).toContainEqual(expect.objectContaining({ user_id: mo.userId }));
      await inNote(id, { world: heard }, (note) => run(note, "outbox"));
      expect(heard.of(mo.userId).at(-1)?.entry?.role).toBe(role);
      expect(await rowsOf(id)).toEqual([]);
    }
    const versions = heard.of(mo.userId).map(({ version }) => version);
    expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
  });

  it("[A25] sends the state of the moment, once for all changes that came between", async () => {
    const { ana, mo, id } = await settled();
    const ears = new Ears();
    ears.mood = "closed";
    await inNote(id, { world: ears }, async (note) => {
      await give(note, ana, mo, "viewer");
      await give(note, ana, mo, "editor");
      await give(note, ana, mo, "owner");
      await note.company.duties.outbox?.(Date.now());
      ears.mood = "open";
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 60_000 });
      await run(note, "outbox");
      expect(ears.of(mo.userId).map(({ entry }) => entry?.role)).toEqual(["owner"]);
    });
  });

  it("[A26] tries again after 2 s, doubled up to 5 minutes, until it is heard", async () => {
    const { ana, mo, id } = await settled();
    const ears = new Ears();
    ears.mood = "closed";
    await inNote(id, { world: ears }, async (note) => {
      await give(note, ana, mo, "viewer");
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
      const waits: number[] = [];
      for (let round = 0; round < 12; round += 1) {
        const nextMs = await run(note, "outbox");
        const waitMs = (nextMs ?? 0) - Date.now();
        waits.push(Math.round(waitMs / 1000));
        vi.setSystemTime(Date.now() + waitMs);
      }
      const after = waits.filter((seconds) => seconds > 2);
      expect(after.slice(0, 10)).toEqual([4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
      ears.mood = "open";
      expect(await run(note, "outbox")).toBeNull();
      expect(ears.of(mo.userId)).toHaveLength(1);
    });
  });

  it("[A26] has at most 20 in flight", async () => {
    const { ana, id } = await settled();
    const ears = new Ears();
    await inNote(id, { world: ears }, async (note, { sql }) => {
      for (let index = 1; index <= 40; index += 1)
        sql.run(
          "INSERT INTO members (user_id, role, since_us) VALUES (?, 'viewer', 1)",
          `00000000-0000-7000-8000-${String(index).padStart(12, "0")}`,
        );
      note.company.lifecycle.trash(userPrincipal(ana.userId));
      await run(note, "outbox");
    });
    expect(new Set(ears.events.map(({ userId }) => userId)).size).toBe(41);
    expect(ears.mostInFlight).toBe(20);
  });

  it("[A28] tells all but owners that a note in the trash is gone", async () => {
    const { ana, mo, id } = await settled();
    const ears = new Ears();
    await inNote(id, { world: ears }, async (note) => {
      await give(note, ana, mo, "editor");
      note.company.lifecycle.trash(userPrincipal(ana.userId));
      await run(note, "outbox");
      expect(ears.of(mo.userId).at(-1)?.entry).toBeNull();
      expect(ears.of(ana.userId).at(-1)?.entry).toMatchObject({ role: "owner", trashedUs: expect.any(Number) });
      note.company.lifecycle.untrash(userPrincipal(ana.userId));
      await run(note, "outbox");
      expect(ears.of(mo.userId).at(-1)).toMatchObject({ entry: { role: "editor", trashedUs: null }, text: "Tea" });
    });
  });

  it("[A25][A17] tells of a removal from the grave, until it is heard", async () => {
    const { ana, mo, id } = await settled();
    await share(ana, id, mo, "viewer");
    await outcome(ask(ana, "DELETE", id));
    await outcome(ask(ana, "DELETE", id, "/permanently"));
    await runInDurableObject(noteObject(env, id), (object) => object.alarm());
    const untold = await runInDurableObject(noteObject(env, id), (_, { storage }) =>
      storage.sql.exec("SELECT count(*) AS untold FROM mourners WHERE told = 0").one(),
    );
    expect(untold).toEqual({ untold: 0 });
    expect(await noteObject(env, id).eventFor(mo.userId)).toMatchObject({ entry: null });
  });
});

describe("changes that all see", () => {
  it("[A27] are told 2 s after a quiet time, and then every 30 s", async () => {
    const asked: number[] = [];
    const outbox = new Outbox({
      sql: { run: () => [], transaction: (work) => work() },
      due: { set: (_, atMs) => void asked.push(atMs) },
      facts: { state: NO_FACTS, set: () => undefined },
      libraries: new Ears().libraries,
      everybody: () => [],
      make: () => Promise.reject(new Error("nobody is told")),
      modifiedUs: () => Promise.resolve(1),
    });
    outbox.changed(1_000_000);
    await outbox.duties.tell?.(1_002_000);
    outbox.changed(1_003_000);
    await outbox.duties.tell?.(1_032_000);
    outbox.changed(1_100_000);
    expect(asked).toEqual([1_002_000, 1_032_000, 1_102_000]);
  });

  it("[A27] come with the text if it is new", async () => {
    const { ana, mo, id } = await settled();
    const ears = new Ears();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 60_000 });
    await inNote(id, { world: ears }, async (note) => {
      await give(note, ana, mo, "viewer");
      await run(note, "outbox");
      await run(note, "tell");
      const before = ears.of(mo.userId).length;
      await writeOps(note, ana.userId, 3);
      await run(note, "tell");
      await run(note, "tell");
      const [first, second, ...others] = ears.of(mo.userId).slice(before);
      // Who wrote without having seen the other comes before or after.
      expect(["Teaaaa", "aaaTea"]).toContain(first?.text);
      expect(second).toMatchObject({ text: null });
      expect(others).toEqual([]);
    });
  });

  it("[A27] come with the text again when the object stopped before all had it", async () => {
    const { ana, id } = await settled();
    const silent = new Ears();
    silent.mood = "silent";
    await inNote(id, { world: silent }, async (note) => {
      await writeOps(note, ana.userId, 2);
      void note.company.duties.tell?.(Date.now() + 60_000);
      await vi.waitFor(() => expect(silent.inFlight).toBeGreaterThan(0), SOON);
      note.company.close();
      silent.hangUp();
    });
    const heard = new Ears();
    await inNote(id, { world: heard }, (note) => run(note, "tell"));
    expect(heard.of(ana.userId).at(-1)?.text).toMatch(/aa/);
  });

  it("[A27] leave a row for whoever can't be reached", async () => {
    const { ana, id } = await settled();
    const ears = new Ears();
    ears.mood = "closed";
    await inNote(id, { world: ears }, async (note) => {
      await writeOps(note, ana.userId, 1);
      await run(note, "tell");
    });
    expect(await rowsOf(id)).toEqual([{ user_id: ana.userId, failures: 0 }]);
  });

  it("[A27] bring as much of a text as is searched, in whole characters", () => {
    expect(firstBytes("abc", 3)).toBe("abc");
    expect(firstBytes("aé", 2)).toBe("a");
    expect(firstBytes("a😀", 4)).toBe("a");
    expect(firstBytes("a😀", 5)).toBe("a😀");
    expect(firstBytes("漢".repeat(10), 10)).toBe("漢漢漢");
    expect(firstBytes("", 10)).toBe("");
  });
});

describe("a library that follows", () => {
  it("[A29] hears where the log stands, at most every 10 s, while its user may read", async () => {
    const { ana, mo, id } = await settled();
    const ears = new Ears();
    await inNote(id, { world: ears }, async (note) => {
      const { followers } = note.company;
      followers.add(mo.userId, Date.now() + 60_000, Date.now());
      followers.add(ana.userId, Date.now() + 60_000, Date.now());
      await vi.waitUntil(() => ears.heads.length > 0);
      expect(ears.heads).toMatchObject([{ userId: ana.userId, head: { noteId: id, seq: 4 } }]);
      await writeOps(note, ana.userId, 3);
      await scheduler.wait(50);
      expect(ears.heads).toHaveLength(1);
    });
    await inNote(id, { world: ears }, async (note) => {
      await writeOps(note, ana.userId, 1, "b");
      await vi.waitUntil(() => ears.heads.length > 1);
      expect(ears.heads.at(-1)).toMatchObject({ userId: ana.userId, head: { seq: 8 } });
    });
    await inNote(id, { world: ears }, async (note) => {
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 61_000 });
      await writeOps(note, ana.userId, 1, "c");
      await scheduler.wait(20);
      expect(ears.heads).toHaveLength(2);
    });
  });
});
