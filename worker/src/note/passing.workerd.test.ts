// How a note passes from one person to another: a guest who is claimed, and an account that goes for good.
import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { userPrincipal } from "@reed/log";
import { beforeAll, describe, expect, it } from "vitest";
import { noteObject } from "../routes/note-address.ts";
import { askTicket, join, newGuest, newNote, startWorld } from "../world.test-support.ts";
import { inNote } from "./note.test-support.ts";
import { ask, headOf, outcome, peopleOf, share, tablesOf } from "./sharing.test-support.ts";

beforeAll(startWorld);

async function scene() {
  const [ana, mo, sam] = [await newGuest(), await newGuest("Mo"), await newGuest("Sam")];
  const { id } = await newNote(ana, "Tea");
  return { ana, mo, sam, id, object: noteObject(env, id) };
}

const GONE = "purged";

describe("a guest who is claimed", () => {
  it("[A20] leaves all they have to the account, in one op", async () => {
    const { ana, mo, sam, id, object } = await scene();
    await share(ana, id, sam, "viewer");
    const wire = await join(ana, id);
    const head = await headOf(id);
    await object.claim(ana.userId, { id: mo.userId, name: "Mo" });
    expect(await headOf(id)).toBe(head + 1);
    expect(await wire.closed).toMatchObject({ reason: "access_ended" });
    expect(await peopleOf(mo, id)).toEqual(["Mo owner (you)", "Sam viewer"]);
    expect(await outcome(ask(ana, "GET", id, "/text"))).toBe("404 not_found");
    await object.claim(ana.userId, { id: mo.userId, name: "Mo" });
    await object.claim(mo.userId, { id: mo.userId, name: "Mo" });
    expect(await headOf(id)).toBe(head + 1);
  });

  it("[A20] keeps the higher role of both, and how long it was had", async () => {
    const { ana, mo, sam, id, object } = await scene();
    await share(ana, id, mo, "editor");
    await share(ana, id, sam, "viewer");
    const since = (userId: string) =>
      inNote(id, {}, ({ company }) => {
        const found = company.sharing.members(userPrincipal(ana.userId));
        return "code" in found ? null : found.find((member) => member.id === userId);
      });
    const before = await since(mo.userId);
    await object.claim(mo.userId, { id: sam.userId, name: "Sam" });
    expect(await since(sam.userId)).toEqual({ ...before, id: sam.userId, name: "Sam" });
    expect(await peopleOf(ana, id)).toEqual(["Ana owner (you)", "Sam editor"]);
  });

  it("[A20][A8] has written what the account is shown to have written", async () => {
    const { ana, mo, id, object } = await scene();
    await object.claim(ana.userId, { id: mo.userId, name: "Mo" });
    await inNote(id, {}, ({ company }) => {
      const person = { principal: userPrincipal(mo.userId), name: "Mo" };
      expect(company.people.personOf(userPrincipal(ana.userId))).toEqual(person);
      expect(company.people.personOf("link:AAAAAAAAAAAAAAAAAAAAAA")).toMatchObject({ name: null });
    });
    await outcome(ask(mo, "POST", id, "/history", { name: "First" }));
    expect(await (await ask(mo, "GET", id, "/history")).json()).toMatchObject({
      items: [{ authors: [{ principal: userPrincipal(mo.userId), name: "Mo" }] }],
    });
  });

  it("[A20] does not bring in who is nobody here", async () => {
    const { ana, mo, sam, id, object } = await scene();
    await object.claim(mo.userId, { id: sam.userId, name: "Sam" });
    expect(await peopleOf(ana, id)).toEqual(["Ana owner (you)"]);
    expect(await outcome(askTicket(sam, id))).toBe("404 not_found");
  });

  it("[A20][A24] who was blocked is so as an account too", async () => {
    const { ana, mo, sam, id, object } = await scene();
    await outcome(ask(ana, "POST", id, "/blocks", { userId: mo.userId }));
    await object.claim(mo.userId, { id: sam.userId, name: "Sam" });
    const { items } = await (await ask(ana, "GET", id, "/blocks")).json<{ items: { id: string }[] }>();
    expect(items.map((block) => block.id).toSorted()).toEqual([mo.userId, sam.userId].toSorted());
  });
});

describe("an account that is gone for good", () => {
  it("[A21] leaves its notes to the editor who has had them longest, in one op", async () => {
    const { ana, mo, sam, id, object } = await scene();
    const eva = await newGuest("Eva");
    await share(ana, id, eva, "viewer");
    await share(ana, id, mo, "editor");
    await share(ana, id, sam, "editor");
    const head = await headOf(id);
    await object.removePerson(ana.userId, GONE);
    expect(await peopleOf(mo, id)).toEqual(["Mo owner (you)", "Sam editor", "Eva viewer"]);
    expect(await headOf(id)).toBe(head + 1);
    await object.removePerson(ana.userId, GONE);
    expect(await headOf(id)).toBe(head + 1);
    const names = await runInDurableObject(object, (_, { storage }) =>
      storage.sql.exec("SELECT name FROM people WHERE user_id = ?", ana.userId).toArray(),
    );
    expect(names).toEqual([{ name: null }]);
  });

  it("[A21] takes with it what only it had, or what lay in the trash", async () => {
    const alone = await scene();
    await share(alone.ana, alone.id, alone.mo, "viewer");
    await alone.object.removePerson(alone.ana.userId, GONE);
    expect(await tablesOf(alone.id)).toContain("grave");
    const trashed = await scene();
    await share(trashed.ana, trashed.id, trashed.mo, "editor");
    await outcome(ask(trashed.ana, "DELETE", trashed.id));
    await trashed.object.removePerson(trashed.ana.userId, GONE);
    expect(await tablesOf(trashed.id)).toContain("grave");
    await trashed.object.removePerson(trashed.ana.userId, GONE);
  });

  it("[A21] just goes where others own the note, or where it was nobody", async () => {
    const { ana, mo, sam, id, object } = await scene();
    await share(ana, id, mo, "owner");
    await share(ana, id, sam, "viewer");
    await object.removePerson(sam.userId, GONE);
    await object.removePerson(ana.userId, GONE);
    await object.removePerson("00000000-0000-7000-8000-000000000000", GONE);
    expect(await peopleOf(mo, id)).toEqual(["Mo owner (you)"]);
  });
});
