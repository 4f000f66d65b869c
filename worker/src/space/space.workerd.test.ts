// A channel's object: what it lists, who is there, what they see first, and that whoever left is out (docs/spec/discord.md).
import { env } from "cloudflare:workers";
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import type { NoteId } from "@reed/log";
import { beforeAll, describe, expect, it } from "vitest";
import { noteObject } from "../routes/note-address.ts";
import { ask, outcome } from "../note/sharing.test-support.ts";
import { api, join, newGuest, newNote, problemIn, startWorld } from "../world.test-support.ts";
import { MAX_SPACE_NOTES } from "./note-list.ts";
import { SESSIONS_OF_ONE } from "./space.ts";
import {
  check,
  enter,
  FakeDiscord,
  giveNote,
  look,
  newPlace,
  newVisitor,
  type Place,
  putInside,
  soon,
  spaceObject,
  type Visitor,
} from "./space.test-support.ts";
import { MAX_PENDING } from "./targets.ts";

beforeAll(startWorld);

const NOWHERE = "AAAAAAAAAAAAAAAAAAAAAA";

/** A note of a visitor, given to the channel and listed there. */
async function listedNote(owner: Visitor, text: string, role: "viewer" | "editor" = "editor"): Promise<NoteId> {
  const { id } = await newNote(owner, text);
  await giveNote(owner, id, role);
  await soon(async () => ((await titles(owner)).includes(text) ? true : null));
  return id;
}

async function titles(who: Visitor): Promise<readonly string[]> {
  return (await look(who)).notes.map(({ title }) => title);
}

function beHere(who: Visitor, body: unknown): Promise<Response> {
  const headers = { Authorization: `Bearer ${who.token}`, "Content-Type": "application/json" };
  return api("/api/space/here", { method: "PUT", headers, body: JSON.stringify(body) });
}

/** All who are there came in so much earlier. */
function age(place: Place, ms: number): Promise<void> {
  return runInDurableObject(spaceObject(place), (_, { storage }) => {
    storage.sql.exec("UPDATE here SET entered_ms = entered_ms - ?", ms);
  });
}

/** As if the storage of these objects had been lost. */
async function lose(...objects: readonly DurableObjectStub[]): Promise<void> {
  for (const object of objects) {
    await runInDurableObject(object, async (_, { storage }) => {
      await storage.deleteAlarm();
      await storage.deleteAll();
    });
    await evictDurableObject(object);
  }
}

/** A channel with Discord behind it, and somebody in it. */
async function scene(): Promise<{ readonly place: Place; readonly discord: FakeDiscord; readonly ana: Visitor }> {
  const place = newPlace();
  const ana = await newVisitor(place, "Ana");
  const discord = new FakeDiscord();
  await enter(ana, "Ana");
  await discord.answerFor(place);
  discord.put(ana);
  return { place, discord, ana };
}

