import { env } from "cloudflare:workers";
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { opsSchema } from "@reed/api";
import { decodeUtf8, fromBase64Url } from "@reed/bytes";
import { ed25519 } from "@reed/crypto";
import { decodeSnapshot, type NoteId, userPrincipal, verifySnapshot } from "@reed/log";
import { applyUpdates, loadDocument, stateHash, textOf } from "@reed/text";
import * as v from "valibot";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { sha256 } from "../host/ports.ts";
import { type BlobStore, ORPHAN_AFTER_MS } from "../host/snapshot-blobs.ts";
import { noteObject } from "../routes/note-address.ts";
import { api, type Guest, newGuest, newNote, startWorld } from "../world.test-support.ts";
import type { Note } from "./note.ts";
import {
  CountingSql,
  inNote,
  openNote,
  type OpenOptions,
  opsWriter,
  writeOps,
  writeText,
} from "./note.test-support.ts";
import { textOpOf } from "./text-ops.ts";

beforeAll(startWorld);

const DAY_MS = 86_400_000;

interface Scene {
  readonly ana: Guest;
  readonly id: NoteId;
}

async function begin(text = ""): Promise<Scene> {
  const ana = await newGuest();
  return { ana, id: (await newNote(ana, text)).id };
}

/** What a test does to the note; after it the note's own object begins anew on what is stored. */
async function change(
  { id }: Scene,
  work: (note: Note, ctx: DurableObjectState) => Promise<void>,
  options: OpenOptions = {},
): Promise<void> {
  await inNote(id, options, (note, _, ctx) => work(note, ctx));
  await evictDurableObject(noteObject(env, id));
}

const get = ({ ana, id }: Scene, path: string): Promise<Response> =>
  api(`/api/notes/${id}/${path}`, { headers: { Authorization: `Bearer ${ana.token}` } });

const textOfNote = async (scene: Scene): Promise<string> => (await get(scene, "text")).text();

async function snapshotOf(scene: Scene) {
  const file = new Uint8Array(await (await get(scene, "snapshot")).arrayBuffer());
  return verifySnapshot(decodeSnapshot(file), scene.id, { sha256, verifier: ed25519 });
}

/** What a newcomer reads: the snapshot, then the ops after it, all of which the gateway wrote. */
async function textOfNewcomer(scene: Scene): Promise<string> {
  const { manifest, document, text } = await snapshotOf(scene);
  const doc = loadDocument(document);
  expect(stateHash(doc, sha256)).toEqual(manifest.stateHash);
  expect(decodeUtf8(text)).toBe(textOf(doc));
  const { items } = v.parse(opsSchema, await (await get(scene, `ops?since=${manifest.at.seq}`)).json());
  for (const { envelope } of items) {
    const op = textOpOf(fromBase64Url(envelope), () => true);
    if (op.type === "update") applyUpdates(doc, [op.update]);
  }
  return textOf(doc);
}

const inStorage = <T>({ id }: Scene, work: (storage: DurableObjectStorage) => T): Promise<T> =>
  runInDurableObject(noteObject(env, id), (_, { storage }) => work(storage));

function rowsOf(scene: Scene, statement: string): Promise<readonly Record<string, unknown>[]> {
  return inStorage(scene, ({ sql }) => sql.exec(statement).toArray());
}

/** Lets everything that is due be done, however late it would be. */
async function settle(scene: Scene): Promise<void> {
  for (let rung = 0; rung < 12; rung += 1) {
    const due = await rowsOf(scene, "SELECT kind FROM due WHERE kind NOT IN ('sweep', 'wipe', 'backup')");
    if (due.length === 0) return;
    await runDurableObjectAlarm(noteObject(env, scene.id));
  }
}

