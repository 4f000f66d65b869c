import { env } from "cloudflare:workers";
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { fromBase64Url } from "@reed/bytes";
import { beforeAll, describe, expect, it } from "vitest";

import { noteObject } from "../routes/note-address.ts";
import { type Guest, newDevice, newGuest, newNote, openSocket, startWorld } from "../world.test-support.ts";
import { joinLog, libraryOf } from "./library.test-support.ts";
import { listed, noteIdOf, titles, told } from "./notes.test-support.ts";

beforeAll(startWorld);

/** Events reach a library a moment after the note has committed. */
async function untilListed(guest: Guest, count: number, query: Record<string, string> = {}): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if ((await listed(guest, query)).items.length === count) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`never ${count} notes: ${JSON.stringify(await titles(guest, query))}`);
}

describe("a cut", () => {
  it("[K10] ends the sockets of a device or a session, here and in every note that had a ticket", async () => {
    const ana = await newGuest();
    const phone = await newDevice(ana);
    const note = await newNote(ana, "Tea");
    const sockets = async (guest: Guest) => {
      const [log, text] = [await joinLog(guest), await openSocket(guest, note.id)];
      await text.hello();
      return [log, text] as const;
    };
    const [mine, theirs] = [await sockets(ana), await sockets(phone)];
    expect(await libraryOf(ana).cut(ana.userId, { device: fromBase64Url(phone.device) })).toEqual({ sockets: 2 });
    for (const wire of theirs) expect(await wire.closed).toMatchObject({ reason: "access_ended" });
    expect(await libraryOf(ana).cut(ana.userId, { sessionId: "another" })).toEqual({ sockets: 0 });
    expect(await libraryOf(ana).cut(ana.userId, {})).toEqual({ sockets: 2 });
    for (const wire of mine) expect(await wire.closed).toMatchObject({ reason: "access_ended" });
    expect(await libraryOf(ana).cut(ana.userId, {})).toEqual({ sockets: 0 });
  });
});

describe("cuts that a note has not confirmed", () => {
  it("[K10] are asked for again round and round, so that notes which don't answer hold up none of the others", async () => {
    const ana = await newGuest();
    const phone = await newDevice(ana);
    const { id } = await newNote(ana, "Tea");
    const wire = await openSocket(phone, id);
    await wire.hello();
    const library = libraryOf(ana);
    const device = fromBase64Url(phone.device);
    let answers: readonly string[] = [];
    await runInDurableObject(library, (instance, { storage }) => {
      for (let index = 0; index < 60; index += 1)
        storage.sql.exec(
          "INSERT INTO openings (note, device, session, at_ms) VALUES (?, ?, '', 0)",
          `--------${String(index).padStart(13, "0")}A`,
          device,
        );
      const silent = { cut: () => Promise.reject(new Error("no answer")) };
      const notes = {
        idFromName: (name: string) => name,
        get: (name: string) => (answers.includes(name) ? env.NOTE.get(env.NOTE.idFromName(name)) : silent),
      };
      Reflect.set(instance, "env", { ...env, NOTE: notes });
    });
    expect(await library.cut(ana.userId, { device })).toEqual({ sockets: 0 });
    answers = [id];
    for (let turn = 0; turn < 4; turn += 1) await runDurableObjectAlarm(library);
    expect(await wire.closed).toMatchObject({ reason: "access_ended" });
  });
});

describe("a guest's notes", () => {
  it("[K11] go to the account that the guest became, those that come later too", async () => {
    const [guest, account] = [await newGuest("Guest"), await newGuest("Ana")];
    for (const text of ["One", "Two", "Three"]) await newNote(guest, text);
    await untilListed(guest, 3);
    await libraryOf(guest).claimInto(guest.userId, account.userId);
    await runDurableObjectAlarm(libraryOf(guest));
    await untilListed(account, 3, { scope: "owned" });
    await untilListed(guest, 0);
    await newNote(guest, "Later");
    await untilListed(guest, 1).catch(() => undefined); // the alarm may have been faster
    await runDurableObjectAlarm(libraryOf(guest));
    await untilListed(account, 4, { scope: "owned" });
    await untilListed(guest, 0);
    expect(await titles(account, { scope: "shared" })).toEqual([]);
  });

  it("[K11] are handed over one by one, and again from the one that was not reached", async () => {
    const [guest, account] = [await newGuest("Guest"), await newGuest("Ana")];
    const { id } = await newNote(guest, "Real");
    await untilListed(guest, 1);
    await libraryOf(guest).claimInto(guest.userId, account.userId);
    await libraryOf(guest).claimInto(guest.userId, account.userId);
    await runDurableObjectAlarm(libraryOf(guest));
    await untilListed(account, 1);
    expect((await listed(account)).items[0]).toMatchObject({ id, role: "owner" });
  });
});

