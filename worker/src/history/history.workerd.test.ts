import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { diffSchema, versionSchema, writtenSchema } from "@reed/api";
import { userPrincipal } from "@reed/log";
import type { SqlValue } from "@reed/room";
import * as v from "valibot";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { RoomHost } from "../host/room-host.ts";
import type { Note } from "../note/note.ts";
import { CountingSql, inNote, openNote, writeOps } from "../note/note.test-support.ts";
import { NOTE_STEPS } from "../note/migrations.ts";
import { noteObject } from "../routes/note-address.ts";
import { join, startWorld, wayOfEditLink, newGuest, newLink } from "../world.test-support.ts";
import {
  actorOf,
  ask,
  beginScene,
  change,
  keep,
  outcomeOf,
  outcomes,
  ownersWire,
  type Scene,
  textNow,
  versionsOf,
} from "./history.test-support.ts";
import { THIN_SOON } from "./version-table.ts";

beforeAll(startWorld);

const MINUTE_MS = 60_000;

async function versionOf(scene: Scene, id: number) {
  return v.parse(versionSchema, await (await ask(scene, "GET", `/history/${id}`)).json());
}

describe("versions that come by themselves", () => {
  it("[V1] one when the note has been quiet for two minutes, and none when nothing changed", async () => {
    const scene = await beginScene("# Tea\n\ngreen");
    await change(scene, async (note) => {
      const { version } = note.duties;
      const later = Date.now() + 2 * MINUTE_MS + 1000;
      expect(await version?.(later)).toBeNull();
      expect(await version?.(later + MINUTE_MS)).toBeNull();
    });
    const [entry, ...others] = await versionsOf(scene);
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ title: "Tea", name: null, bytes: 12 });
    expect(entry?.authors).toEqual([{ principal: `user:${scene.ana.userId}`, name: "Ana" }]);
  });

  it("[V1] at most one in five minutes while it is written without a pause", async () => {
    const scene = await beginScene();
    await change(scene, async (note) => {
      const kept = async (): Promise<unknown> => note.past(actorOf(scene)).versions(100);
      const { version } = note.duties;
      await writeOps(note, scene.ana.userId, 1);
      const start = Date.now();
      expect(await version?.(start)).toBe(start + 5 * MINUTE_MS);
      expect(await kept()).toHaveLength(1);
      await writeOps(note, scene.ana.userId, 1);
      const next = await version?.(Date.now() + MINUTE_MS);
      expect(Math.abs((next ?? 0) - start - 5 * MINUTE_MS)).toBeLessThan(5000);
      expect(await kept()).toHaveLength(1);
      await version?.(start + 5 * MINUTE_MS);
      expect(await kept()).toHaveLength(2);
    });
  });

  it("[V1] are due two minutes after the first change, and not for other ops", async () => {
    const scene = await beginScene();
    const due = (): Promise<unknown> =>
      runInDurableObject(noteObject(env, scene.id), (_, { storage }) =>
        storage.sql.exec("SELECT at FROM due WHERE kind = 'version'").toArray(),
      );
    await ask(scene, "PATCH", "/settings", { body: { color: "sand" } });
    expect(await due()).toEqual([]);
    const wire = await ownersWire(scene);
    expect(await due()).toEqual([]);
    await wire.type("a");
    const [first] = v.parse(v.array(v.object({ at: v.number() })), await due());
    expect(Math.abs((first?.at ?? 0) - Date.now() - 2 * MINUTE_MS)).toBeLessThan(20_000);
    await wire.type("b");
    expect(await due()).toEqual([first]);
  });

  it("[V2] cost three rows", async () => {
    const scene = await beginScene("x".repeat(5000));
    await runInDurableObject(noteObject(env, scene.id), async (_, ctx) => {
      const sql = new VersionRows(ctx.storage);
      const host = openNote(ctx, { sql });
      if (host.hosted === null) throw new Error("there is no note here");
      ctx.storage.sql.exec("DELETE FROM due");
      const fresh = openNote(ctx, { sql });
      if (fresh.hosted === null) throw new Error("there is no note here");
      await writeOps(fresh.hosted, scene.ana.userId, 3);
      vi.setSystemTime(Date.now() + 3 * MINUTE_MS);
      await fresh.alarm();
      vi.useRealTimers();
      expect(await fresh.hosted.past(actorOf(scene)).versions(9)).toHaveLength(1);
      expect(sql.written).toBe(3);
    });
    await evictDurableObject(noteObject(env, scene.id));
  });
});

