import { env } from "cloudflare:workers";
import { deviceListSchema } from "@reed/api";
import { generateDeviceKey } from "@reed/crypto";
import * as v from "valibot";
import { beforeAll, describe, expect, it } from "vitest";
import { ask, newPerson, signIn, withDevice } from "../identity/accounts.test-support.ts";
import {
  askTicket,
  genesisBy,
  newDevice,
  newGuest,
  newNote,
  openSocket,
  postJson,
  problemIn,
  proofOf,
  putGenesis,
  startWorld,
  ticketFor,
  upgrade,
} from "../world.test-support.ts";
import { Provider } from "../yjs/provider.test-support.ts";

beforeAll(startWorld);

const devicesOf = async (token: string) =>
  v.parse(deviceListSchema, await (await ask("GET", "/api/me/devices", undefined, { token })).json()).items;
const revoke = (device: string, token: string) => ask("DELETE", `/api/me/devices/${device}`, undefined, { token });
const endSessionOf = (token: string) => ask("DELETE", "/api/session", undefined, { token });

describe("devices", () => {
  it("[U19] are listed with a name, the newest first, and which of them is asking", async () => {
    const ana = await newPerson();
    const first = await withDevice(ana);
    const second = await withDevice(await signIn(ana.username));
    const listed = await devicesOf(second.token);
    expect(new Set(listed.map(({ device }) => device))).toEqual(new Set([first.device, second.device]));
    expect(listed.map(({ name }) => name)).toEqual(["Device", "Device"]);
    expect(listed.filter(({ isCurrent }) => isCurrent).map(({ device }) => device)).toEqual([second.device]);
    expect(await devicesOf((await newPerson()).token)).toEqual([]);
  });

  it("[U20] that are revoked end with their sessions, and are never certified again, for anybody", async () => {
    const ana = await newPerson();
    const lost = await withDevice(ana);
    const here = await withDevice(await signIn(ana.username));
    const note = await newNote(here);
    expect((await revoke(lost.device, here.token)).status).toBe(204);
    expect(await devicesOf(here.token)).toHaveLength(1);
    expect(await problemIn(await postJson("/api/notes", {}, lost.token))).toBe("401 session_ended");
    const proof = await proofOf(lost.key);
    const again = (token: string) => postJson("/api/devices", { device: lost.device, proof }, token);
    expect(await problemIn(await again(here.token))).toBe("403 device_revoked");
    expect(await problemIn(await again((await newPerson()).token))).toBe("403 device_revoked");
    expect(await problemIn(await postJson("/api/guests", { device: lost.device, proof }))).toBe("403 device_revoked");
    const ticket = { device: lost.device };
    expect(await problemIn(await postJson(`/api/notes/${note.id}/ticket`, ticket, here.token))).toBe(
      "403 device_revoked",
    );
    expect(await problemIn(await postJson(`/api/notes/${note.id}/ticket`, ticket))).toBe("403 device_revoked");
    expect(await problemIn(await postJson("/api/feed/ticket", ticket, here.token))).toBe("403 device_revoked");
    const { id, envelope } = await genesisBy(lost.key, new Uint8Array(16).fill(3));
    expect(await problemIn(await putGenesis(id, envelope, here.token))).toBe("403 forbidden");
  });

  it("[U20] of others are nobody's to revoke", async () => {
    const [ana, mo] = [await withDevice(await newPerson()), await newGuest()];
    for (const device of [ana.device, "A".repeat(43), "x", "__proto__"])
      expect(await problemIn(await revoke(device, mo.token))).toBe("404 not_found");
    expect(await devicesOf(ana.token)).toHaveLength(1);
  });

  it("[U20] of a guest are revoked by another of its devices", async () => {
    const first = await newGuest();
    const second = await newDevice(first);
    expect((await revoke(first.device, second.token)).status).toBe(204);
    const back = { device: first.device, proof: await proofOf(first.key) };
    expect(await problemIn(await postJson("/api/guests", back))).toBe("403 device_revoked");
  });
});

describe("tickets", () => {
  it("[U16] open nothing once the sign-in behind them has ended, or their device was revoked", async () => {
    const ana = await newPerson();
    const [first, second] = [await withDevice(ana), await withDevice(await signIn(ana.username))];
    const note = await newNote(first);
    const [one, two] = [await ticketFor(first, note.id), await ticketFor(second, note.id)];
    expect((await revoke(second.device, first.token)).status).toBe(204);
    expect(await problemIn(await upgrade(note.id, two.protocols))).toBe("401 session_ended");
    const borrowed = await withDevice(ana);
    const three = await ticketFor(borrowed, note.id);
    await env.PLATFORM.prepare("UPDATE devices SET revoked = 1 WHERE device = ?").bind(borrowed.key.publicKey).run();
    expect(await problemIn(await upgrade(note.id, three.protocols))).toBe("403 device_revoked");
    await endSessionOf(first.token);
    expect(await problemIn(await upgrade(note.id, one.protocols))).toBe("401 session_ended");
    expect(await problemIn(await askTicket(first, note.id))).toBe("401 session_ended");
  });

  it("[U26] open one socket, and nothing for who stole them without the device's key", async () => {
    const ana = await withDevice(await newPerson());
    const note = await newNote(ana);
    const stolen = await ticketFor(ana, note.id);
    expect((await upgrade(note.id, stolen.protocols)).status).toBe(101);
    const again = await upgrade(note.id, stolen.protocols);
    expect(await problemIn(again)).toBe("401 ticket_invalid");
    const thief = await openSocket({ ...ana, key: await generateDeviceKey() }, note.id);
    await expect(thief.hello()).rejects.toThrow("hello_proof");
  });
});

describe("what a sign-in had open", () => {
  it("[U16] closes when it ends, and what others of the same user have open stays", async () => {
    const ana = await newPerson();
    const [first, second] = [await withDevice(ana), await withDevice(await signIn(ana.username))];
    const note = await newNote(first, "Tea");
    const [ended, kept] = [await openSocket(first, note.id), await openSocket(second, note.id)];
    await Promise.all([ended.hello(), kept.hello()]);
    const provider = await Provider.join(note.id, first.token);
    await endSessionOf(first.token);
    expect(await ended.closed).toMatchObject({ reason: "access_ended" });
    expect(await provider.closed).toMatchObject({ reason: "access_ended" });
    expect(await kept.enrol(second.certificate)).toMatchObject({ type: "ack" });
  });

  it("[U16] closes at a device when that is revoked", async () => {
    const ana = await newPerson();
    const [here, lost] = [await withDevice(ana), await withDevice(ana)];
    const note = await newNote(here, "Tea");
    const [kept, cut] = [await openSocket(here, note.id), await openSocket(lost, note.id)];
    await Promise.all([kept.hello(), cut.hello()]);
    await ask("DELETE", `/api/me/devices/${lost.device}`, undefined, { token: (await signIn(ana.username)).token });
    expect(await cut.closed).toMatchObject({ reason: "access_ended" });
  });

  it("[U16] is not opened anew by a provider", async () => {
    const ana = await newPerson();
    const note = await newNote(await withDevice(ana));
    expect((await Provider.join(note.id, ana.token)).text).toBe("");
    await endSessionOf(ana.token);
    expect(await (await Provider.open(note.id, ana.token)).closed).toEqual({ code: 4403, reason: "access_ended" });
  });
});
