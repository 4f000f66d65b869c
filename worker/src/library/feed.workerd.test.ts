import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { type FeedItem, feedItemSchema } from "@reed/api";
import { fromBase64Url } from "@reed/bytes";
import { parseNoteId } from "@reed/log";
import type { Feed as FeedMessage, LibraryCursor } from "@reed/protocol";
import * as v from "valibot";
import { beforeAll, describe, expect, it } from "vitest";

import type { Wire } from "../wire.test-support.ts";
import { type Guest, newDevice, newGuest, newNote, openSocket, startWorld } from "../world.test-support.ts";
import { joinLog, libraryOf } from "./library.test-support.ts";
import { noteIdOf, told } from "./notes.test-support.ts";

const NOTHING: LibraryCursor = { epoch: 0, rev: 0 };

beforeAll(startWorld);

function itemsOf({ items }: FeedMessage): readonly FeedItem[] {
  return items.map((item) => v.parse(feedItemSchema, item));
}

async function subscribe(wire: Wire, from = NOTHING, notes: readonly string[] = []): Promise<FeedMessage> {
  wire.send({ type: "subscribe", from, notes: notes.flatMap((id) => parseNoteId(id) ?? []) });
  return wire.next("feed");
}

async function someone(count: number): Promise<Guest> {
  const ana = await newGuest();
  const events = Array.from({ length: count }, (_, index) => told(index + 1, `Note ${index + 1}`));
  await libraryOf(ana).receive(ana.userId, events);
  return ana;
}