const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** A Thursday, at half past nine. */
const MORNING_MS = Math.ceil(Date.now() / (7 * DAY_MS)) * 7 * DAY_MS + 9.5 * HOUR_MS;

describe("versions of a note that has gone quiet", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Does what the note has an appointment for until it has none before `untilMs`; how often it woke. */
  async function pass(host: RoomHost<Note>, untilMs: number): Promise<number> {
    for (let woken = 0; ; woken += 1) {
      const [row] = host.sql.run("SELECT at FROM due WHERE kind = 'version'");
      const atMs = Number(row?.["at"] ?? Number.POSITIVE_INFINITY);
      vi.setSystemTime(Math.min(untilMs, atMs));
      if (atMs > untilMs) return woken;
      await host.alarm();
    }
  }

  /** A note with a version of each of `times`, the last of which was just kept. */
  async function withVersions(
    times: readonly number[],
    work: (scene: Scene, host: RoomHost<Note>, ctx: DurableObjectState) => Promise<void>,
  ): Promise<void> {
    const scene = await beginScene();
    await inNote(scene.id, {}, async (note, host, ctx) => {
      for (const atMs of times) {
        vi.setSystemTime(atMs);
        await writeOps(note, scene.ana.userId, 1);
        await pass(host, atMs + 2 * MINUTE_MS + 1000);
      }
      await work(scene, host, ctx);
      vi.useRealTimers();
    });
    await evictDurableObject(noteObject(env, scene.id));
  }

  const everyFiveMinutes = Array.from({ length: 12 }, (_, index) => MORNING_MS + index * 5 * MINUTE_MS);
  const count = ({ sql }: RoomHost<Note>) => sql.run("SELECT seq FROM versions").length;
  const due = ({ sql }: RoomHost<Note>) => sql.run("SELECT at FROM due WHERE kind = 'version'").length;

  it("[V4] are thinned as time passes, at few wake-ups, the last of which leaves no appointment", async () => {
    await withVersions(everyFiveMinutes, async (_, host) => {
      expect([count(host), due(host)]).toEqual([12, 1]);
      const woken = [await pass(host, MORNING_MS + 4 * HOUR_MS)];
      expect([count(host), due(host)]).toEqual([2, 1]);
      woken.push(await pass(host, MORNING_MS + 3 * DAY_MS));
      expect([count(host), due(host)]).toEqual([1, 0]);
      woken.push(await pass(host, MORNING_MS + 365 * DAY_MS));
      expect([count(host), due(host)]).toEqual([1, 0]);
      expect(woken).toEqual([1, 1, 0]);
    });
  });

  it("[V4] make no appointment where nothing is left to thin", async () => {
    await withVersions([MORNING_MS], async (_, host) => {
      expect([count(host), due(host)]).toEqual([1, 0]);
    });
  });

  it("[V4] make one where a name is taken away", async () => {
    await withVersions(everyFiveMinutes.slice(0, 2), async (scene, host) => {
      const past = host.hosted?.past(actorOf(scene));
      const [newest] = host.sql.run("SELECT max(seq) AS seq FROM versions");
      const seq = Number(newest?.["seq"]);
      await past?.nameVersion(seq, "kept");
      await pass(host, MORNING_MS + DAY_MS);
      expect([count(host), due(host)]).toEqual([2, 0]);
      await past?.nameVersion(seq, null);
      await pass(host, MORNING_MS + 2 * DAY_MS);
      expect([count(host), due(host)]).toEqual([1, 0]);
    });
  });

  it("[V4] are thinned too where an earlier release made no appointment for it", async () => {
    await withVersions(everyFiveMinutes, async (_, { sql }, ctx) => {
      sql.run("DELETE FROM due WHERE kind = 'version'");
      sql.run(
        "DELETE FROM migrations WHERE step > ?",
        NOTE_STEPS.findIndex((step) => step.includes(THIN_SOON)),
      );
      const host = openNote(ctx);
      await pass(host, MORNING_MS + 365 * DAY_MS);
      expect([count(host), due(host)]).toEqual([1, 0]);
    });
  });

  it("[V1] are joined by the next two minutes after a change, whatever is still to thin", async () => {
    await withVersions(everyFiveMinutes.slice(0, 2), async (scene, host) => {
      const changedMs = MORNING_MS + 20 * MINUTE_MS;
      vi.setSystemTime(changedMs);
      if (host.hosted !== null) await writeOps(host.hosted, scene.ana.userId, 1);
      await pass(host, changedMs + 2 * MINUTE_MS + 1000);
      expect([count(host), due(host)]).toEqual([3, 1]);
    });
  });
});

