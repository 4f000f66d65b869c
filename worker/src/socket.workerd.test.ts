import { env } from "cloudflare:workers";
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { userPrincipal } from "@reed/log";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { RoomHost } from "./host/room-host.ts";
import { noteObject } from "./routes/note-address.ts";
import {
  api,
  askTicket,
  genesisBy,
  newGuest,
  newLink,
  newNote,
  openSocket,
  join,
  postJson,
  problemIn,
  putGenesis,
  startWorld,
  upgrade,
  ticketFor,
  wayOfEditLink,
} from "./world.test-support.ts";

beforeAll(startWorld);
afterEach(() => void vi.useRealTimers());

describe("a socket", () => {
  it("[W49] beyond what a note serves is told so by its end, which a browser can read", async () => {
    const ana = await newGuest();
    const note = await newNote(ana, "Tea");
    const isFull = vi.spyOn(RoomHost.prototype, "isFull", "get").mockReturnValue(true);
    const wire = await openSocket(ana, note.id);
    expect(await wire.closed).toEqual({ code: 4429, reason: "overloaded" });
    isFull.mockRestore();
    await join(ana, note.id);
  });

  it("founds a note, writes in it and is acknowledged", async () => {
    const ana = await newGuest();
    const { id, envelope } = await genesisBy(ana.key, crypto.getRandomValues(new Uint8Array(16)));
    await putGenesis(id, envelope, ana.token);
    const wire = await join(ana, id);
    expect(await wire.enrol(ana.certificate)).toMatchObject({ type: "ack", ops: [{ seq: 2 }] });
    expect(
      await wire.grant([{ principal: userPrincipal(ana.userId), role: "owner", key: null, expiresUs: null }]),
    ).toMatchObject({ type: "ack", ops: [{ seq: 3 }] });
    expect(await wire.type("Hello")).toMatchObject({ type: "ack", ops: [{ seq: 4 }] });
    const response = await api(`/api/notes/${id}/text`, { headers: { Authorization: `Bearer ${ana.token}` } });
    expect(await response.text()).toBe("Hello");
  });

  it("answers with the wire's name, and ping with pong", async () => {
    const ana = await newGuest();
    const note = await newNote(ana);
    const response = await upgrade(note.id, (await ticketFor(ana, note.id)).protocols);
    expect(response.headers.get("Sec-WebSocket-Protocol")).toBe("reed.1");
    response.webSocket?.accept();
    response.webSocket?.close();
    const wire = await join(ana, note.id);
    wire.sendRaw("ping");
    expect(await wire.until(() => wire.texts[0])).toBe("pong");
  });

  it("gets a note that was made over HTTP, and what others write", async () => {
    const [ana, mo] = [await newGuest(), await newGuest("Mo")];
    const note = await newNote(ana, "Tea");
    const wire = await join(ana, note.id);
    expect(wire.text).toBe("Tea");
    await wire.enrol(ana.certificate);
    const link = await newLink(ana, note.id, { role: "editor" });
    const way = await wayOfEditLink(mo, note.id, link.url);
    const other = await join(mo, note.id, way);
    expect(await other.enrol(way.certificate)).toMatchObject({ type: "ack" });
    expect(await other.type(" time")).toMatchObject({ type: "ack" });
    await wire.until(() => wire.text === "Tea time");
  });

  it("is ended with a reason when it sends what is no frame", async () => {
    const ana = await newGuest();
    const note = await newNote(ana);
    const sent: readonly (readonly [Uint8Array | string, number, string])[] = [
      ["hello", 4400, "frame_text"],
      [Uint8Array.of(0xff), 4400, "frame_unknown"],
      [Uint8Array.of(0x01, 0x00), 4400, "frame_malformed"],
      [new Uint8Array(1024 * 1024 + 1), 4413, "frame_too_big"],
      [Uint8Array.of(0x03, 0x00, 0x00), 4400, "frame_unexpected"],
    ];
    for (const [frame, code, reason] of sent) {
      const wire = await openSocket(ana, note.id);
      wire.sendRaw(frame);
      expect(await wire.closed).toEqual({ code, reason });
    }
  });

  it("is ended when its HELLO is by another device than its ticket's", async () => {
    const [ana, mo] = [await newGuest(), await newGuest("Mo")];
    const note = await newNote(ana);
    const wire = await openSocket({ ...ana, key: mo.key }, note.id);
    await expect(wire.hello()).rejects.toThrow("closed");
    expect(await wire.closed).toEqual({ code: 4401, reason: "hello_proof" });
  });

  it("is ended when it says no HELLO for ten seconds", async () => {
    const ana = await newGuest();
    const note = await newNote(ana);
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const [silent, joined] = [await openSocket(ana, note.id), await join(ana, note.id)];
    await runInDurableObject(noteObject(env, note.id), () => void vi.advanceTimersByTime(10_000));
    expect(await silent.closed).toEqual({ code: 4401, reason: "hello_late" });
    joined.sendRaw("ping");
    expect(await joined.until(() => joined.texts[0])).toBe("pong");
  });

  it("shows its presence to others, and takes it along when it goes", async () => {
    const ana = await newGuest();
    const note = await newNote(ana);
    const [here, there] = [await join(ana, note.id), await join(ana, note.id)];
    there.send({ type: "set_presence", payload: Uint8Array.of(1, 2) });
    const shown = await here.next("peer_presence");
    expect([...shown.payload]).toEqual([1, 2]);
    there.close();
    expect(await here.next("leave")).toEqual({ type: "leave", connection: shown.connection });
  });
});

