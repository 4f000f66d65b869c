import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { type Link, linkListSchema, linkSchema } from "@reed/api";
import type { NoteId } from "@reed/log";
import * as v from "valibot";
import { beforeAll, describe, expect, it } from "vitest";
import { noteObject } from "../routes/note-address.ts";
import {
  api,
  askTicket,
  type Guest,
  join,
  newGuest,
  newLink,
  newNote,
  startWorld,
  wayOfEditLink,
} from "../world.test-support.ts";
import { ask, headOf, outcome, share } from "./sharing.test-support.ts";

beforeAll(startWorld);

const linksOf = async (owner: Guest, id: NoteId) =>
  v.parse(linkListSchema, await (await ask(owner, "GET", id, "/links")).json());

const change = (owner: Guest, id: NoteId, link: Link, body: unknown) =>
  ask(owner, "PATCH", id, `/links/${link.id}`, body);

async function scene() {
  const ana = await newGuest();
  const note = await newNote(ana, "Tea");
  return { ana, ...note };
}

describe("the ledger of links", () => {
  it("[A12] shows who made each, and the address for people who were named", async () => {
    const { ana, id, url } = await scene();
    const mo = await newGuest("Mo");
    await share(ana, id, mo, "owner");
    const [view, edit] = [
      await newLink(ana, id, { role: "viewer" }),
      await newLink(mo, id, { role: "editor", name: "Team" }),
    ];
    const { items, restricted } = await linksOf(ana, id);
    expect(restricted).toEqual({ url });
    expect(items).toEqual([
      { ...view, createdBy: { id: ana.userId, name: "Ana" } },
      { ...edit, createdBy: { id: mo.userId, name: "Mo" } },
    ]);
    expect(items[1]?.url).toMatch(/#[A-Za-z0-9_-]{22}$/);
  });

  it("[A13] changes name, end and limit one by one, and nothing else", async () => {
    const { ana, id } = await scene();
    const link = await newLink(ana, id, { role: "viewer", name: "Old", maxUses: 2 });
    const head = await headOf(id);
    const named = v.parse(linkSchema, await (await change(ana, id, link, { name: "New" })).json());
    expect(named).toEqual({ ...link, name: "New" });
    expect(v.parse(linkSchema, await (await change(ana, id, link, { maxUses: null })).json()).maxUses).toBeNull();
    expect(await headOf(id)).toBe(head);
    const expiresAt = "2099-01-01T00:00:00.000Z";
    expect(await (await change(ana, id, link, { expiresAt })).json()).toMatchObject({ expiresAt, name: "New" });
    await change(ana, id, link, { expiresAt });
    expect(await headOf(id)).toBe(head + 1);
    for (const body of [{}, { role: "editor" }, { name: "" }, { maxUses: 0 }, { expiresAt: "soon" }, { id: "x" }])
      expect(await outcome(change(ana, id, link, body))).toBe("400 invalid");
  });

  it("[A13][A9] ends a link at once by an end that has passed, and takes that back", async () => {
    const { ana, id } = await scene();
    const mo = await newGuest("Mo");
    const link = await newLink(ana, id, { role: "editor" });
    const way = await wayOfEditLink(mo, id, link.url);
    const wire = await join(mo, id, way);
    await change(ana, id, link, { expiresAt: "2026-01-01T00:00:00Z" });
    expect(await wire.closed).toMatchObject({ reason: "access_ended" });
    expect(await outcome(askTicket(mo, id, way))).toBe("404 not_found");
    expect((await api(`/n/${id}/${link.id}`)).status).toBe(410);
    await change(ana, id, link, { expiresAt: null });
    await evictDurableObject(noteObject(env, id));
    const again = await join(mo, id, way);
    await again.enrol(way.certificate);
    expect(await again.type("!")).toMatchObject({ type: "ack" });
  });

  it("[A14] counts devices that came, and no crawler, preview or reader", async () => {
    const { ana, id } = await scene();
    const [mo, sam] = [await newGuest("Mo"), await newGuest("Sam")];
    const link = await newLink(ana, id, { role: "viewer", maxUses: 2 });
    const crawler = { headers: { "User-Agent": "facebookexternalhit/1.1" } };
    for (const path of ["", ".md", ".txt", ".png"]) await api(`/n/${id}/${link.id}${path}`, crawler);
    const byLink = { headers: { Authorization: `Reed-Link ${link.id}` } };
    for (const path of ["/text", "/state"]) expect((await api(`/api/notes/${id}${path}`, byLink)).status).toBe(200);
    await askTicket(ana, id, { linkId: link.id });
    expect((await linksOf(ana, id)).items).toMatchObject([{ uses: 0, lastUsedAt: null, live: 0 }]);
    await join(mo, id, { linkId: link.id });
    await askTicket(mo, id, { linkId: link.id });
    await askTicket(sam, id, { linkId: link.id });
    expect((await linksOf(ana, id)).items).toMatchObject([{ uses: 2, live: 1 }]);
    expect(await outcome(askTicket(await newGuest("Eva"), id, { linkId: link.id }))).toBe("404 not_found");
  });

  it("[A15] takes a link back once and for all, and alone", async () => {
    const { ana, id } = await scene();
    const [one, two] = [await newLink(ana, id, { role: "viewer" }), await newLink(ana, id, { role: "viewer" })];
    for (let round = 0; round < 2; round += 1)
      expect(await outcome(ask(ana, "DELETE", id, `/links/${one.id}`))).toBe("200");
    expect(await outcome(change(ana, id, one, { name: "Back" }))).toBe("404 not_found");
    expect((await linksOf(ana, id)).items.map((link) => link.id)).toEqual([two.id]);
    expect((await api(`/n/${id}/${two.id}`)).status).toBe(200);
  });

  it("[A15] stays taken back when it is changed in the same moment", async () => {
    const { ana, id } = await scene();
    const mo = await newGuest("Mo");
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
    const link = await newLink(ana, id, { role: "viewer", expiresAt });
    await join(mo, id, { linkId: link.id });
    await Promise.all([
      outcome(ask(ana, "DELETE", id, `/links/${link.id}`)),
      outcome(change(ana, id, link, { expiresAt: null })),
      outcome(change(ana, id, link, { name: "Back" })),
    ]);
    expect(await outcome(askTicket(mo, id, { linkId: link.id }))).toBe("404 not_found");
    expect((await linksOf(ana, id)).items).toEqual([]);
    expect((await api(`/n/${id}/${link.id}`)).status).toBe(410);
  });

  it.each(["9999-12-31T23:59:59Z", "1969-12-31T23:59:59Z"])("[A12] has no end at %s", async (expiresAt) => {
    const { ana, id } = await scene();
    const request = { role: "viewer", expiresAt };
    expect(await outcome(ask(ana, "POST", id, "/links", request))).toBe("400 invalid");
    expect(await outcome(ask(ana, "POST", id, "/links", { role: "viewer", expires: expiresAt }))).toBe("400 invalid");
  });

  it("[A2] does not know the links of another note, or ids that can't be one", async () => {
    const [mine, theirs] = [await scene(), await scene()];
    const link = await newLink(theirs.ana, theirs.id, { role: "viewer" });
    const own = await newLink(mine.ana, mine.id, { role: "viewer" });
    for (const linkId of [link.id, "__proto__", "A".repeat(17), "..%2f", theirs.id]) {
      expect(await outcome(ask(mine.ana, "DELETE", mine.id, `/links/${linkId}`))).toBe("404 not_found");
      expect(await outcome(ask(mine.ana, "PATCH", mine.id, `/links/${linkId}`, { name: "x" }))).toBe("404 not_found");
    }
    expect((await api(`/n/${mine.id}/${link.id}`)).status).toBe(404);
    expect((await api(`/n/${theirs.id}/${own.id}`)).status).toBe(404);
    expect((await linksOf(theirs.ana, theirs.id)).items).toHaveLength(1);
  });
});