describe("a snapshot", () => {
  it("[H1] is made after 500 ops, proves itself, and with the ops after it gives a newcomer the text", async () => {
    const scene = await begin("Tea ");
    expect((await get(scene, "snapshot")).status).toBe(404);
    await change(scene, (note) => writeOps(note, scene.ana.userId, 500));
    await settle(scene);
    const { manifest } = await snapshotOf(scene);
    expect(manifest.at.seq).toBe(504);
    await change(scene, (note) => writeOps(note, scene.ana.userId, 20, "b"));
    const text = await textOfNote(scene);
    expect(text).toHaveLength(524);
    expect(await textOfNewcomer(scene)).toBe(text);
  });

  it("[H1] is made when the rows after the last one weigh as much as it does, and not for less", async () => {
    const scene = await begin();
    const noise = Array.from({ length: 48 * 1024 }, () =>
      String.fromCharCode(0x4e00 + Math.floor(Math.random() * 20000)),
    );
    await change(scene, (note) => writeText(note, scene.ana.userId, noise.join("")));
    await settle(scene);
    const [first] = await rowsOf(scene, "SELECT seq, bytes FROM snapshots");
    expect(first).toMatchObject({ seq: 4 });
    await change(scene, (note) => writeText(note, scene.ana.userId, "x".repeat(66 * 1024)));
    await settle(scene);
    expect(await rowsOf(scene, "SELECT seq FROM snapshots")).toEqual([{ seq: 4 }]);
  });

  it("[H17] is what a waking note opens on: the rows below it are not read", async () => {
    const scene = await begin("Tea ");
    await change(scene, (note) => writeOps(note, scene.ana.userId, 500));
    await settle(scene);
    await inStorage(scene, ({ sql }) =>
      sql.exec("UPDATE log SET envelope = x'00' WHERE seq > 1 AND seq < 504").toArray(),
    );
    await evictDurableObject(noteObject(env, scene.id));
    expect(await textOfNote(scene)).toHaveLength(504);
    await runInDurableObject(noteObject(env, scene.id), (_, ctx) => {
      const sql = new CountingSql(ctx.storage);
      expect(openNote(ctx, { sql }).hosted?.room.ledger?.head.seq).toBe(504);
      expect(sql.rowsRead).toBeLessThanOrEqual(20);
    });
  });

  it("[H17] that can't be installed is made again, and until then nothing is lost", async () => {
    const scene = await begin("Tea ");
    await change(scene, (note) => writeOps(note, scene.ana.userId, 500));
    await inStorage(
      scene,
      ({ sql }) =>
        void sql.exec("CREATE TRIGGER full BEFORE INSERT ON snapshots BEGIN SELECT raise(ABORT, 'disk full'); END"),
    );
    await runDurableObjectAlarm(noteObject(env, scene.id));
    await runDurableObjectAlarm(noteObject(env, scene.id));
    expect(await rowsOf(scene, "SELECT seq FROM snapshots")).toEqual([]);
    expect(await rowsOf(scene, "SELECT seq FROM snapshot_parts")).toEqual([]);
    await evictDurableObject(noteObject(env, scene.id));
    expect(await textOfNote(scene)).toHaveLength(504);
    expect(await rowsOf(scene, "SELECT kind FROM due")).toContainEqual({ kind: "snapshot" });
    await inStorage(scene, ({ sql }) => void sql.exec("DROP TRIGGER full"));
    await settle(scene);
    expect((await snapshotOf(scene)).manifest.at.seq).toBe(504);
  });

  it("[H6] [H18] covers rows that are dropped later, in runs, each of which leaves the note as it was", async () => {
    const scene = await begin("Tea ");
    const [first, seventh] = [await get(scene, "chain?seq=1"), await get(scene, "chain?seq=3")];
    for (let round = 0; round < 3; round += 1) {
      await change(scene, (note) => writeOps(note, scene.ana.userId, 600, String(round)));
      await settle(scene);
      expect(await textOfNote(scene)).toHaveLength(4 + 600 * (round + 1));
    }
    const [{ first_seq: firstSeq } = {}] = await rowsOf(scene, "SELECT min(seq) AS first_seq FROM log");
    expect(firstSeq).toBe(1025);
    await evictDurableObject(noteObject(env, scene.id));
    expect(await textOfNewcomer(scene)).toBe(await textOfNote(scene));
    expect(await (await get(scene, "chain?seq=1")).json()).toEqual(await first.json());
    expect(await (await get(scene, "chain?seq=3")).json()).toEqual(await seventh.json());
    const refused = await get(scene, "ops?since=1000");
    expect([refused.status, refused.headers.get("Reed-Floor")]).toEqual([410, "1024"]);
    expect((await get(scene, "ops?since=1024")).status).toBe(200);
    expect((await get(scene, "update?since=3")).status).toBe(200);
  });

  it("[H18] covers rows whose dropping fails halfway, and is tried again", async () => {
    const scene = await begin("Tea ");
    for (let round = 0; round < 2; round += 1) {
      await change(scene, (note) => writeOps(note, scene.ana.userId, 600));
      if (round === 1)
        await inStorage(
          scene,
          ({ sql }) =>
            void sql.exec("CREATE TRIGGER stuck BEFORE DELETE ON log BEGIN SELECT raise(ABORT, 'stuck'); END"),
        );
      for (let rung = 0; rung < 4; rung += 1) await runDurableObjectAlarm(noteObject(env, scene.id));
    }
    expect(await rowsOf(scene, "SELECT min(seq) AS first_seq FROM log")).toEqual([{ first_seq: 1 }]);
    expect(await rowsOf(scene, "SELECT first_seq FROM op_index")).toEqual([]);
    await evictDurableObject(noteObject(env, scene.id));
    expect(await textOfNote(scene)).toHaveLength(1204);
    await inStorage(scene, ({ sql }) => void sql.exec("DROP TRIGGER stuck"));
    await settle(scene);
    expect(await rowsOf(scene, "SELECT min(seq) AS first_seq FROM log")).toEqual([{ first_seq: 513 }]);
    expect(await textOfNote(scene)).toHaveLength(1204);
  });

  it("[H18] leaves every row in compliance mode", async () => {
    const scene = await begin("Tea ");
    await change(scene, async (note) => {
      const owner = { by: userPrincipal(scene.ana.userId), via: "api", session: null } as const;
      const set = await note.room.control([], { type: "compliance", isOn: true }, owner);
      expect(set.ok).toBe(true);
    });
    for (let round = 0; round < 2; round += 1) {
      await change(scene, (note) => writeOps(note, scene.ana.userId, 600));
      await settle(scene);
    }
    expect(await rowsOf(scene, "SELECT count(*) AS made FROM snapshots")).toEqual([{ made: 2 }]);
    expect(await rowsOf(scene, "SELECT min(seq) AS first_seq FROM log")).toEqual([{ first_seq: 1 }]);
  });
});

