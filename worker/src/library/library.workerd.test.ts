import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { fromBase64Url } from "@reed/bytes";
import { ed25519 } from "@reed/crypto";
import {
  decodeSnapshot,
  encodeCbor,
  Ledger,
  noteIdOf,
  parseNoteId,
  privateRegisters,
  userPrincipal,
  verifySnapshot,
} from "@reed/log";
import { beforeAll, describe, expect, it } from "vitest";
import { sha256 } from "../host/ports.ts";
import {
  api,
  genesisBy,
  newDevice,
  newGuest,
  newNote,
  postJson,
  problemIn,
  proofOf,
  putGenesis,
  startWorld,
  ticketFor,
  upgrade,
} from "../world.test-support.ts";
import {
  askLogTicket,
  getLog,
  joinLog,
  libraryOf,
  logOf,
  logTicket,
  openLog,
  registersOf,
  setRegisters,
  upgradeLog,
  writePayload,
} from "./library.test-support.ts";

const NOTE = "AAAAAAAAAAAAAAAAAAAAAA";

beforeAll(startWorld);

describe("a device of the signed-in user", () => {
  it("[P1] is added with a proof of its key, once or again", async () => {
    const ana = await newGuest();
    const second = await newDevice(ana);
    const again = await postJson(
      "/api/devices",
      { device: second.device, proof: await proofOf(second.key) },
      ana.token,
    );
    expect(again.status).toBe(200);
    const guest = await postJson("/api/guests", { device: second.device, proof: await proofOf(second.key) });
    expect(await guest.json()).toMatchObject({ user: { id: ana.userId } });
  });

  it("[P1] is not added without a token, without its own fresh proof, or where it is another user's", async () => {
    const [ana, mo] = [await newGuest(), await newGuest("Mo")];
    const add = async (device: string, proof: unknown, token: string | null = ana.token): Promise<string> =>
      problemIn(await postJson("/api/devices", { device, proof }, token));
    expect(await add(mo.device, await proofOf(mo.key), null)).toBe("401 unauthenticated");
    expect(await add(mo.device, undefined)).toBe("400 invalid");
    expect(await add(mo.device, await proofOf(ana.key))).toBe("401 proof_invalid");
    expect(await add(mo.device, await proofOf(mo.key, Date.now() - 600_000))).toBe("401 proof_invalid");
    expect(await add(mo.device, await proofOf(mo.key))).toBe("409 device_taken");
    expect(await add(NOTE.padEnd(43, "A"), await proofOf(mo.key))).toBe("400 invalid");
  });
});