describe("links", () => {
  it("to view let one read over a socket and not write", async () => {
    const [ana, mo] = [await newGuest(), await newGuest("Mo")];
    const note = await newNote(ana, "Tea");
    const link = await newLink(ana, note.id, { role: "viewer" });
    const wire = await openSocket(mo, note.id, { linkId: link.id });
    expect(await wire.hello()).toMatchObject({ role: "viewer" });
    expect(wire.text).toBe("Tea");
    await wire.enrol(mo.certificate);
    expect(await wire.type("!")).toMatchObject({ type: "nack", code: "forbidden" });
  });

  it("to edit without their secret let one read only", async () => {
    const [ana, mo] = [await newGuest(), await newGuest("Mo")];
    const note = await newNote(ana);
    const link = await newLink(ana, note.id, { role: "editor" });
    const wire = await openSocket(mo, note.id, { linkId: link.id });
    expect(await wire.hello()).toMatchObject({ role: "viewer" });
    const forged = await wayOfEditLink(mo, note.id, `${link.url.split("#")[0] ?? ""}#AAAAAAAAAAAAAAAAAAAAAA`);
    const forger = await openSocket(mo, note.id, forged);
    expect(await forger.hello()).toMatchObject({ role: "viewer" });
  });

  it("cut whoever came by them when they are revoked, and open nothing after", async () => {
    const [ana, mo] = [await newGuest(), await newGuest("Mo")];
    const note = await newNote(ana);
    const link = await newLink(ana, note.id, { role: "editor" });
    const way = await wayOfEditLink(mo, note.id, link.url);
    const [mine, wire] = [await join(ana, note.id), await join(mo, note.id, way)];
    const headers = { Authorization: `Bearer ${ana.token}` };
    const revoked = await api(`/api/notes/${note.id}/links/${link.id}`, { method: "DELETE", headers });
    expect(await revoked.json()).toEqual({ cut: { sockets: 1, people: 1 } });
    expect(await wire.closed).toEqual({ code: 4403, reason: "access_ended" });
    expect(await problemIn(await askTicket(mo, note.id, way))).toBe("404 not_found");
    await mine.until(() => mine.ledger.head.seq === 5);
    expect((await api(`/n/${note.id}/${link.id}.md`)).status).toBe(410);
    const again = await api(`/api/notes/${note.id}/links/${link.id}`, { method: "DELETE", headers });
    expect(await again.json()).toEqual({ cut: { sockets: 0, people: 0 } });
  });

  it("count devices, show who is live, and end when they are used up", async () => {
    const [ana, mo, sam] = [await newGuest(), await newGuest("Mo"), await newGuest("Sam")];
    const note = await newNote(ana);
    const link = await newLink(ana, note.id, { role: "viewer", name: "Two", maxUses: 1 });
    await join(mo, note.id, { linkId: link.id });
    await join(mo, note.id, { linkId: link.id });
    await askTicket(ana, note.id, { linkId: link.id });
    expect(await problemIn(await askTicket(sam, note.id, { linkId: link.id }))).toBe("404 not_found");
    const list = await api(`/api/notes/${note.id}/links`, { headers: { Authorization: `Bearer ${ana.token}` } });
    expect(await list.json()).toMatchObject({
      items: [{ id: link.id, url: link.url, name: "Two", uses: 1, live: 2, maxUses: 1 }],
    });
  });

  it("that have expired open nothing", async () => {
    const [ana, mo] = [await newGuest(), await newGuest("Mo")];
    const note = await newNote(ana);
    const link = await newLink(ana, note.id, { role: "viewer", expiresAt: "2026-01-01T00:00:00Z" });
    expect(await problemIn(await askTicket(mo, note.id, { linkId: link.id }))).toBe("404 not_found");
  });

  it("let a command line read the text", async () => {
    const ana = await newGuest();
    const note = await newNote(ana, "Tea");
    const link = await newLink(ana, note.id, { role: "editor" });
    const text = (value: string) => api(`/api/notes/${note.id}/text`, { headers: { Authorization: value } });
    expect(await (await text(`Reed-Link ${link.id}`)).text()).toBe("Tea");
    expect(await (await text(`Reed-Link ${link.id}.${new URL(link.url).hash.slice(1)}`)).text()).toBe("Tea");
    expect(await problemIn(await text("Reed-Link AAAAAAAAAAAAAAAA"))).toBe("404 not_found");
  });

  it("are at most 50", async () => {
    const ana = await newGuest();
    const note = await newNote(ana);
    for (let made = 0; made < 50; made += 1) await newLink(ana, note.id, { role: "viewer" });
    expect(await problemIn(await postJson(`/api/notes/${note.id}/links`, { role: "viewer" }, ana.token))).toBe(
      "409 too_many_links",
    );
  });
});

