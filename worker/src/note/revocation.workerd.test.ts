// Revocation holds: on sockets that are open or hibernate, on tickets in somebody's hand, over HTTP, on cards, and for y-protocols.
import { env } from "cloudflare:workers";
import { evictDurableObject } from "cloudflare:test";
import { fromBase64Url } from "@reed/bytes";
import { type NoteId, userPrincipal } from "@reed/log";
import { beforeAll, describe, expect, it } from "vitest";
import { noteObject } from "../routes/note-address.ts";
import {
  api,
  type Guest,
  join,
  newDevice,
  newGuest,
  newLink,
  newNote,
  openSocket,
  startWorld,
  ticketFor,
  upgrade,
  type Way,
  wayOfEditLink,
} from "../world.test-support.ts";
import { Provider, tokenOf } from "../yjs/provider.test-support.ts";
import { Wire } from "../wire.test-support.ts";
import { ask, outcome, put, share } from "./sharing.test-support.ts";

beforeAll(startWorld);

async function scene() {
  const [ana, mo] = [await newGuest(), await newGuest("Mo")];
  const { id } = await newNote(ana, "Tea");
  await share(ana, id, mo, "editor");
  return { ana, mo, id };
}

/** A socket opened with a ticket that was given before something happened. */
async function joinLate(guest: Guest, id: NoteId, protocols: readonly string[], nonce: string): Promise<string> {
  const { webSocket, status } = await upgrade(id, protocols);
  if (webSocket === null) return String(status);
  const wire = new Wire(webSocket, guest.key, id, fromBase64Url(nonce));
  return wire.hello().then(
    () => "welcome",
    async () => (await wire.closed).reason,
  );
}

async function remove(ana: Guest, id: NoteId, user: Guest): Promise<unknown> {
  return (await ask(ana, "DELETE", id, `/members/${user.userId}`)).json();
}