describe("a channel lists", () => {
  it("[D45] what is brought back from a backup, though it has none of its own", async () => {
    const { ana, place } = await scene();
    const tea = await listedNote(ana, "Tea");
    const operator = { Authorization: `Reed-Admin ${env.ADMIN_TOKEN}`, "Reed-Operator": "olga" };
    const path = `/api/admin/notes/${tea}/backup`;
    const backup = await (await api(path, { headers: operator })).arrayBuffer();
    await lose(noteObject(env, tea), spaceObject(place));
    expect(await titles(ana)).toEqual([]);
    expect((await api(path, { method: "PUT", headers: operator, body: backup })).status).toBe(201);
    await soon(async () => ((await titles(ana)).includes("Tea") ? true : null));
  });

  it("[D30] the notes that it was given, with their role and who gave them, changed last first", async () => {
    const { ana, place } = await scene();
    const tea = await listedNote(ana, "Tea");
    const rice = await listedNote(ana, "Rice", "viewer");
    const { notes, channelId, guildId } = await look(ana);
    expect({ channelId, guildId }).toEqual({ channelId: place.channelId, guildId: place.guildId });
    expect(notes.map(({ id, role, addedBy }) => [id, role, addedBy?.id])).toEqual([
      [rice, "viewer", ana.userId],
      [tea, "editor", ana.userId],
    ]);
  });

  it("[D30] nothing of other channels, and nothing that it has lost: by its owner, the trash or for good", async () => {
    const { ana } = await scene();
    const [tea, rice, salt] = [
      await listedNote(ana, "Tea"),
      await listedNote(ana, "Rice"),
      await listedNote(ana, "Salt"),
    ];
    const elsewhere = await newVisitor(newPlace());
    expect((await look(elsewhere)).notes).toEqual([]);
    await ask(ana, "DELETE", tea, "/channel");
    await ask(ana, "DELETE", rice);
    await ask(ana, "DELETE", salt);
    await ask(ana, "DELETE", salt, "/permanently");
    await soon(async () => ((await titles(ana)).length === 0 ? true : null));
    await ask(ana, "POST", rice, "/restore");
    await soon(async () => ((await titles(ana)).join() === "Rice" ? true : null));
  });

  it("[D31] the newest of what a note tells, also where an older event comes late or twice", async () => {
    const { ana, place } = await scene();
    const id = await listedNote(ana, "Tea");
    const entry = { role: "editor", title: "Old", modifiedUs: 1, sharedBy: null } as const;
    const rest = {
      createdUs: 1,
      createdBy: null,
      sharedUs: null,
      members: [],
      trashedUs: null,
      seq: 1,
      chain: "",
      color: null,
      icon: null,
      tags: [],
    };
    const event = (version: number, title: string | null) => ({
      noteId: id,
      version,
      entry: title === null ? null : { ...entry, ...rest, title },
      text: null,
    });
    await spaceObject(place).receive([event(1_000_001, "Newer"), event(1_000_000, "Older"), event(1, null)]);
    expect(await titles(ana)).toEqual(["Newer"]);
    await spaceObject(place).receive([event(1_000_003, null), event(1_000_002, "Late")]);
    expect(await titles(ana)).toEqual([]);
  });

  it("[D31] so many and no more, of which a view has the newest", async () => {
    const { ana, place } = await scene();
    await runInDurableObject(spaceObject(place), (_, { storage }) => {
      storage.sql.exec(
        `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
         INSERT INTO notes (note, version, title, folded, role, modified_ms)
         SELECT substr('AAAAAAAAAAAAAAAAAAAAA', 1, 21 - length(i)) || i || 'A', 1, 'Note ' || i, 'note ' || i, 'viewer', i FROM n`,
        MAX_SPACE_NOTES - 1,
      );
    });
    const id = await listedNote(ana, "Tea");
    const { notes } = await look(ana);
    expect(notes).toHaveLength(100);
    expect(notes[0]?.id).toBe(id);
    const found = await spaceObject(place).notes("note 4999", 25);
    expect(found.map(({ title }) => title)).toEqual(["Note 4999"]);
    const kept = await runInDurableObject(spaceObject(place), (_, { storage }) =>
      storage.sql.exec("SELECT count(*) AS n, sum(title = 'Note 0') AS oldest FROM notes").one(),
    );
    expect(kept).toEqual({ n: MAX_SPACE_NOTES, oldest: 0 });
  });

  it("[D31] what is typed into a command by every word, whatever the accents", async () => {
    const { ana, place } = await scene();
    await listedNote(ana, "Thé à Paris");
    await listedNote(ana, "Paris trip");
    const find = async (query: string) => (await spaceObject(place).notes(query, 25)).map(({ title }) => title);
    expect(await find("paris the")).toEqual(["Thé à Paris"]);
    expect(await find("PARIS")).toEqual(["Paris trip", "Thé à Paris"]);
    expect(await find("")).toHaveLength(2);
    expect(await find("100% _")).toEqual([]);
  });
});