describe("a purge", () => {
  it("[K12] takes the user out of every note and wipes the library", async () => {
    const ana = await newGuest();
    const { id } = await newNote(ana, "Mine alone");
    await untilListed(ana, 1);
    const wire = await joinLog(ana);
    let calls = 0;
    while (!(await libraryOf(ana).purge(ana.userId))) calls += 1;
    expect(calls).toBeLessThan(5);
    expect(await wire.closed).toMatchObject({ reason: "access_ended" });
    await runInDurableObject(libraryOf(ana), (_, { storage }) => {
      expect(storage.sql.exec("SELECT name FROM sqlite_master WHERE name IN ('entries', 'log')").toArray()).toEqual([]);
    });
    expect(await noteObject(env, id).eventFor(ana.userId)).toMatchObject({ entry: null });
  });
});

describe("a rebuild", () => {
  it("[K13] makes the same library from the notes, whatever had become of it", async () => {
    const ana = await newGuest();
    for (const text of ["Apple cake\nwith cinnamon", "Bread\nof rye", "Tea\n抹茶 and oolong"]) await newNote(ana, text);
    await untilListed(ana, 3);
    for (const q of ["cinnamon", "rye", "oolong"]) await untilListed(ana, 1, { q });
    const [all, found] = [await listed(ana, { sort: "title" }), await listed(ana, { q: "抹茶" })];
    await runInDurableObject(libraryOf(ana), (_, { storage }) => {
      storage.sql.exec("UPDATE entries SET title_key = 'zzz', version = version + 1000");
      storage.sql.exec("UPDATE texts SET text = 'nothing'");
      storage.sql.exec("INSERT INTO found (found) VALUES ('delete-all')");
      storage.sql.exec("DELETE FROM words WHERE word < 'm'");
    });
    expect(await titles(ana, { q: "cinnamon" })).toEqual([]);
    expect(await libraryOf(ana).rebuild(ana.userId)).toEqual({ notes: 3 });
    expect(await listed(ana, { sort: "title" })).toEqual(all);
    expect(await listed(ana, { q: "抹茶" })).toEqual(found);
    expect(await titles(ana, { q: "cinamon" })).toEqual(["Apple cake"]);
  });

  it("[K13] drops what no note knows of, and every device begins anew", async () => {
    const ana = await newGuest();
    await newNote(ana, "Real");
    await libraryOf(ana).receive(ana.userId, [told(1, "Invented")]);
    await untilListed(ana, 2);
    const wire = await joinLog(ana);
    wire.send({ type: "subscribe", from: { epoch: 0, rev: 0 }, notes: [] });
    const { epoch } = await wire.next("feed");
    await libraryOf(ana).rebuild(ana.userId);
    expect(await titles(ana)).toEqual(["Real"]);
    expect((await wire.next("feed")).epoch).not.toBe(epoch);
  });
});

describe("the sweep", () => {
  it("[K14] forgets tombstones after ninety days, and says from which revision on", async () => {
    const ana = await newGuest();
    await libraryOf(ana).receive(ana.userId, [told(1, "Tea"), told(2, "Bread")]);
    await libraryOf(ana).receive(ana.userId, [{ noteId: noteIdOf(1), version: 2, entry: null, text: null }]);
    const count = (): Promise<number> =>
      runInDurableObject(
        libraryOf(ana),
        (_, { storage }) => storage.sql.exec("SELECT k FROM entries").toArray().length,
      );
    const sweep = async (goneMs: number): Promise<void> => {
      await runInDurableObject(libraryOf(ana), (_, { storage }) => {
        storage.sql.exec("UPDATE entries SET gone_ms = ? WHERE gone_ms IS NOT NULL", goneMs);
        storage.sql.exec("UPDATE due SET at = 1 WHERE kind = 'sweep'");
      });
      await runDurableObjectAlarm(libraryOf(ana));
    };
    await sweep(Date.now() - 89 * 86_400_000);
    expect(await count()).toBe(2);
    await sweep(Date.now() - 91 * 86_400_000);
    expect(await count()).toBe(1);
    await runInDurableObject(libraryOf(ana), (_, { storage }) => {
      expect(storage.sql.exec("SELECT floor FROM revision").toArray()).toEqual([{ floor: 3 }]);
    });
  });
});
