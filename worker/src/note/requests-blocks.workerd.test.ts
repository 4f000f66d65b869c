import { accessRequestListSchema, blockListSchema } from "@reed/api";
import { type NoteId, userPrincipal } from "@reed/log";
import * as v from "valibot";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import {
  askTicket,
  type Guest,
  join,
  newGuest,
  newLink,
  newNote,
  startWorld,
  wayOfEditLink,
} from "../world.test-support.ts";
import { inNote } from "./note.test-support.ts";
import { ask, headOf, outcome, peopleOf, put, share } from "./sharing.test-support.ts";

beforeAll(startWorld);
afterEach(() => vi.useRealTimers());

const NOWHERE = "AAAAAAAAAAAAAAAAAAAAAA";

async function scene() {
  const [ana, mo] = [await newGuest(), await newGuest("Mo")];
  const { id } = await newNote(ana, "Tea");
  return { ana, mo, id };
}

const plead = (who: Guest, id: string, body: unknown = {}) => outcome(ask(who, "POST", id, "/access-requests", body));

async function requestsOf(owner: Guest, id: NoteId) {
  const answer = await (await ask(owner, "GET", id, "/access-requests")).json();
  return v.parse(accessRequestListSchema, answer).items;
}

const reply = (owner: Guest, id: NoteId, requestId: string, role: string | null) =>
  outcome(ask(owner, "POST", id, `/access-requests/${requestId}`, { role }));

describe("asking to be let in", () => {
  it("[A22] says nothing of what is there", async () => {
    const { ana, mo, id } = await scene();
    expect([await plead(mo, id), await plead(mo, NOWHERE), await plead(ana, id)]).toEqual(["202", "202", "202"]);
    expect(await outcome(ask(null, "POST", id, "/access-requests", {}))).toBe("401 unauthenticated");
    expect(await plead(mo, id, { message: "x".repeat(501) })).toBe("400 invalid");
    expect(await plead(mo, id, { userId: ana.userId })).toBe("400 invalid");
    expect((await requestsOf(ana, id)).map(({ user }) => user)).toEqual([{ id: mo.userId, name: "Mo" }]);
  });

  it("[A22] is one request a person, with what they last said", async () => {
    const { ana, mo, id } = await scene();
    await plead(mo, id, { message: "please" });
    await plead(mo, id, { message: "  it is\n\u202Eurgent " });
    const [request, ...others] = await requestsOf(ana, id);
    expect([request?.message, others]).toEqual(["it is urgent", []]);
    const viewer = await newGuest("Sam");
    await share(ana, id, viewer, "viewer");
    await plead(viewer, id);
    expect(await requestsOf(ana, id)).toHaveLength(2);
    await put(ana, id, viewer, "editor");
    await plead(viewer, id);
  });

  it("[A22] is heard for 100 people at most", async () => {
    const { ana, id } = await scene();
    await inNote(id, {}, ({ company }) => {
      for (let index = 0; index < 105; index += 1) {
        const userId = `00000000-0000-7000-8000-${String(index).padStart(12, "0")}`;
        company.sharing.ask(crypto.randomUUID(), { id: userId, name: "Crowd" }, null);
      }
      expect(company.sharing.requests(userPrincipal(ana.userId))).toHaveLength(100);
    });
  });

  it("[A23] ends with an answer, given once or twice", async () => {
    const { ana, mo, id } = await scene();
    await plead(mo, id);
    const [request] = await requestsOf(ana, id);
    const requestId = request?.id ?? "";
    expect(await outcome(ask(mo, "POST", id, `/access-requests/${requestId}`, { role: "owner" }))).toBe(
      "404 not_found",
    );
    expect(await reply(ana, id, requestId, "editor")).toBe("200");
    const head = await headOf(id);
    expect(await reply(ana, id, requestId, "editor")).toBe("200");
    expect(await reply(ana, id, crypto.randomUUID(), "editor")).toBe("404 not_found");
    expect(await reply(ana, id, "__proto__", null)).toBe("404 not_found");
    expect(await reply(ana, id, requestId, "admin")).toBe("400 invalid");
    expect([await headOf(id), await requestsOf(ana, id)]).toEqual([head, []]);
    expect(await peopleOf(mo, id)).toEqual(["Ana owner", "Mo editor (you)"]);
  });

  it("[A23] gives nothing, and is not heard again that day; a higher role stays", async () => {
    const { ana, mo, id } = await scene();
    await plead(mo, id);
    await reply(ana, id, (await requestsOf(ana, id))[0]?.id ?? "", null);
    await plead(mo, id);
    expect(await requestsOf(ana, id)).toEqual([]);
    await inNote(id, {}, ({ company }) => {
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 25 * 3_600_000 });
      company.sharing.ask(crypto.randomUUID(), { id: mo.userId, name: "Mo" }, null);
      expect(company.sharing.requests(userPrincipal(ana.userId))).toHaveLength(1);
    });
    vi.useRealTimers();
    const [request] = await requestsOf(ana, id);
    await share(ana, id, mo, "editor");
    expect(await requestsOf(ana, id)).toEqual([]);
    expect(await reply(ana, id, request?.id ?? "", "viewer")).toBe("200");
    expect(await peopleOf(ana, id)).toEqual(["Ana owner (you)", "Mo editor"]);
  });
});

