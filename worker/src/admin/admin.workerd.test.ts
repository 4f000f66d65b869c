// Operators' calls over the real routes: who gets in, backups of notes, libraries and the platform, SQL that only reads, the audit.
import { env } from "cloudflare:workers";
import { createExecutionContext, evictDurableObject, runInDurableObject } from "cloudflare:test";
import { adminAuditSchema, adminLogSchema, adminNotesSchema, adminRestoredSchema, adminRowsSchema } from "@reed/api";
import type { NoteId } from "@reed/log";
import * as v from "valibot";
import { beforeAll, describe, expect, it } from "vitest";
import { ask, beginScene, outcomeOf, type Scene, textNow } from "../history/history.test-support.ts";
import { createApp } from "../app.ts";
import { writeOps } from "../note/note.test-support.ts";
import { change } from "../history/history.test-support.ts";
import { noteObject } from "../routes/note-address.ts";
import { api, newGuest, newLink, newNote, startWorld } from "../world.test-support.ts";
import { backupDue } from "./backup-due.ts";
import { shelfOf } from "./backup-shelf.ts";

beforeAll(startWorld);

const OPERATOR = { Authorization: `Reed-Admin ${env.ADMIN_TOKEN}`, "Reed-Operator": "olga" };

function operate(method: string, path: string, body?: unknown): Promise<Response> {
  return api(`/api/admin/${path}`, {
    method,
    headers: OPERATOR,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function backupOf(path: string): Promise<ArrayBuffer> {
  const response = await operate("GET", `${path}/backup`);
  expect(response.status).toBe(200);
  return response.arrayBuffer();
}

const bring = (path: string, backup: BodyInit): Promise<Response> =>
  api(`/api/admin/${path}/backup`, { method: "PUT", headers: OPERATOR, body: backup });

/** As if its storage had been lost. */
async function lose(id: NoteId): Promise<void> {
  await runInDurableObject(noteObject(env, id), async (_, { storage }) => {
    await storage.deleteAlarm();
    await storage.deleteAll();
  });
  await evictDurableObject(noteObject(env, id));
}

const sql = (scene: Scene, statement: string, values?: readonly unknown[]): Promise<Response> =>
  operate("POST", `notes/${scene.id}/sql`, {
    operator: "olga",
    sql: statement,
    ...(values === undefined ? {} : { values }),
  });

describe("a backup of a note", () => {
  it("[BU6] brings back text, people, links and settings, under a new generation", async () => {
    const scene = await beginScene("tea");
    await ask(scene, "PATCH", "/settings", { body: { color: "sand" } });
    const links = await (await ask(scene, "GET", "/links")).json();
    const backup = await backupOf(`notes/${scene.id}`);
    await lose(scene.id);
    expect(await outcomeOf(await ask(scene, "GET", "/text"))).toBe("404 not_found");
    const restored = await bring(`notes/${scene.id}`, backup);
    expect(restored.status).toBe(201);
    const { seq } = v.parse(adminRestoredSchema, await restored.json());
    expect(seq).toBeGreaterThan(3);
    expect(await textNow(scene)).toBe("tea");
    expect(await (await ask(scene, "GET", "/links")).json()).toEqual(links);
    expect(await (await ask(scene, "GET", "/settings")).json()).toMatchObject({ color: "sand" });
    expect(await outcomeOf(await ask(scene, "GET", "/text", { as: "stranger" }))).toBe("404 not_found");
    expect((await ask(scene, "GET", "/text", { as: "viewer" })).status).toBe(200);
  });

  it("[BU6] brings back a note that was folded, and goes on in another life of the object", async () => {
    const scene = await beginScene("tea");
    await change(scene, async (note) => {
      await writeOps(note, scene.ana.userId, 60);
      await note.snapshots.make();
      await writeOps(note, scene.ana.userId, 5);
    });
    const text = await textNow(scene);
    const backup = await backupOf(`notes/${scene.id}`);
    await lose(scene.id);
    expect((await bring(`notes/${scene.id}`, backup)).status).toBe(201);
    await evictDurableObject(noteObject(env, scene.id));
    expect(await textNow(scene)).toBe(text);
    expect((await ask(scene, "GET", "/snapshot")).status).toBe(200);
  });

  it("[BU7] is refused where there is something, and where it is of something else or broken", async () => {
    const [scene, other] = [await beginScene("tea"), await beginScene("milk")];
    const backup = await backupOf(`notes/${scene.id}`);
    expect(await outcomeOf(await bring(`notes/${scene.id}`, backup))).toBe("400 invalid");
    await lose(other.id);
    expect(await outcomeOf(await bring(`notes/${other.id}`, backup))).toBe("400 invalid");
    await lose(scene.id);
    expect(await outcomeOf(await bring(`notes/${scene.id}`, backup.slice(0, -40)))).toBe("400 invalid");
    expect(await outcomeOf(await bring(`notes/${scene.id}`, "no backup at all"))).toBe("400 invalid");
    expect(await outcomeOf(await ask(scene, "GET", "/text"))).toBe("404 not_found");
    expect((await bring(`notes/${scene.id}`, backup)).status).toBe(201);
    expect(await textNow(scene)).toBe("tea");
  });

  it("[BU8] of a note that was removed is its tombstone, and it stays removed", async () => {
    const scene = await beginScene("tea");
    await ask(scene, "DELETE", "");
    expect((await ask(scene, "DELETE", "/permanently")).status).toBe(204);
    const backup = await backupOf(`notes/${scene.id}`);
    await lose(scene.id);
    expect(await (await bring(`notes/${scene.id}`, backup)).json()).toMatchObject({ seq: null });
    const kept = await runInDurableObject(noteObject(env, scene.id), (_, ctx) =>
      ctx.storage.sql.exec("SELECT note_id FROM grave").toArray(),
    );
    expect(kept).toEqual([{ note_id: scene.id }]);
  });

  it("[BU9] is made by the note itself, an hour after a change, and goes with a text that is taken away", async () => {
    const scene = await beginScene("tea");
    const folder = shelfOf("note", scene.id);
    const kept = async (): Promise<number> => (await env.BLOBS?.list({ prefix: folder }))?.objects.length ?? -1;
    await change(
      scene,
      async (note) => {
        expect(await note.duties.backup?.(Date.now())).toBeNull();
      },
      { blobs: env.BLOBS },
    );
    expect(await kept()).toBe(1);
    const [object] = (await env.BLOBS?.list({ prefix: folder }))?.objects ?? [];
    const stored = await env.BLOBS?.get(object?.key ?? "");
    const backup = (await stored?.arrayBuffer()) ?? new ArrayBuffer();
    expect((await ask(scene, "POST", "/scrub", { body: { confirm: scene.id } })).status).toBe(200);
    expect(await kept()).toBe(0);
    await lose(scene.id);
    expect((await bring(`notes/${scene.id}`, backup)).status).toBe(201);
    expect(await textNow(scene)).toBe("tea");
  });
});

describe("a backup of the platform", () => {
  it("[BU10] brings back users and the list of notes, and leaves what is there", async () => {
    const { ana, id } = await beginScene("tea");
    const backup = await backupOf("platform");
    await env.PLATFORM.batch([
      env.PLATFORM.prepare("DELETE FROM sessions WHERE user_id = ?").bind(ana.userId),
      env.PLATFORM.prepare("DELETE FROM devices WHERE user_id = ?").bind(ana.userId),
      env.PLATFORM.prepare("DELETE FROM users WHERE id = ?").bind(ana.userId),
      env.PLATFORM.prepare("DELETE FROM notes"),
    ]);
    const headers = { Authorization: `Bearer ${ana.token}` };
    expect((await api(`/api/notes/${id}`, { headers })).status).toBe(401);
    expect(await (await bring("platform", backup)).json()).toMatchObject({ leftOut: 0 });
    expect((await api(`/api/notes/${id}`, { headers })).status).toBe(200);
    expect(v.parse(adminNotesSchema, await (await operate("GET", "notes")).json()).items).toContain(id);
  });

  it("[BU10] is put on the shelf by the clock, at most once an hour", async () => {
    const count = async (): Promise<readonly string[]> =>
      ((await env.BLOBS?.list({ prefix: shelfOf("platform", null) }))?.objects ?? []).map(({ etag }) => etag);
    await backupDue(env, Date.now());
    const first = await count();
    await newGuest();
    await backupDue(env, Date.now());
    expect([first.length, await count()]).toEqual([1, first]);
    await backupDue(env, Date.now() + 3_600_000);
    expect(await count()).not.toEqual(first);
  });
});

describe("a backup of a library", () => {
  it("[BU11] brings the private log back, and the list of notes", async () => {
    const ana = await newGuest();
    const { id } = await newNote(ana, "tea");
    const headers = { Authorization: `Bearer ${ana.token}` };
    const idOf = async (): Promise<string> =>
      v.parse(v.object({ docId: v.string() }), await (await api("/api/me/log", { headers })).json()).docId;
    const before = await idOf();
    const library = env.LIBRARY.get(env.LIBRARY.idFromName(ana.userId));
    const listed = async (): Promise<string> => (await api("/api/notes", { headers })).text();
    await expect.poll(listed, { timeout: 10_000 }).toContain(id);
    const backup = await backupOf(`libraries/${ana.userId}`);
    await runInDurableObject(library, async (_, { storage }) => {
      await storage.deleteAlarm();
      await storage.deleteAll();
    });
    await evictDurableObject(library);
    expect((await bring(`libraries/${ana.userId}`, backup)).status).toBe(201);
    const rebuilt = await operate("POST", `libraries/${ana.userId}/rebuild`, { operator: "olga" });
    expect(await rebuilt.json()).toEqual({ notes: 1 });
    expect(await idOf()).toBe(before);
    expect(await listed()).toContain(id);
  });
});

describe("a look into an object", () => {
  it("[BU12] takes questions that only read, and what they would change is never changed", async () => {
    const scene = await beginScene("tea");
    const rows = v.parse(
      adminRowsSchema,
      await (
        await sql(scene, "SELECT seq, envelope, NULL AS no FROM log WHERE seq >= ? ORDER BY seq LIMIT 2", [1])
      ).json(),
    );
    expect(rows.columns).toEqual(["seq", "envelope", "no"]);
    expect(rows.rows[0]?.[1]).toMatchObject({ bytes: expect.any(Number) });
    expect(rows.isMore).toBe(false);
    const counted = "SELECT count(*) AS n FROM log";
    const before = await (await sql(scene, counted)).json();
    for (const statement of [
      "DELETE FROM log",
      "SELECT 1; DELETE FROM log",
      "WITH x AS (SELECT 1) DELETE FROM log",
      "WITH x AS (SELECT 1) INSERT INTO due (kind, at) SELECT 'x', 1 FROM x",
      "DROP TABLE log",
      "PRAGMA writable_schema = 1",
      "ATTACH 'x' AS y",
      "SELECT nothing FROM nowhere",
      "COMMIT",
      "EXPLAIN DELETE FROM log",
    ])
      expect(await outcomeOf(await sql(scene, statement)), statement).toBe("400 invalid");
    expect(await (await sql(scene, counted)).json()).toEqual(before);
    expect(await textNow(scene)).toBe("tea");
  });

  it("[BU13] leaves an entry for each use, whatever came of it", async () => {
    const scene = await beginScene("tea");
    await sql(scene, "SELECT 7");
    await sql(scene, "DELETE FROM log");
    await backupOf(`notes/${scene.id}`);
    const { items } = v.parse(adminAuditSchema, await (await operate("GET", "audit?limit=3")).json());
    expect(items.map(({ operator, action, outcome }) => [operator, action, outcome])).toEqual([
      ["olga", "backup", "done"],
      ["olga", "sql", "refused"],
      ["olga", "sql", "1 rows"],
    ]);
    expect(new Set(items.map(({ target }) => target))).toEqual(new Set([`note:${scene.id}`]));
    expect(items[1]?.detail).toContain("DELETE FROM log");
  });

  it("[BU14] shows a log by its headers, and never a word", async () => {
    const scene = await beginScene("a very secret word");
    const response = await operate("GET", `notes/${scene.id}/log?since=1&limit=3`);
    const text = await response.clone().text();
    const log = v.parse(adminLogSchema, await response.json());
    expect(log.items.map(({ seq }) => seq)).toEqual([2, 3, 4]);
    expect(log.items.map(({ type, bucket }) => bucket ?? type)).toContain("text");
    expect(log.tables["log"]).toBe(log.lastSeq);
    expect(text).not.toMatch(/secret|c2VjcmV0/);
  });

  it("is all that there is while a backup is brought back", async () => {
    const closed = { ...env, MAINTENANCE: "on" };
    const statusOf = async (path: string): Promise<number> => {
      const response = await createApp().request(path, { headers: OPERATOR }, closed, createExecutionContext());
      return response.status;
    };
    expect(await Promise.all(["/api/platform", "/api/notes", "/", "/n/x", "/yjs/x"].map(statusOf))).toEqual([
      503, 503, 503, 503, 503,
    ]);
    expect(await Promise.all(["/healthz", "/api/admin/notes"].map(statusOf))).toEqual([200, 200]);
  });

  it("removes a note for good whatever its people say, and once is enough", async () => {
    const scene = await beginScene("tea");
    for (let time = 0; time < 2; time += 1)
      expect((await operate("POST", `notes/${scene.id}/purge`, { operator: "olga" })).status).toBe(204);
    expect(await outcomeOf(await ask(scene, "GET", "/text"))).not.toBe("200");
  });

  it("is nobody's but an operator's", async () => {
    const { ana, id } = await beginScene("tea");
    await newLink(ana, id, { role: "viewer" });
    for (const authorization of ["Reed-Admin wrong", `Bearer ${ana.token}`])
      for (const [method, path] of [
        ["GET", "notes"],
        ["GET", "users"],
        ["GET", "audit"],
        ["GET", "platform/backup"],
        ["PUT", "platform/backup"],
        ["GET", `notes/${id}/backup`],
        ["PUT", `notes/${id}/backup`],
        ["GET", `notes/${id}/log`],
        ["GET", `notes/${id}/schema`],
        ["POST", `notes/${id}/sql`],
        ["POST", `notes/${id}/purge`],
        ["POST", `libraries/${ana.userId}/rebuild`],
        ["GET", `libraries/${ana.userId}/backup`],
      ] as const) {
        const body = method === "GET" ? {} : { body: "x" };
        const response = await api(`/api/admin/${path}`, {
          method,
          headers: { Authorization: authorization },
          ...body,
        });
        expect(await outcomeOf(response), path).toBe("404 not_found");
      }
  });
});
