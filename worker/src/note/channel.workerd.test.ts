// A note that was given to a chat channel: its people come in, write, and are out when they or the note go (docs/spec/discord.md).
import { env } from "cloudflare:workers";
import { evictDurableObject } from "cloudflare:test";
import { fromBase64Url } from "@reed/bytes";
import { channelPrincipal, decodeCertificate, type NoteId, noteIdBytes } from "@reed/log";
import { beforeAll, describe, expect, it } from "vitest";
import * as v from "valibot";
import { noteObject } from "../routes/note-address.ts";
import { giveNote, newPlace, newVisitor } from "../space/space.test-support.ts";
import {
  api,
  askTicket,
  type Guest,
  join,
  newGuest,
  newLink,
  newNote,
  problemIn,
  startWorld,
  ticketFor,
  upgrade,
} from "../world.test-support.ts";
import { ask, headOf, outcome, share } from "./sharing.test-support.ts";

beforeAll(startWorld);

const READS = ["/text", "/state", "/snapshot", "/chain?seq=1", "/ops", "/update", "/settings", ""] as const;

/** A note of Ana's, who sits in a channel with Mo, given to the channel in `role`. */
async function scene(role: "viewer" | "editor" = "editor") {
  const place = newPlace();
  const [ana, mo] = [await newVisitor(place, "Ana"), await newVisitor(place, "Mo")];
  const { id } = await newNote(ana, "Tea");
  await giveNote(ana, id, role);
  return { place, ana, mo, id };
}

async function channelCertificate(guest: Guest, id: NoteId): Promise<Uint8Array> {
  const [certificate] = (await ticketFor(guest, id)).certificates ?? [];
  if (certificate === undefined) throw new Error("no certificate came with the ticket");
  return fromBase64Url(certificate);
}

/** Mo with a socket, enrolled as the channel. */
async function writerOf(guest: Guest, id: NoteId) {
  const certificate = await channelCertificate(guest, id);
  const wire = await join(guest, id);
  await wire.enrol(certificate);
  return wire;
}

function put(actor: Guest, id: NoteId, body: unknown): Promise<string> {
  return outcome(ask(actor, "PUT", id, "/channel", body));
}

function append(who: Guest, id: NoteId, text: string): Promise<Response> {
  const headers = { Authorization: `Bearer ${who.token}`, "Content-Type": "text/markdown" };
  return api(`/api/notes/${id}/append`, { method: "POST", headers, body: text });
}

const namedSchema = v.object({ id: v.number() });
const versionSchema = v.object({
  runs: v.array(v.object({ by: v.nullable(v.object({ principal: v.string(), name: v.nullable(v.string()) })) })),
});

/** Who wrote the text of now, from its beginning to its end. */
async function writersOf(
  who: Guest,
  id: NoteId,
  field: "principal" | "name" = "principal",
): Promise<readonly unknown[]> {
  const kept = v.parse(namedSchema, await (await ask(who, "POST", id, "/history", { name: "Now" })).json());
  const { runs } = v.parse(versionSchema, await (await ask(who, "GET", id, `/history/${kept.id}`)).json());
  return runs.map(({ by }) => by?.[field]);
}

async function roleOf(actor: Guest, id: NoteId): Promise<unknown> {
  return (await ask(actor, "GET", id, "/channel")).json();
}

describe("a note's channel", () => {
  it("[D40] is the caller's own; owners give the note to it and see the role, editors see it", async () => {
    const { place, ana, mo, id } = await scene();
    const { channelId } = place;
    expect(await roleOf(ana, id)).toEqual({ channelId, role: "editor" });
    expect(await roleOf(mo, id)).toEqual({ channelId, role: "editor" });
    expect(await put(mo, id, { role: "viewer" })).toBe("403 forbidden");
    expect(await put(ana, id, { role: "viewer" })).toBe("200");
    expect(await roleOf(ana, id)).toEqual({ channelId, role: "viewer" });
    expect(await outcome(ask(mo, "GET", id, "/channel"))).toBe("403 forbidden");
    const head = await headOf(id);
    expect(await put(ana, id, { role: "viewer" })).toBe("200");
    expect(await headOf(id)).toBe(head);
    for (const body of [{ role: "owner" }, { role: null }, {}, { role: "viewer", channelId: "1" }])
      expect(await put(ana, id, body)).toBe("400 invalid");
  });

  it("[D40] is nobody's who did not come through one", async () => {
    const [owner, stranger] = [await newGuest(), await newGuest()];
    const { id } = await newNote(owner, "Tea");
    for (const method of ["GET", "DELETE"] as const) {
      expect(await outcome(ask(owner, method, id, "/channel"))).toBe("403 space_only");
      expect(await outcome(ask(stranger, method, id, "/channel"))).toBe("404 not_found");
    }
    expect(await put(owner, id, { role: "viewer" })).toBe("403 space_only");
    expect(await put(stranger, id, { role: "viewer" })).toBe("404 not_found");
  });

  it("[D40] loses the note with a receipt, and other channels never had it", async () => {
    const { ana, mo, id } = await scene();
    const elsewhere = await newVisitor(newPlace());
    const [hers, first, second] = [await join(ana, id), await join(mo, id), await join(mo, id)];
    expect(await outcome(ask(elsewhere, "DELETE", id, "/channel"))).toBe("404 not_found");
    expect(await outcome(ask(mo, "DELETE", id, "/channel"))).toBe("403 forbidden");
    const removed = await ask(ana, "DELETE", id, "/channel");
    expect(await removed.json()).toEqual({ cut: { sockets: 2, people: 1 } });
    for (const wire of [first, second]) expect(await wire.closed).toEqual({ code: 4403, reason: "access_ended" });
    expect(await hers.enrol(ana.certificate)).toMatchObject({ type: "ack" });
    expect(await (await ask(ana, "DELETE", id, "/channel")).json()).toEqual({ cut: { sockets: 0, people: 0 } });
    expect(await outcome(ask(mo, "GET", id, "/text"))).toBe("404 not_found");
    expect(await problemIn(await askTicket(mo, id))).toBe("404 not_found");
  });
});

