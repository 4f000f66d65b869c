import { env } from "cloudflare:workers";
import { evictDurableObject } from "cloudflare:test";
import { type NoteId, userPrincipal } from "@reed/log";
import { beforeAll, describe, expect, it } from "vitest";
import * as Y from "yjs";
import { noteObject } from "../routes/note-address.ts";
import { api, type Guest, newGuest, newNote, startWorld } from "../world.test-support.ts";
import { inNote, writeOps } from "./note.test-support.ts";

beforeAll(startWorld);

const ownerOf = ({ userId }: Guest) => ({ by: userPrincipal(userId), via: "api", session: null }) as const;

async function textOf(ana: Guest, id: NoteId): Promise<string> {
  return (await api(`/api/notes/${id}/text`, { headers: { Authorization: `Bearer ${ana.token}` } })).text();
}

describe("the text that follows the log", () => {
  it("goes so many rows in one run, and on in the next", async () => {
    const ana = await newGuest();
    const { id } = await newNote(ana, "Tea ");
    await inNote(id, {}, async (note, _, { storage }) => {
      await writeOps(note, ana.userId, 35);
      const stretch = { rows: 10, parts: Number.POSITIVE_INFINITY };
      const ends = [1, 2, 3, 4].map(() => note.projection.update(stretch));
      expect(ends).toEqual([false, false, false, true]);
      expect(storage.sql.exec("SELECT seq, bytes FROM projection").toArray()).toEqual([{ seq: 39, bytes: 39 }]);
      await writeOps(note, ana.userId, 3);
      expect(note.projection.read().text).toHaveLength(42);
    });
  });

  it("takes one op that has many parts, and nothing more in that run", async () => {
    const ana = await newGuest();
    const { id } = await newNote(ana, "Tea ");
    await inNote(id, {}, async (note) => {
      const doc = new Y.Doc();
      const text = doc.getText("text");
      doc.transact(() => {
        for (let made = 0; made < 50; made += 1) text.insert(0, "x");
      });
      expect((await note.room.writeText(Y.encodeStateAsUpdate(doc), ownerOf(ana))).ok).toBe(true);
      await writeOps(note, ana.userId, 1);
      const stretch = { rows: 100, parts: 10 };
      expect([note.projection.update(stretch), note.projection.update(stretch)]).toEqual([false, true]);
      expect(note.projection.read().text).toHaveLength(55);
    });
  });

  it("begins anew where the text was scrubbed, and so does everything made of it", async () => {
    const ana = await newGuest();
    const { id } = await newNote(ana, "a secret");
    await inNote(id, {}, async (note) => {
      const scrubbed = await note.room.control([], { type: "generation", reason: "scrub" }, ownerOf(ana));
      expect(scrubbed).toEqual({ ok: true, seq: 5 });
      expect(note.projection.read().text).toBe("");
      await writeOps(note, ana.userId, 2);
      expect(note.projection.read().text).toBe("aa");
    });
    await evictDurableObject(noteObject(env, id));
    expect(await textOf(ana, id)).toBe("aa");
    const update = await api(`/api/notes/${id}/update?since=4`, { headers: { Authorization: `Bearer ${ana.token}` } });
    expect([update.status, update.headers.get("Reed-Floor")]).toEqual([410, "5"]);
    await inNote(id, {}, async (note) => {
      expect(await note.duties.snapshot?.(Date.now())).toBeNull();
      expect(note.snapshots.newest).toMatchObject({ at: { seq: 7 }, generation: 5 });
    });
  });
});
