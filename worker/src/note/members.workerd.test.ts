import { beforeAll, describe, expect, it } from "vitest";
import { env } from "cloudflare:workers";
import { userPrincipal } from "@reed/log";
import { noteObject } from "../routes/note-address.ts";
import { api, join, newGuest, newLink, newNote, startWorld } from "../world.test-support.ts";
import { inNote } from "./note.test-support.ts";
import { ask, headOf, outcome, peopleOf, put, share } from "./sharing.test-support.ts";

beforeAll(startWorld);

const NOBODY = "00000000-0000-7000-8000-000000000000";

describe("the people of a note", () => {
  it("[A3][A8] are listed with role, time and giver: all to editors, owners and oneself to viewers", async () => {
    const [ana, mo, sam] = [await newGuest(), await newGuest("Mo"), await newGuest("Sam")];
    const { id } = await newNote(ana, "Tea");
    await share(ana, id, mo, "editor");
    await share(ana, id, sam, "viewer");
    expect(await peopleOf(ana, id)).toEqual(["Ana owner (you)", "Mo editor", "Sam viewer"]);
    expect(await peopleOf(mo, id)).toEqual(["Ana owner", "Mo editor (you)", "Sam viewer"]);
    expect(await peopleOf(sam, id)).toEqual(["Ana owner", "Sam viewer (you)"]);
    const list = await (await ask(mo, "GET", id, "/members")).json();
    expect(list).toMatchObject({
      items: [{ sharedBy: null }, { user: { id: mo.userId }, sharedBy: { id: ana.userId, name: "Ana" } }, {}],
      nextCursor: null,
    });
  });

  it("[A4] are given a role by owners alone, once and again", async () => {
    const [ana, mo, sam] = [await newGuest(), await newGuest("Mo"), await newGuest("Sam")];
    const { id } = await newNote(ana);
    const given = await put(ana, id, mo, "viewer");
    expect(given.status).toBe(201);
    expect(await given.json()).toMatchObject({
      user: { id: mo.userId, name: "Mo" },
      role: "viewer",
      isYou: false,
      cut: { sockets: 0, people: 0 },
    });
    const head = await headOf(id);
    expect(await outcome(put(ana, id, mo, "viewer"))).toBe("200");
    expect(await headOf(id)).toBe(head);
    expect(await outcome(put(ana, id, mo, "editor"))).toBe("200");
    expect(await outcome(put(mo, id, sam, "viewer"))).toBe("403 forbidden");
    expect(await outcome(put(mo, id, mo, "owner"))).toBe("403 forbidden");
    expect(await outcome(put(sam, id, sam, "viewer"))).toBe("404 not_found");
  });

  it("[A2][A4] are users that there are, by ids that can be one, and roles that there are", async () => {
    const ana = await newGuest();
    const { id } = await newNote(ana);
    const give = (userId: string, body: unknown) => outcome(ask(ana, "PUT", id, `/members/${userId}`, body));
    expect(await give(NOBODY, { role: "viewer" })).toBe("404 not_found");
    for (const userId of ["__proto__", "constructor", "me", `${ana.userId}x`, ana.userId.toUpperCase(), "%2e%2e"])
      expect(await give(userId, { role: "viewer" })).toBe("404 not_found");
    const other = (await newGuest("Mo")).userId;
    for (const body of [
      {},
      { role: "admin" },
      { role: null },
      { role: "__proto__" },
      { role: "editor", userId: NOBODY },
    ])
      expect(await give(other, body)).toBe("400 invalid");
    const forged = await outcome(
      api(`/api/notes/${id}/members/${other}`, {
        method: "PUT",
        headers: { Authorization: `Bearer ${ana.token}`, "Content-Type": "application/json" },
        body: '{"__proto__": {"role": "owner"}}',
      }),
    );
    expect(forged).toBe("400 invalid");
    expect(await peopleOf(ana, id)).toEqual(["Ana owner (you)"]);
  });

  it("[A5] always have an owner among them, who may be another one", async () => {
    const [ana, mo] = [await newGuest(), await newGuest("Mo")];
    const { id } = await newNote(ana);
    expect(await outcome(put(ana, id, ana, "editor"))).toBe("409 last_owner");
    expect(await outcome(ask(ana, "DELETE", id, `/members/${ana.userId}`))).toBe("409 last_owner");
    await share(ana, id, mo, "owner");
    expect(await outcome(put(ana, id, ana, "editor"))).toBe("200");
    expect(await peopleOf(ana, id)).toEqual(["Mo owner", "Ana editor (you)"]);
    expect(await outcome(put(ana, id, ana, "owner"))).toBe("403 forbidden");
  });

  it("[A5] keep one when two owners give up at once", async () => {
    const [ana, mo] = [await newGuest(), await newGuest("Mo")];
    const { id } = await newNote(ana);
    await share(ana, id, mo, "owner");
    const ends = await Promise.all([
      outcome(ask(ana, "DELETE", id, `/members/${ana.userId}`)),
      outcome(ask(mo, "DELETE", id, `/members/${mo.userId}`)),
    ]);
    expect(ends.toSorted()).toEqual(["200", "409 last_owner"]);
  });

  it("[A6] are taken out by owners, leave by themselves, and nobody is taken out twice", async () => {
    const [ana, mo, sam] = [await newGuest(), await newGuest("Mo"), await newGuest("Sam")];
    const { id } = await newNote(ana);
    await share(ana, id, mo, "viewer");
    await share(ana, id, sam, "editor");
    expect(await outcome(ask(mo, "DELETE", id, `/members/${sam.userId}`))).toBe("403 forbidden");
    expect(await outcome(ask(mo, "DELETE", id, `/members/${mo.userId}`))).toBe("200");
    expect(await outcome(ask(mo, "GET", id, "/text"))).toBe("404 not_found");
    expect(await outcome(ask(ana, "DELETE", id, `/members/${sam.userId}`))).toBe("200");
    const head = await headOf(id);
    const again = await ask(ana, "DELETE", id, `/members/${sam.userId}`);
    expect([again.status, await again.json()]).toEqual([200, { cut: { sockets: 0, people: 0 } }]);
    expect(await outcome(ask(ana, "DELETE", id, `/members/${NOBODY}`))).toBe("200");
    expect(await outcome(ask(ana, "DELETE", id, "/members/__proto__"))).toBe("404 not_found");
    expect(await headOf(id)).toBe(head);
    expect(await peopleOf(ana, id)).toEqual(["Ana owner (you)"]);
  });

  it("[A7] are at most 500", async () => {
    const ana = await newGuest();
    const { id } = await newNote(ana);
    await inNote(id, {}, async ({ company }, { sql }) => {
      const userIdAt = (index: number) => `00000000-0000-7000-8000-${String(index).padStart(12, "0")}`;
      for (let index = 1; index < 500; index += 1)
        sql.run("INSERT INTO members (user_id, role, since_us) VALUES (?, 'viewer', 1)", userIdAt(index));
      const actor = { id: ana.userId, name: "Ana", principal: userPrincipal(ana.userId) };
      const more = { id: userIdAt(500), name: "Mo" };
      expect(await company.sharing.put(actor, more, "viewer")).toEqual({ code: "too_many_members" });
      expect(await company.sharing.put(actor, { ...more, id: userIdAt(1) }, "editor")).toMatchObject({ isNew: false });
    });
  });

  it("[A3] are there for a note that is older than the list of them", async () => {
    const [ana, mo] = [await newGuest(), await newGuest("Mo")];
    const { id } = await newNote(ana);
    await share(ana, id, mo, "editor");
    await inNote(id, {}, (_, __, { storage }) => void storage.sql.exec("DELETE FROM members"));
    await inNote(id, {}, ({ company }) => {
      const found = company.sharing.members(userPrincipal(ana.userId));
      expect("code" in found ? [] : found.map(({ name, role }) => `${name} ${role}`)).toEqual([
        "Ana owner",
        "Mo editor",
      ]);
    });
  });

  it("[A8] who come in are known by the name that they have then", async () => {
    const [ana, mo] = [await newGuest(), await newGuest("Mo")];
    const { id } = await newNote(ana);
    const link = await newLink(ana, id, { role: "viewer" });
    await join(mo, id, { linkId: link.id });
    const { sql } = await inNote(id, {}, (_, { sql: rows }) => ({
      sql: rows.run("SELECT name FROM people ORDER BY name"),
    }));
    expect(sql).toEqual([{ name: "Ana" }, { name: "Mo" }]);
    expect(await noteObject(env, id).members(userPrincipal(mo.userId))).toEqual({ code: "not_found" });
  });
});