describe("who is in a channel", () => {
  it("[D32] is shown each once, the caller first, with the note of the channel that they have open", async () => {
    const { ana, place } = await scene();
    const id = await listedNote(ana, "Tea");
    const [mo, twice] = [await newVisitor(place, "Mo"), await newVisitor(place, "Ana", ana.discordId)];
    await enter(mo, "Mo");
    await enter(twice, "Ana");
    expect((await beHere(mo, { noteId: id })).status).toBe(200);
    const { people } = await look(ana);
    expect(people).toEqual([
      { user: { id: ana.userId, name: "Ana" }, noteId: null, isYou: true },
      { user: { id: mo.userId, name: "Mo" }, noteId: id, isYou: false },
    ]);
  });

  it("[D32] shows no note that the channel does not have", async () => {
    const { ana, place } = await scene();
    const mo = await newVisitor(place, "Mo");
    const own = await newNote(mo, "Diary");
    await beHere(mo, { noteId: own.id });
    expect((await look(ana)).people.find(({ user }) => user.id === mo.userId)?.noteId).toBeNull();
  });

  it("[D32] is not shown after a minute of silence, and keeps the session", async () => {
    const { ana, place } = await scene();
    const mo = await newVisitor(place, "Mo");
    await enter(mo, "Mo");
    await runInDurableObject(spaceObject(place), (_, { storage }) => {
      storage.sql.exec("UPDATE here SET seen_ms = seen_ms - 61000 WHERE session = ?", mo.sessionId);
    });
    expect((await look(ana)).people.map(({ user }) => user.name)).toEqual(["Ana"]);
    expect((await beHere(mo, { noteId: null })).status).toBe(200);
    expect((await look(ana)).people).toHaveLength(2);
  });

  it("[D33] asks nothing of anybody who did not come through a channel", async () => {
    const guest = await newGuest();
    const headers = { Authorization: `Bearer ${guest.token}`, "Content-Type": "application/json" };
    expect(await problemIn(await api("/api/space", { headers }))).toBe("403 space_only");
    const init = { method: "PUT", headers, body: JSON.stringify({ noteId: null }) };
    expect(await problemIn(await api("/api/space/here", init))).toBe("403 space_only");
    expect(await problemIn(await api("/api/space"))).toBe("401 unauthenticated");
  });

  it("[D33] is known again after the object lost its memory", async () => {
    const { ana, place } = await scene();
    const id = await listedNote(ana, "Tea");
    await beHere(ana, { noteId: id });
    await evictDurableObject(spaceObject(place));
    expect(await look(ana)).toMatchObject({ people: [{ noteId: id, isYou: true }], notes: [{ id }], target: id });
  });
});

describe("what is seen first", () => {
  it("[D34] is what the link names, then what waits for the person, then the instance's, then the last", async () => {
    const { ana, place } = await scene();
    const [a, b, c, d] = [
      await listedNote(ana, "A"),
      await listedNote(ana, "B"),
      await listedNote(ana, "C"),
      await listedNote(ana, "D"),
    ];
    expect((await look(ana)).target).toBeNull();
    await beHere(ana, { noteId: d });
    expect((await look(ana)).target).toBe(d);
    await spaceObject(place).bind(place.instance, c);
    expect((await look(ana)).target).toBe(c);
    await spaceObject(place).pend(ana.discordId, b);
    expect((await look(ana)).target).toBe(b);
    expect((await look(ana, a)).target).toBe(a);
    const mo = await newVisitor(place, "Mo");
    expect((await look(mo)).target).toBe(c);
  });

  it("[D34] is never what neither the channel nor the person may read", async () => {
    const { ana, place } = await scene();
    const others = await newNote(await newGuest(), "Secret");
    const own = await newNote(ana, "Diary");
    await spaceObject(place).pend(ana.discordId, others.id);
    await spaceObject(place).bind(place.instance, others.id);
    for (const asked of [others.id, NOWHERE, "", "../..", `${others.id}x`, "é".repeat(40)])
      expect((await look(ana, asked)).target).toBeNull();
    expect((await look(ana, own.id)).target).toBe(own.id);
    expect((await look(await newVisitor(place), own.id)).target).toBeNull();
  });

  it("[D34] is a note that was given a moment ago, before the list has it", async () => {
    const { ana, place } = await scene();
    const { id } = await newNote(ana, "Tea");
    await giveNote(ana, id, "viewer");
    expect((await look(await newVisitor(place), id)).target).toBe(id);
  });

  it("[D34] waits two minutes for a person, and for so many and no more", async () => {
    const { ana, place } = await scene();
    const id = await listedNote(ana, "A");
    const space = spaceObject(place);
    await space.pend(ana.discordId, id);
    await runInDurableObject(space, (_, { storage }) => {
      storage.sql.exec("UPDATE pending SET at_ms = at_ms - 120000");
    });
    expect((await look(ana)).target).toBeNull();
    await runInDurableObject(space, async (object, { storage }) => {
      for (let person = 0; person < MAX_PENDING + 5; person += 1) await object.pend(String(person), id);
      expect(storage.sql.exec("SELECT count(*) AS n FROM pending").one()["n"]).toBe(MAX_PENDING);
    });
  });
});