describe("keeping somebody out", () => {
  const block = (owner: Guest, id: NoteId, body: unknown) => ask(owner, "POST", id, "/blocks", body);

  it("[A24][A9] ends their role, their sockets and their links", async () => {
    const { ana, mo, id } = await scene();
    await share(ana, id, mo, "editor");
    const link = await newLink(ana, id, { role: "editor" });
    const way = await wayOfEditLink(mo, id, link.url);
    const [wire, byLink] = [await join(mo, id), await join(mo, id, way)];
    const blocked = await block(ana, id, { userId: mo.userId });
    expect([blocked.status, await blocked.json()]).toEqual([201, { cut: { sockets: 2, people: 1 } }]);
    for (const socket of [wire, byLink]) expect(await socket.closed).toMatchObject({ reason: "access_ended" });
    expect(await outcome(askTicket(mo, id, way))).toBe("404 not_found");
    expect(await outcome(ask(mo, "GET", id, "/text"))).toBe("404 not_found");
    expect(await plead(mo, id)).toBe("202");
    expect(await requestsOf(ana, id)).toEqual([]);
    const again = await block(ana, id, { userId: mo.userId });
    expect([again.status, await again.json()]).toEqual([200, { cut: { sockets: 0, people: 0 } }]);
  });

  it("[A24] keeps out a device, and a blocked user's device that comes as nobody", async () => {
    const { ana, mo, id } = await scene();
    const sam = await newGuest("Sam");
    const link = await newLink(ana, id, { role: "viewer" });
    const wire = await join(sam, id, { linkId: link.id });
    expect((await block(ana, id, { device: sam.device })).status).toBe(201);
    expect(await wire.closed).toMatchObject({ reason: "access_ended" });
    expect(await outcome(askTicket(sam, id, { linkId: link.id }))).toBe("404 not_found");
    await share(ana, id, mo, "editor");
    const wrote = await join(mo, id);
    await wrote.enrol(mo.certificate);
    await wrote.type("!");
    await block(ana, id, { userId: mo.userId });
    await inNote(id, {}, ({ room }) => {
      const alone = { device: mo.key.publicKey, user: null, holdsLinkSecret: false } as const;
      const byLink = [...(room.ledger?.grants.keys() ?? [])].find((principal) => principal.startsWith("link:"));
      expect(room.roleOf({ ...alone, link: byLink ?? null })).toBeNull();
      expect(room.roleOf({ ...alone, device: new Uint8Array(32), link: byLink ?? null })).toBe("viewer");
    });
  });

  it("[A24] is listed, ends when owners say so or share again, and gives nothing back", async () => {
    const { ana, mo, id } = await scene();
    await share(ana, id, mo, "viewer");
    await block(ana, id, { userId: mo.userId });
    await block(ana, id, { device: mo.device });
    const { items } = v.parse(blockListSchema, await (await ask(ana, "GET", id, "/blocks")).json());
    expect(items).toMatchObject([
      { id: mo.userId, user: { id: mo.userId, name: "Mo" }, by: { name: "Ana" } },
      { id: mo.device, user: null },
    ]);
    for (let round = 0; round < 2; round += 1)
      expect(await outcome(ask(ana, "DELETE", id, `/blocks/${mo.userId}`))).toBe("204");
    expect(await outcome(ask(ana, "DELETE", id, `/blocks/${mo.device}`))).toBe("204");
    expect(await outcome(ask(ana, "DELETE", id, "/blocks/__proto__"))).toBe("404 not_found");
    expect(await outcome(askTicket(mo, id))).toBe("404 not_found");
    await block(ana, id, { userId: mo.userId });
    await share(ana, id, mo, "viewer");
    expect(await outcome(askTicket(mo, id))).toBe("200");
  });

  it("[A24][A5] is for others than oneself and the last owner, and for what can be an id", async () => {
    const { ana, mo, id } = await scene();
    expect(await outcome(block(ana, id, { userId: ana.userId }))).toBe("400 invalid");
    await share(ana, id, mo, "owner");
    await put(ana, id, ana, "owner");
    expect(await outcome(block(mo, id, { userId: ana.userId }))).toBe("201");
    expect(await peopleOf(mo, id)).toEqual(["Mo owner (you)"]);
    for (const body of [{}, { userId: "__proto__" }, { device: "x" }, { userId: mo.userId, device: mo.device }, null])
      expect(await outcome(block(mo, id, body))).toBe("400 invalid");
  });
});