/** Counts the rows written for versions and their appointments. */
class VersionRows extends CountingSql {
  written = 0;

  override run(statement: string, ...values: readonly SqlValue[]) {
    const before = this.rowsWritten;
    const rows = super.run(statement, ...values);
    if (/\bversions\b/.test(statement) || values[0] === "version") this.written += this.rowsWritten - before;
    return rows;
  }
}

describe("versions that people keep", () => {
  it("[V3][V5] are named, renamed, and listed newest first in pages", async () => {
    const scene = await beginScene("one");
    const first = await keep(scene, "  first\u202e draft ");
    expect(first).toMatchObject({ name: "first draft", title: "one", bytes: 3 });
    expect(await keep(scene, "same text")).toEqual({ ...first, name: "same text" });
    const wire = await ownersWire(scene);
    await wire.type(" two");
    const second = await keep(scene, "second");
    expect(second.id).toBeGreaterThan(first.id);
    const page = await (await ask(scene, "GET", "/history?limit=1")).json();
    expect(page).toEqual({ items: [second], nextCursor: String(second.id) });
    expect(await (await ask(scene, "GET", `/history?limit=1&cursor=${second.id}`)).json()).toMatchObject({
      items: [{ id: first.id }],
      nextCursor: null,
    });
    const patched = await ask(scene, "PATCH", `/history/${first.id}`, { body: { name: null } });
    expect(await patched.json()).toEqual({ ...first, name: null });
  });

  it("[V6] say who wrote what: by a device, by the gateway, by a link", async () => {
    const scene = await beginScene("by ana\n");
    const wire = await ownersWire(scene);
    await wire.type("by her device\n");
    const link = await newLink(scene.ana, scene.id, { role: "editor" });
    const mo = await newGuest("Mo");
    const way = await wayOfEditLink(mo, scene.id, link.url);
    const other = await join(mo, scene.id, { linkId: way.linkId, linkCertificate: way.linkCertificate });
    await other.enrol(way.certificate);
    await other.type("by mo");
    const { id } = await keep(scene, "all");
    const { runs, text, authors } = await versionOf(scene, id);
    expect(text).toBe("by ana\nby her device\nby mo");
    const ana = { principal: userPrincipal(scene.ana.userId), name: "Ana" };
    expect(runs[0]).toEqual({ units: 21, by: ana });
    expect(runs[1]?.units).toBe(5);
    expect(runs[1]?.by?.principal).toMatch(/^link:/);
    expect(authors).toEqual([ana, runs[1]?.by]);
  });

  it("[V8] differ from each other and from the text of now", async () => {
    const scene = await beginScene("green tea");
    const first = await keep(scene, "first");
    const wire = await ownersWire(scene);
    await wire.type(" and cake");
    const second = await keep(scene, "second");
    const diff = async (from: number, against: string) =>
      v.parse(diffSchema, await (await ask(scene, "GET", `/history/${from}/diff${against}`)).json()).pieces;
    const added = [
      { type: "same", text: "green tea" },
      { type: "added", text: " and cake" },
    ];
    expect(await diff(first.id, "")).toEqual(added);
    expect(await diff(first.id, `?against=${second.id}`)).toEqual(added);
    expect(await diff(second.id, `?against=${first.id}`)).toMatchObject([{}, { type: "removed" }]);
    expect(await diff(second.id, "?against=current")).toEqual([{ type: "same", text: "green tea and cake" }]);
  });

  it("[V9] are restored by a new edit that the others see, and what was there is kept", async () => {
    const scene = await beginScene("green tea");
    const { id } = await keep(scene, "good");
    const wire = await ownersWire(scene);
    await wire.type(" was better");
    const before = wire.ledger.head.seq;
    const { seq } = v.parse(writtenSchema, await (await ask(scene, "POST", `/history/${id}/restore`)).json());
    expect(seq).toBe(before + 1);
    await wire.until(() => wire.ledger.head.seq === seq);
    expect([wire.text, await textNow(scene)]).toEqual(["green tea", "green tea"]);
    const [kept] = await versionsOf(scene);
    expect(kept).toMatchObject({ id: before, name: "Before restoring" });
    expect((await versionOf(scene, before)).text).toBe("green tea was better");
    expect([...wire.ledger.claims.values()].filter((claim) => claim.endsWith(`user:${scene.ana.userId}`))).toHaveLength(
      1,
    );
  });

  it("[V9] are restored in several ops where they are long, under one client", async () => {
    const scene = await beginScene();
    const empty = await keep(scene, "empty");
    const wire = await ownersWire(scene);
    const half = "ש".repeat(150_000);
    await wire.type(half);
    await wire.type(half);
    const { id } = await keep(scene, "long");
    for (const [version, length] of [
      [empty.id, 0],
      [id, 300_000],
    ] as const) {
      expect(await outcomeOf(await ask(scene, "POST", `/history/${version}/restore`))).toBe("200");
      expect(await textNow(scene)).toHaveLength(length);
    }
    await wire.until(() => wire.text.length === 300_000);
    expect(wire.ledger.head.seq).toBeGreaterThan(id + 2);
    expect([...wire.ledger.claims.values()].filter((claim) => claim.includes(" "))).toHaveLength(1);
  });
});