describe("whoever leaves a channel", () => {
  it("[D35] loses session and sockets with the next check; who stays keeps theirs", async () => {
    const { ana, place, discord } = await scene();
    const id = await listedNote(ana, "Tea");
    const mo = await newVisitor(place, "Mo");
    await enter(mo, "Mo");
    discord.put(mo);
    const [hers, his] = [await join(ana, id), await join(mo, id)];
    expect(await check(place)).toBe(true);
    discord.remove(mo);
    await age(place, 1000);
    expect(await check(place)).toBe(true);
    expect(await his.closed).toMatchObject({ code: 4403 });
    expect(await outcome(ask(mo, "GET", id, "/text"))).toBe("401 session_ended");
    expect(await problemIn(await beHere(mo, { noteId: null }))).toBe("401 session_ended");
    expect((await look(ana)).people.map(({ user }) => user.name)).toEqual(["Ana"]);
    expect(await hers.enrol(ana.certificate)).toMatchObject({ type: "ack" });
    hers.close();
  });

  it("[D35] may come again, with a new session", async () => {
    const { ana, place, discord } = await scene();
    const id = await listedNote(ana, "Tea");
    const mo = await newVisitor(place, "Mo");
    await enter(mo, "Mo");
    await age(place, 1000);
    await check(place);
    expect(await outcome(ask(mo, "GET", id, "/text"))).toBe("401 session_ended");
    const again = await newVisitor(place, "Mo", mo.discordId);
    discord.put(again);
    await enter(again, "Mo");
    await age(place, 1000);
    await check(place);
    expect(again.userId).toBe(mo.userId);
    expect(await outcome(ask(again, "GET", id, "/text"))).toBe("200");
  });

  it("[D35] with whom the instance ends, all do, and then nobody is asked any more", async () => {
    const { ana, place, discord } = await scene();
    discord.instances.clear();
    await age(place, 1000);
    expect(await check(place)).toBe(true);
    const asked = discord.asked;
    expect(await check(place)).toBe(false);
    expect(discord.asked).toBe(asked);
    expect(await problemIn(await beHere(ana, { noteId: null }))).toBe("401 session_ended");
  });

  it("[D36] is looked for at once where a client says that somebody went", async () => {
    const { ana, place, discord } = await scene();
    const mo = await newVisitor(place, "Mo");
    await enter(mo, "Mo");
    await age(place, 1000);
    await beHere(ana, { noteId: null, hasChanged: true });
    await soon(async () => (discord.asked > 0 ? true : null));
    await soon(async () => ((await beHere(mo, { noteId: null })).status === 401 ? true : null));
    expect((await beHere(ana, { noteId: null })).status).toBe(200);
  });

  it("[D37] is not taken to have left while Discord does not answer, for ten minutes", async () => {
    const { ana, place, discord } = await scene();
    discord.isAway = true;
    await check(place);
    expect((await beHere(ana, { noteId: null })).status).toBe(200);
    await age(place, 590_000);
    await check(place);
    expect((await beHere(ana, { noteId: null })).status).toBe(200);
    await age(place, 11_000);
    await check(place);
    expect(await problemIn(await beHere(ana, { noteId: null }))).toBe("401 session_ended");
  });

  it("[D37] lives on from the last proof, which is anybody's in the instance", async () => {
    const { ana, place, discord } = await scene();
    await age(place, 700_000);
    await check(place);
    discord.isAway = true;
    await check(place);
    expect((await beHere(ana, { noteId: null })).status).toBe(200);
  });

  it("[D35] by reloading often has the newest sessions only", async () => {
    const { ana, place } = await scene();
    await age(place, 1000);
    const later: Visitor[] = [];
    for (let times = 0; times < SESSIONS_OF_ONE; times += 1) {
      later.push(await newVisitor(place, "Ana", ana.discordId));
      const last = later.at(-1);
      if (last !== undefined) await enter(last, "Ana");
    }
    await check(place);
    expect(await problemIn(await beHere(ana, { noteId: null }))).toBe("401 session_ended");
    for (const visitor of later) expect((await beHere(visitor, { noteId: null })).status).toBe(200);
  });

  it("[D35] when they come in while the answer is on its way, is not judged by it", async () => {
    const { ana, place, discord } = await scene();
    const late = Promise.withResolvers<ReadonlySet<string>>();
    await runInDurableObject(spaceObject(place), (object) => {
      object.proving.current = {
        people: () => {
          discord.asked += 1;
          return late.promise;
        },
      };
    });
    const checking = check(place);
    await soon(async () => (discord.asked === 1 ? true : null));
    const mo = await newVisitor(place, "Mo");
    await enter(mo, "Mo");
    late.resolve(new Set([ana.discordId]));
    await checking;
    expect((await beHere(mo, { noteId: null })).status).toBe(200);
  });
});

it("[D33] a session of an account inside a channel is the account's", async () => {
  const place = newPlace();
  const guest = await newGuest("Ben");
  await putInside(guest.token, place);
  const headers = { Authorization: `Bearer ${guest.token}` };
  expect((await api("/api/space", { headers })).status).toBe(200);
});