describe("a large snapshot", () => {
  const limits = { sqlBytes: 64 };
  const bucket = () => {
    if (env.BLOBS === undefined) throw new Error("the tests have a bucket");
    return env.BLOBS;
  };
  const keys = async ({ id }: Scene) => (await bucket().list({ prefix: `snap/${id}/` })).objects.map(({ key }) => key);

  it("[H19] rests in R2 under a key that says what it is, and is read from there", async () => {
    const scene = await begin("Tea ");
    await change(scene, (note) => note.snapshots.make(), { blobs: bucket(), limits });
    const [key = "", ...others] = await keys(scene);
    expect(others).toEqual([]);
    expect(key).toMatch(new RegExp(`^snap/${scene.id}/0/4-[A-Za-z0-9_-]{22}$`));
    expect(await rowsOf(scene, "SELECT kind FROM snapshot_parts WHERE kind = 'file'")).toEqual([]);
    await change(scene, (note) => writeOps(note, scene.ana.userId, 3));
    await inStorage(scene, ({ sql }) => void sql.exec("DELETE FROM projection"));
    await evictDurableObject(noteObject(env, scene.id));
    expect(await textOfNote(scene)).toHaveLength(7);
    expect(await textOfNewcomer(scene)).toHaveLength(7);
  });

  it("[H19] is put before it is installed: where the installation fails an orphan remains, and is swept later", async () => {
    const scene = await begin("Tea ");
    const blobs = bucket();
    await change(
      scene,
      async (note, { storage }) => {
        storage.sql.exec("CREATE TRIGGER full BEFORE INSERT ON snapshots BEGIN SELECT raise(ABORT, 'full'); END");
        await expect(note.snapshots.make()).rejects.toThrow("full");
        storage.sql.exec("DROP TRIGGER full");
      },
      { blobs, limits },
    );
    expect(await keys(scene)).toHaveLength(1);
    expect(await textOfNote(scene)).toBe("Tea ");
    await change(scene, (note) => writeOps(note, scene.ana.userId, 1));
    await change(scene, (note) => note.snapshots.make(), { blobs, limits });
    expect(await keys(scene)).toHaveLength(2);
    await change(
      scene,
      async (note) => {
        expect(await note.snapshots.duties.sweep?.(Date.now())).not.toBeNull();
        expect(await keys(scene)).toHaveLength(2);
        expect(await note.snapshots.duties.sweep?.(Date.now() + ORPHAN_AFTER_MS + 1000)).toBeNull();
      },
      { blobs, limits },
    );
    expect(await keys(scene)).toEqual([expect.stringContaining("/5-")]);
    expect(await textOfNewcomer(scene)).toBe(await textOfNote(scene));
  });

  it("[S45] stays in R2 for 31 days after it has lost its name, however long it had it", async () => {
    const scene = await begin("Tea ");
    const blobs = bucket();
    const laterMs = Date.now() + 40 * DAY_MS;
    await change(
      scene,
      async (note, { storage }) => {
        const write = opsWriter(note, scene.ana.userId);
        for (const later of [false, false, true]) {
          await write("a");
          if (later) vi.spyOn(Date, "now").mockReturnValue(laterMs);
          await note.snapshots.make();
        }
        vi.restoreAllMocks();
        expect(await keys(scene)).toHaveLength(3);
        const sweepAt = laterMs + ORPHAN_AFTER_MS + 1;
        expect(await note.snapshots.duties.sweep?.(laterMs + DAY_MS)).toBe(sweepAt);
        expect(await keys(scene)).toHaveLength(3);
        expect(await note.snapshots.duties.sweep?.(sweepAt)).toBeNull();
        expect(await keys(scene)).toEqual([expect.stringContaining("/6-"), expect.stringContaining("/7-")]);
        expect(storage.sql.exec("SELECT kind FROM snapshot_parts WHERE kind = 'unnamed'").toArray()).toEqual([]);
      },
      { blobs, limits },
    );
  });

  it("[S45] is swept for, whatever takes its place", async () => {
    const scene = await begin("Tea ");
    await change(scene, (note) => note.snapshots.make(), { blobs: bucket(), limits });
    await inStorage(scene, ({ sql }) => void sql.exec("DELETE FROM due"));
    const inRows: OpenOptions = { blobs: bucket() };
    for (let round = 0; round < 2; round += 1)
      await change(
        scene,
        async (note) => {
          await writeOps(note, scene.ana.userId, 1);
          await note.ready();
          await note.snapshots.make();
        },
        inRows,
      );
    expect(await rowsOf(scene, "SELECT kind FROM due WHERE kind = 'sweep'")).toEqual([{ kind: "sweep" }]);
  });

  it("[H17] is not made while R2 is away, and nothing is lost", async () => {
    const scene = await begin("Tea ");
    const away: BlobStore = {
      put: () => Promise.reject(new Error("away")),
      get: () => Promise.reject(new Error("away")),
      list: () => Promise.reject(new Error("away")),
      delete: () => Promise.reject(new Error("away")),
    };
    await change(scene, (note) => expect(note.snapshots.make()).rejects.toThrow("away"), { blobs: away, limits });
    expect(await rowsOf(scene, "SELECT seq FROM snapshots")).toEqual([]);
    expect(await textOfNote(scene)).toBe("Tea ");
  });
});