describe("who may", () => {
  const DENIED = ["401 unauthenticated", "404 not_found"] as const;

  it("[V7] see and name versions: editors and owners", async () => {
    const scene = await beginScene("tea");
    const { id } = await keep(scene, "kept");
    const readers = [...DENIED, "403 forbidden", "403 forbidden", "200", "200"];
    for (const path of ["/history", `/history/${id}`, `/history/${id}/diff`])
      expect(await outcomes((as) => ask(scene, "GET", path, { as }))).toEqual(readers);
    const body = { name: "again" };
    expect(await outcomes((as) => ask(scene, "PATCH", `/history/${id}`, { as, body }))).toEqual(readers);
    expect(await outcomes((as) => ask(scene, "POST", `/history/${id}/restore`, { as }))).toEqual(readers);
    expect(await outcomes((as) => ask(scene, "POST", "/history", { as, body }))).toEqual(
      readers.map((outcome) => (outcome === "200" ? "201" : outcome)),
    );
  });

  it("[V9][V16] restore locked text: owners", async () => {
    const scene = await beginScene("tea");
    const { id } = await keep(scene, "kept");
    const wire = await ownersWire(scene);
    await wire.type("!");
    await ask(scene, "PATCH", "/settings", { body: { locked: true } });
    expect(await outcomeOf(await ask(scene, "POST", `/history/${id}/restore`, { as: "editor" }))).toBe("403 locked");
    expect(await outcomeOf(await ask(scene, "POST", `/history/${id}/restore`))).toBe("200");
  });
});

describe("what is not a version", () => {
  it("is not found or invalid, and changes nothing", async () => {
    const scene = await beginScene("tea");
    for (const id of ["0", "99", "1e3", "-1", "x", "9".repeat(30)]) {
      expect(await outcomeOf(await ask(scene, "GET", `/history/${id}`)), id).toBe("404 not_found");
      expect(await outcomeOf(await ask(scene, "POST", `/history/${id}/restore`)), id).toBe("404 not_found");
    }
    const { id } = await keep(scene, "kept");
    for (const name of ["", "  ", "x".repeat(41), 7, undefined])
      expect(await outcomeOf(await ask(scene, "POST", "/history", { body: { name } }))).toBe("400 invalid");
    expect(await outcomeOf(await ask(scene, "POST", "/history", { body: { name: "a", extra: 1 } }))).toBe(
      "400 invalid",
    );
    expect(await outcomeOf(await ask(scene, "GET", `/history/${id}/diff?against=99`))).toBe("404 not_found");
    expect(await outcomeOf(await ask(scene, "GET", `/history/${id}/diff?against=now`))).toBe("400 invalid");
    for (const query of ["limit=0", "limit=101", "limit=x", "cursor=x", "limit=1&limit=2"])
      expect(await outcomeOf(await ask(scene, "GET", `/history?${query}`)), query).toBe("400 invalid");
    expect(await versionsOf(scene)).toHaveLength(1);
  });
});