describe("the private log", () => {
  it("[P2][P3] is begun once, however many devices ask first, and is its user's", async () => {
    const ana = await newGuest();
    const devices = [ana, await newDevice(ana), await newDevice(ana)];
    const [first, ...others] = await Promise.all(devices.map(logOf));
    for (const other of others) expect(other).toEqual(first);
    expect(noteIdOf(fromBase64Url(first?.docId ?? ""))).toBe(first?.id);
    const wire = await openLog(ana);
    expect(await wire.hello()).toMatchObject({ role: "owner" });
    expect(wire.ledger.scope).toBe("private");
    expect([...wire.ledger.grants].map(([principal, { role }]) => [principal, role])).toEqual([
      [userPrincipal(ana.userId), "owner"],
    ]);
    expect(await logOf(await newGuest("Mo"))).not.toEqual(first);
  });

  it("[P2] is taken up where its beginning was broken off", async () => {
    const ana = await newGuest();
    const { id } = await logOf(ana);
    await runInDurableObject(libraryOf(ana), (_, { storage }) => {
      storage.sql.exec("DELETE FROM log WHERE seq > 1");
    });
    await evictDurableObject(libraryOf(ana));
    expect((await logOf(ana)).id).toBe(id);
    const wire = await openLog(ana);
    expect(await wire.hello()).toMatchObject({ role: "owner", head: { seq: 3 } });
  });

  it("[P2] is begun by nobody else, and at no note's address", async () => {
    const ana = await newGuest();
    const genesis = await genesisBy(ana.key, crypto.getRandomValues(new Uint8Array(16)), undefined, "private");
    expect(await problemIn(await putGenesis(genesis.id, genesis.envelope, ana.token))).toBe("400 genesis_invalid");
    const { id } = await logOf(ana);
    expect(
      await problemIn(await api(`/api/notes/${id}/text`, { headers: { Authorization: `Bearer ${ana.token}` } })),
    ).toBe("404 not_found");
  });

  it("[P4] lets no device in that is not the caller's", async () => {
    const [ana, mo] = [await newGuest(), await newGuest("Mo")];
    expect(await problemIn(await api("/api/me/log"))).toBe("401 unauthenticated");
    expect(await problemIn(await askLogTicket({ ...ana, device: mo.device }))).toBe("403 forbidden");
    const unknown = { ...ana, device: NOTE.padEnd(43, "A") };
    expect(await problemIn(await askLogTicket(unknown))).toBe("403 forbidden");
  });

  it("[P4] opens a socket only to who holds the key that the ticket names", async () => {
    const [ana, mo] = [await newGuest(), await newGuest("Mo")];
    const wire = await openLog(ana, mo.key);
    await expect(wire.hello()).rejects.toThrow("closed");
    expect(await wire.closed).toEqual({ code: 4401, reason: "hello_proof" });
  });

  it("[P5] takes no ticket for a note, and no note takes one of its tickets", async () => {
    const [ana, mo] = [await newGuest(), await newGuest("Mo")];
    const note = await newNote(ana);
    await logOf(ana);
    const forNote = await ticketFor(ana, note.id);
    expect(await problemIn(await upgradeLog(forNote.protocols))).toBe("401 ticket_wrong_note");
    const forLog = await logTicket(ana);
    expect(await problemIn(await upgrade(note.id, forLog.protocols))).toBe("401 ticket_wrong_note");
    const { id } = await logOf(mo);
    expect(await problemIn(await upgrade(id, forLog.protocols))).toBe("401 ticket_wrong_note");
    expect(await problemIn(await upgradeLog(["reed.1"]))).toBe("401 ticket_invalid");
    expect(await problemIn(await api("/api/me/log/socket"))).toBe("426 upgrade_required");
  });

  it("[P6] carries what one device sets to the others", async () => {
    const ana = await newGuest();
    const [phone, laptop] = [await joinLog(ana), await joinLog(await newDevice(ana))];
    expect(await setRegisters(phone, { pins: new Map([[NOTE, true]]), theme: "dark" })).toMatchObject({ type: "ack" });
    await laptop.until(() => registersOf(laptop).theme === "dark");
    expect(await setRegisters(laptop, { theme: "light" })).toMatchObject({ type: "ack" });
    await phone.until(() => registersOf(phone).theme === "light");
    expect(registersOf(phone)).toEqual(registersOf(laptop));
    expect([...registersOf(phone).pins]).toEqual([[NOTE, true]]);
  });

  it("[P6] refuses registers that it does not know, or of another type", async () => {
    const wire = await joinLog(await newGuest());
    const set = (values: Record<string, string | boolean>) =>
      writePayload(wire, encodeCbor({ v: 1, t: (Date.now() - 1) * 1000, set: values }));
    expect(await set({ theme: "sepia" })).toMatchObject({ code: "register_type" });
    expect(await set({ color: "sand" })).toMatchObject({ code: "register_unknown_key" });
    expect(await set({ "pins/not-a-note": true })).toMatchObject({ code: "register_unknown_key" });
    expect(await writePayload(wire, Uint8Array.of(0))).toMatchObject({ code: "register_malformed" });
    expect(
      await writePayload(wire, privateRegisters.write({ theme: "dark" }, (Date.now() + 60_000) * 1000)),
    ).toMatchObject({
      code: "register_time",
    });
    expect(await writePayload(wire, encodeCbor({ v: 2, t: 1, set: { "x-new": 1 } }))).toMatchObject({
      code: "register_ahead",
    });
  });

  it("[P7] has no text", async () => {
    const wire = await joinLog(await newGuest());
    expect(await wire.type("Tea")).toMatchObject({ type: "nack", class: "never", code: "bucket" });
  });

  it("[P8] is given to nobody else, not even by its owner", async () => {
    const [ana, mo] = [await newGuest(), await newGuest("Mo")];
    const wire = await joinLog(ana);
    const grant = { principal: userPrincipal(mo.userId), role: "viewer", key: null, expiresUs: null } as const;
    expect(await wire.grant([grant])).toMatchObject({ type: "nack", code: "forbidden" });
  });

  it("[P9] goes on after hibernation with the same sockets, and from its disk", async () => {
    const ana = await newGuest();
    const [phone, laptop] = [await joinLog(ana), await joinLog(await newDevice(ana))];
    const before = await logOf(ana);
    await setRegisters(phone, { sort: "title" });
    await evictDurableObject(libraryOf(ana));
    expect(await setRegisters(phone, { sort: "created" })).toMatchObject({ type: "ack" });
    await laptop.until(() => registersOf(laptop).sort === "created");
    phone.close();
    laptop.close();
    await evictDurableObject(libraryOf(ana));
    expect(await logOf(ana)).toEqual(before);
    const again = await joinLog(ana);
    expect(registersOf(again).sort).toBe("created");
  });

  it("[P9] leaves a snapshot of its registers, from which a new device begins", async () => {
    const ana = await newGuest();
    expect(await problemIn(await getLog(ana, "/snapshot"))).toBe("404 not_found");
    const wire = await joinLog(ana);
    expect(await problemIn(await getLog(ana, "/snapshot"))).toBe("404 no_snapshot");
    for (let index = 0; index < 3; index += 1) {
      const tags = Array.from({ length: 700 }, (_, tag): [string, boolean] => [`${NOTE}/tag ${index} ${tag}`, true]);
      expect(await setRegisters(wire, { tags: new Map(tags) })).toMatchObject({ type: "ack" });
    }
    await evictDurableObject(libraryOf(ana));
    expect(await runDurableObjectAlarm(libraryOf(ana))).toBe(true);
    const response = await getLog(ana, "/snapshot");
    const id = parseNoteId((await logOf(ana)).id);
    if (id === null) throw new Error("not an id");
    const file = new Uint8Array(await response.arrayBuffer());
    const snapshot = await verifySnapshot(decodeSnapshot(file), id, { sha256, verifier: ed25519 });
    const ledger = Ledger.load(snapshot.ledger, { sha256, below: "trust" });
    expect(privateRegisters.read(ledger.fold(privateRegisters.reducer)).tags.size).toBe(2100);
    expect(snapshot.text).toHaveLength(0);
    const etag = response.headers.get("ETag") ?? "";
    const known = await api("/api/me/log/snapshot", {
      headers: { Authorization: `Bearer ${ana.token}`, "If-None-Match": etag },
    });
    expect(known.status).toBe(304);
  });
});