describe("somebody who came through the channel", () => {
  it("[D41] gets a ticket, a certificate for the channel in this note alone, writes, and is seen", async () => {
    const { place, ana, mo, id } = await scene();
    const decoded = decodeCertificate(await channelCertificate(mo, id));
    expect(decoded.principal).toBe(channelPrincipal(place.channelId));
    expect(decoded.note).toEqual(noteIdBytes(id));
    expect(decoded.device).toEqual(mo.key.publicKey);
    expect(decoded.notBeforeUs).toBeLessThan(Date.now() * 1000);
    const [hers, his] = [await join(ana, id), await writerOf(mo, id)];
    expect(await his.type(" and rice")).toMatchObject({ type: "ack" });
    await hers.until(() => hers.text === "Tea and rice");
  });

  it("[D41] gets no certificate where the channel has nothing, and needs none for a note of their own", async () => {
    const { ana } = await scene();
    const { id } = await newNote(ana, "Diary");
    expect((await ticketFor(ana, id)).certificates).toBeUndefined();
    const guest = await newGuest();
    expect((await ticketFor(guest, (await newNote(guest)).id)).certificates).toBeUndefined();
  });

  it("[D42] reads over HTTP what the channel may read; other channels' people find nothing", async () => {
    const { mo, id } = await scene("viewer");
    const elsewhere = await newVisitor(newPlace());
    for (const path of READS) {
      expect([path, (await outcome(ask(mo, "GET", id, path))).replace("404 no_snapshot", "200")]).toEqual([
        path,
        "200",
      ]);
      expect([path, await outcome(ask(elsewhere, "GET", id, path))]).toEqual([path, "404 not_found"]);
    }
    expect(await problemIn(await askTicket(elsewhere, id))).toBe("404 not_found");
  });

  it("[D42] only reads where the channel only reads", async () => {
    const { mo, id } = await scene("viewer");
    const head = await headOf(id);
    expect((await append(mo, id, "x")).status).toBe(403);
    const wire = await join(mo, id);
    await wire.enrol(await channelCertificate(mo, id));
    expect(await wire.type("x")).toMatchObject({ type: "nack", code: "forbidden" });
    expect(await headOf(id)).toBe(head + 1);
    expect(await outcome(ask(mo, "GET", id, "/members"))).toBe("200");
    for (const path of ["/links", "/blocks", "/access-requests"])
      expect(await outcome(ask(mo, "GET", id, path))).toBe("403 forbidden");
  });

  it("[D42] writes over HTTP as the channel, or as themselves where they may", async () => {
    const { place, ana, mo, id } = await scene();
    const both = await newVisitor(place, "Eva");
    await share(ana, id, both, "editor");
    for (const [who, text] of [
      [mo, "of Mo"],
      [both, "of Eva"],
    ] as const)
      expect((await append(who, id, text)).status).toBe(200);
    expect(await writersOf(ana, id)).toEqual([
      `user:${ana.userId}`,
      channelPrincipal(place.channelId),
      `user:${both.userId}`,
    ]);
  });

  it("[D42] stays in a socket that hibernates, and writes from it", async () => {
    const { mo, id } = await scene();
    const wire = await writerOf(mo, id);
    await evictDurableObject(noteObject(env, id));
    expect(await wire.type("!")).toMatchObject({ type: "ack" });
    expect(await outcome(ask(mo, "GET", id, "/text"))).toBe("200");
  });
});

describe("a device that is enrolled as the channel", () => {
  it("[D43] writes nothing over a socket that came by a link", async () => {
    const { ana, mo, id } = await scene();
    const wire = await writerOf(mo, id);
    expect(await wire.type("!")).toMatchObject({ type: "ack" });
    wire.close();
    const link = await newLink(ana, id, { role: "viewer" });
    const outside: Guest = { ...mo, token: (await newGuest()).token };
    const reading = await join(outside, id, { linkId: link.id });
    expect(await reading.type("?")).toMatchObject({ type: "nack", code: "forbidden", class: "never" });
    const editLink = await newLink(ana, id, { role: "editor" });
    const bySecretless = await join(outside, id, { linkId: editLink.id });
    expect(await bySecretless.type("?")).toMatchObject({ type: "nack", code: "forbidden" });
  });

  it("[D43] opens nothing with a ticket of before, once the session has ended", async () => {
    const { mo, id } = await scene();
    const ticket = await ticketFor(mo, id);
    await env.PLATFORM.prepare("UPDATE sessions SET ended = ? WHERE id = ?").bind(Date.now(), mo.sessionId).run();
    expect((await upgrade(id, ticket.protocols)).status).toBe(401);
  });

  it("[D44] is its person in the history, though the log knows the channel alone", async () => {
    const { ana, mo, id } = await scene();
    const wire = await writerOf(mo, id);
    await wire.type(" and rice");
    expect(await writersOf(ana, id)).toEqual([`user:${ana.userId}`, `user:${mo.userId}`]);
    expect(await writersOf(ana, id, "name")).toEqual(["Ana", "Mo"]);
  });
});