describe("taking access back", () => {
  it("[A9] closes every socket of a member before anything else is sent, and says how many", async () => {
    const { ana, mo, id } = await scene();
    const phone = await newDevice(mo);
    const [mine, first, second, silent] = [
      await join(ana, id),
      await join(mo, id),
      await join(phone, id),
      await openSocket(mo, id),
    ];
    await mine.enrol(ana.certificate);
    expect(await remove(ana, id, mo)).toEqual({ cut: { sockets: 3, people: 1 } });
    for (const wire of [first, second, silent])
      expect(await wire.closed).toEqual({ code: 4403, reason: "access_ended" });
    const seq = first.ledger.head.seq;
    await mine.type("secret");
    expect([first.ledger.head.seq, first.text, second.text]).toEqual([seq, "Tea", "Tea"]);
  });

  it("[A9] closes sockets that hibernate", async () => {
    const { ana, mo, id } = await scene();
    const wire = await join(mo, id);
    await evictDurableObject(noteObject(env, id));
    expect(await remove(ana, id, mo)).toEqual({ cut: { sockets: 1, people: 1 } });
    expect(await wire.closed).toMatchObject({ reason: "access_ended" });
  });

  it("[A9] tells who keeps a lesser role, and leaves who has another way in", async () => {
    const { ana, mo, id } = await scene();
    const link = await newLink(ana, id, { role: "viewer" });
    const [wire, byLink] = [await join(mo, id), await join(mo, id, { linkId: link.id })];
    await wire.enrol(mo.certificate);
    expect(await (await put(ana, id, mo, "viewer")).json()).toMatchObject({ cut: { sockets: 0, people: 0 } });
    expect(await wire.next("role")).toMatchObject({ role: "viewer" });
    expect(await wire.type("no")).toMatchObject({ type: "nack", code: "forbidden" });
    const sam = await newGuest("Sam");
    const visitor = await join(sam, id, { linkId: link.id });
    expect(await remove(ana, id, mo)).toMatchObject({ cut: { people: 1 } });
    expect(await wire.closed).toMatchObject({ reason: "access_ended" });
    byLink.close();
    visitor.close();
  });

  it("[A9][A15] counts the people of a link one by one", async () => {
    const { ana, id } = await scene();
    const [sam, eva] = [await newGuest("Sam"), await newGuest("Eva")];
    const link = await newLink(ana, id, { role: "viewer" });
    const way: Way = { linkId: link.id };
    await Promise.all([join(sam, id, way), join(sam, id, way), join(eva, id, way)]);
    const revoked = await ask(ana, "DELETE", id, `/links/${link.id}`);
    expect([revoked.status, await revoked.json()]).toEqual([200, { cut: { sockets: 3, people: 2 } }]);
  });

  it("[A10] makes tickets worthless that were given before", async () => {
    const { ana, mo, id } = await scene();
    const link = await newLink(ana, id, { role: "editor" });
    const sam = await newGuest("Sam");
    const own = await ticketFor(mo, id);
    const byLink = await ticketFor(sam, id, await wayOfEditLink(sam, id, link.url));
    await remove(ana, id, mo);
    await outcome(ask(ana, "DELETE", id, `/links/${link.id}`));
    expect(await joinLate(mo, id, own.protocols, own.nonce)).not.toBe("welcome");
    expect(await joinLate(sam, id, byLink.protocols, byLink.nonce)).not.toBe("welcome");
  });

  it("[A10] ends HTTP, card, plain text and picture at once", async () => {
    const { ana, mo, id } = await scene();
    const link = await newLink(ana, id, { role: "viewer" });
    const html = await (await api(`/n/${id}/${link.id}`)).text();
    const picture = /https:\/\/reed\.test(\/og\/[^"]+\.png)/.exec(html)?.[1] ?? "";
    expect((await api(picture)).status).toBe(200);
    await outcome(ask(ana, "DELETE", id, `/links/${link.id}`));
    await remove(ana, id, mo);
    const statuses = await Promise.all(
      [`/n/${id}/${link.id}`, `/n/${id}/${link.id}.md`, `/n/${id}/${link.id}.png`, picture].map(
        async (path) => (await api(path)).status,
      ),
    );
    expect(statuses).toEqual([410, 410, 410, 410]);
    expect(await (await api(`/n/${id}/${link.id}`)).text()).not.toContain("Tea");
    for (const path of ["", "/text", "/state", "/ops", "/members", "/settings", "/snapshot", "/history"])
      expect(await outcome(ask(mo, "GET", id, path))).toBe("404 not_found");
  });

  it("[A9] cuts providers that speak y-protocols", async () => {
    const { ana, mo, id } = await scene();
    const link = await newLink(ana, id, { role: "editor" });
    const [byName, byLink] = [await Provider.join(id, mo.token), await Provider.join(id, tokenOf(link.url))];
    expect(await remove(ana, id, mo)).toEqual({ cut: { sockets: 1, people: 1 } });
    expect(await byName.closed).toEqual({ code: 4403, reason: "access_ended" });
    await outcome(ask(ana, "DELETE", id));
    expect(await byLink.closed).toEqual({ code: 4403, reason: "access_ended" });
  });
});

describe("a sign-in, a device or an account that ended", () => {
  const cut = (guest: Guest, id: NoteId, scope: { device?: Uint8Array; sessionId?: string } = {}) =>
    noteObject(env, id).cut({ user: userPrincipal(guest.userId), ...scope });

  it("[A11] loses its sockets, and no others", async () => {
    const { ana, mo, id } = await scene();
    const phone = await newDevice(mo);
    const [mine, laptop, mobile] = [await join(ana, id), await join(mo, id), await join(phone, id)];
    expect(await cut(mo, id, { device: phone.key.publicKey })).toEqual({ sockets: 1 });
    expect(await mobile.closed).toMatchObject({ reason: "access_ended" });
    expect(await cut(mo, id, { device: phone.key.publicKey })).toEqual({ sockets: 0 });
    expect(await cut(mo, id)).toEqual({ sockets: 1 });
    expect(await laptop.closed).toMatchObject({ reason: "access_ended" });
    await mine.enrol(ana.certificate);
    expect(await mine.type("!")).toMatchObject({ type: "ack" });
    expect(await joinAgain(mo, id)).toBe("welcome");
  });

  it("[A11] loses them also when they hibernate, and by the session that opened them", async () => {
    const { ana, mo, id } = await scene();
    const [mine, wire] = [await join(ana, id), await join(mo, id)];
    const provider = await Provider.join(id, mo.token);
    await evictDurableObject(noteObject(env, id));
    const sessionId = sessionOf(mo.token);
    expect(await cut(mo, id, { sessionId: sessionOf(ana.token) })).toEqual({ sockets: 1 });
    expect(await mine.closed).toMatchObject({ reason: "access_ended" });
    expect(await cut(mo, id, { sessionId })).toEqual({ sockets: 2 });
    expect(await wire.closed).toMatchObject({ reason: "access_ended" });
    expect(await provider.closed).toEqual({ code: 4403, reason: "access_ended" });
  });

  it("[A11] opens nothing with a ticket of before", async () => {
    const { mo, id } = await scene();
    const { protocols, nonce } = await ticketFor(mo, id);
    await cut(mo, id, { sessionId: sessionOf(mo.token) });
    expect(await joinLate(mo, id, protocols, nonce)).not.toBe("welcome");
  });

  async function joinAgain(guest: Guest, id: NoteId): Promise<string> {
    const { protocols, nonce } = await ticketFor(guest, id);
    return joinLate(guest, id, protocols, nonce);
  }
});

/** The sign-in that an access token names. */
function sessionOf(token: string): string {
  const payload: unknown = JSON.parse(new TextDecoder().decode(fromBase64Url(token.split(".")[1] ?? "")));
  if (typeof payload === "object" && payload !== null && "sid" in payload && typeof payload.sid === "string")
    return payload.sid;
  throw new Error("the token names no sign-in");
}