describe("the feed", () => {
  it("[K7] gives a device what it lacks, and then what happens, on every device", async () => {
    const ana = await someone(2);
    const [phone, laptop] = [await joinLog(ana), await joinLog(await newDevice(ana))];
    const first = await subscribe(phone);
    expect(first).toMatchObject({ from: 0, rev: 2, head: 2 });
    expect(itemsOf(first).map((item) => (item.type === "note" ? [item.title, item.url, item.seq] : []))).toEqual([
      ["Note 1", `/n/${noteIdOf(1)}`, 3],
      ["Note 2", `/n/${noteIdOf(2)}`, 3],
    ]);
    await subscribe(laptop);
    const startMs = Date.now();
    await libraryOf(ana).receive(ana.userId, [told(3, "Shared just now")]);
    for (const wire of [phone, laptop]) {
      const news = await wire.next("feed");
      expect(news).toMatchObject({ epoch: first.epoch, from: 2, rev: 3, head: 3 });
      expect(itemsOf(news)).toMatchObject([{ type: "note", title: "Shared just now" }]);
    }
    expect(Date.now() - startMs).toBeLessThan(1000);
  });

  it("[K7] gives a device that comes back only what changed, the lost too", async () => {
    const ana = await someone(4);
    const before = await subscribe(await joinLog(ana));
    await libraryOf(ana).receive(ana.userId, [
      told(2, "Changed", {}, 2),
      { noteId: noteIdOf(3), version: 2, entry: null, text: null },
    ]);
    const after = await subscribe(await joinLog(ana), { epoch: before.epoch, rev: before.rev });
    expect(after).toMatchObject({ from: 4, rev: 6, head: 6 });
    expect(itemsOf(after)).toMatchObject([
      { type: "note", title: "Changed" },
      { type: "gone", id: noteIdOf(3) },
    ]);
  });

  it("[K7] begins anew for whoever knows another counting, a later one, or one whose tombstones are gone", async () => {
    const ana = await someone(2);
    const wire = await joinLog(ana);
    const { epoch } = await subscribe(wire);
    for (const from of [
      { epoch: epoch + 1, rev: 2 },
      { epoch, rev: 7 },
    ])
      expect(await subscribe(wire, from)).toMatchObject({ from: 0, rev: 2 });
    await runInDurableObject(libraryOf(ana), (_, { storage }) => {
      storage.sql.exec("UPDATE revision SET floor = 2");
    });
    expect(await subscribe(wire, { epoch, rev: 1 })).toMatchObject({ from: 0 });
  });

  it("[K7] comes in pages where there is much", async () => {
    const ana = await someone(600);
    const wire = await joinLog(ana);
    const first = await subscribe(wire);
    expect(first.rev).toBeLessThan(first.head);
    let { rev } = first;
    let count = first.items.length;
    while (rev < first.head) {
      const page = await subscribe(wire, { epoch: first.epoch, rev });
      expect(page.from).toBe(rev);
      rev = page.rev;
      count += page.items.length;
    }
    expect(count).toBe(600);
  });

  it("[K7] says nothing to who has not asked, asked no longer, or asks without end", async () => {
    const ana = await someone(1);
    const [quiet, ended, greedy] = [await joinLog(ana), await joinLog(ana), await joinLog(ana)];
    const { epoch, rev } = await subscribe(ended);
    ended.send({ type: "unsubscribe" });
    await subscribe(greedy);
    await libraryOf(ana).receive(ana.userId, [told(2, "More")]);
    await greedy.next("feed");
    expect([quiet.count("feed"), ended.count("feed")]).toEqual([0, 0]);
    for (let index = 0; index < 200; index += 1) greedy.send({ type: "subscribe", from: { epoch, rev }, notes: [] });
    expect(await greedy.closed).toMatchObject({ reason: "overloaded" });
  });

  it("[K7] goes on when the object has forgotten everything but its disk", async () => {
    const ana = await someone(1);
    const wire = await joinLog(ana);
    const { epoch, rev } = await subscribe(wire);
    await evictDurableObject(libraryOf(ana));
    await libraryOf(ana).receive(ana.userId, [told(2, "After sleep")]);
    expect(await wire.next("feed")).toMatchObject({ epoch, from: rev, rev: rev + 1 });
    await wire.next("head");
  });

  it("[K7] is for private logs: a note ends a socket that asks it, as a log does before HELLO", async () => {
    const ana = await newGuest();
    const note = await newNote(ana, "Tea");
    const wire = await openSocket(ana, note.id);
    await wire.hello();
    wire.send({ type: "subscribe", from: NOTHING, notes: [] });
    expect(await wire.closed).toEqual({ code: 4400, reason: "frame_unexpected" });
    const broken = await joinLog(ana);
    broken.sendRaw(Uint8Array.of(0x05, 0xff));
    expect(await broken.closed).toEqual({ code: 4400, reason: "frame_malformed" });
  });

  it("[K8] tells heads of the notes that a device has open, and of none that are not here", async () => {
    const ana = await newGuest();
    const { id } = await newNote(ana, "Tea");
    const wire = await joinLog(ana);
    const known = await subscribe(wire, NOTHING, [id, noteIdOf(99)]);
    const chain = itemsOf(known).map((item) => (item.type === "note" ? item.chain : ""))[0] ?? "";
    await libraryOf(ana).heads([
      { noteId: noteIdOf(99), seq: 5, chain },
      { noteId: id, seq: 50, chain },
    ]);
    const isHead = ({ type }: FeedItem): boolean => type === "head";
    for (;;) {
      const heads = itemsOf(await wire.next("feed")).filter(isHead);
      if (heads.length === 0) continue;
      expect(heads).toEqual([{ type: "head", id, seq: 50, chain }]);
      break;
    }
  });

  it("[K9] keeps when each device had everything", async () => {
    const ana = await someone(1);
    const second = await newDevice(ana);
    expect(await libraryOf(ana).devices()).toEqual([]);
    const wire = await joinLog(ana);
    await subscribe(wire);
    const late = await joinLog(second);
    await subscribe(late);
    const devices = await libraryOf(ana).devices();
    expect(new Set(devices.map(({ device }) => device.join()))).toEqual(
      new Set([ana, second].map(({ device }) => fromBase64Url(device).join())),
    );
    for (const { lastSyncedMs } of devices) expect(Math.abs(Date.now() - lastSyncedMs)).toBeLessThan(10_000);
    await evictDurableObject(libraryOf(ana));
    expect(await libraryOf(ana).devices()).toHaveLength(2);
  });
});