describe("a note's object", () => {
  it("goes on after hibernation with the same sockets, roles and presence", async () => {
    const [ana, mo] = [await newGuest(), await newGuest("Mo")];
    const note = await newNote(ana, "Tea");
    const [mine, other] = [await join(ana, note.id), await join(ana, note.id)];
    await mine.enrol(ana.certificate);
    mine.send({ type: "set_presence", payload: Uint8Array.of(9) });
    await other.next("peer_presence");
    await evictDurableObject(noteObject(env, note.id));
    expect(await mine.type(" time")).toMatchObject({ type: "ack" });
    await other.until(() => other.text === "Tea time");
    const link = await newLink(ana, note.id, { role: "viewer" });
    const late = await openSocket(mo, note.id, { linkId: link.id });
    expect(await late.hello()).toMatchObject({ role: "viewer", peers: [{ payload: Uint8Array.of(9) }] });
  });

  it("writes nothing for an address that nobody founded", async () => {
    const ana = await newGuest();
    const { id } = await genesisBy(ana.key, crypto.getRandomValues(new Uint8Array(16)));
    await askTicket(ana, id);
    await api(`/n/${id}`);
    const tables = await runInDurableObject(noteObject(env, id), (_, { storage }) =>
      storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'").toArray(),
    );
    expect(tables).toEqual([]);
  });

  it("follows the log with the text in its alarm, also from memory lost", async () => {
    const ana = await newGuest();
    const note = await newNote(ana, "Tea");
    const stub = noteObject(env, note.id);
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    const wire = await join(ana, note.id);
    await wire.enrol(ana.certificate);
    await wire.type(" time");
    await evictDurableObject(stub);
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    const parts = await runInDurableObject(stub, (_, { storage }) =>
      storage.sql.exec("SELECT bytes FROM projection").toArray(),
    );
    expect(parts).toEqual([{ bytes: 8 }]);
  });

  it("takes nothing more into a note that is full, and says so", async () => {
    const ana = await newGuest();
    const note = await newNote(ana, "x".repeat(1_000_000));
    const wire = await join(ana, note.id);
    await wire.enrol(ana.certificate);
    expect(await wire.type("yy")).toMatchObject({ type: "ack" });
    await runDurableObjectAlarm(noteObject(env, note.id));
    expect(await wire.type("z")).toMatchObject({ type: "nack", code: "note_full" });
    await evictDurableObject(noteObject(env, note.id));
    const again = await join(ana, note.id);
    expect(await again.type("z")).toMatchObject({ type: "nack", code: "note_full" });
  });

  it("keeps what proves that a device signed two ops for one place", async () => {
    const ana = await newGuest();
    const note = await newNote(ana);
    const [one, two] = [await join(ana, note.id), await join(ana, note.id)];
    await one.enrol(ana.certificate);
    await two.until(() => two.ledger.head.seq === one.ledger.head.seq);
    two.freeze();
    expect(await one.type("a")).toMatchObject({ type: "ack" });
    expect(await two.type("b")).toMatchObject({ type: "nack", code: "counter", class: "reissue" });
    const kept = await runInDurableObject(noteObject(env, note.id), (_, { storage }) =>
      storage.sql.exec("SELECT count(*) AS kept FROM evidence").toArray(),
    );
    expect(kept).toEqual([{ kept: 1 }]);
  });

  it("acknowledges nothing that its disk refused, and ends", async () => {
    const ana = await newGuest();
    const note = await newNote(ana, "Tea");
    const wire = await join(ana, note.id);
    await wire.enrol(ana.certificate);
    await runInDurableObject(
      noteObject(env, note.id),
      (_, { storage }) =>
        void storage.sql.exec("CREATE TRIGGER full BEFORE INSERT ON log BEGIN SELECT raise(ABORT, 'disk full'); END"),
    );
    await expect(wire.type("!")).rejects.toThrow("closed");
    const again = await join(ana, note.id);
    expect(again.text).toBe("Tea");
  });
});
