// The private log through the real server, by two devices of one user without a browser around them.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "@playwright/test";
import { createApiClient, type DeviceProof } from "@reed/api";
import { toBase64Url } from "@reed/bytes";
import { deviceKeyFromHandle, guestMessage } from "@reed/crypto";
import type { PrivateRegisters } from "@reed/log";
import { httpPrivateLogServer, MemoryStore, openHeadlessDevice, type PrivateLog } from "@reed/sync/headless";
import { type Server, startServer } from "../scripts/server.ts";

const PORT = Number(process.env["REED_E2E_PORT"] ?? 8797) + 40;
const NOTE = "AAAAAAAAAAAAAAAAAAAAAA";
const OTHER_NOTE = "BAAAAAAAAAAAAAAAAAAAAA";
const HOUR_MS = 3_600_000;
/** Two devices that wait for a server come back within 30 s of its return. */
const CLOCK_ERROR_MS = 3000;
const SETTLE = { timeout: 60_000 };

/** A device as it lies in a drawer: its store. */
async function proofBy(store: MemoryStore): Promise<{ readonly device: string; readonly proof: DeviceProof }> {
  const record = await store.device();
  if (record === null) throw new Error("the device was never opened");
  const at = Date.now();
  const key = deviceKeyFromHandle(record.handle, record.publicKey);
  const signature = toBase64Url(await key.sign(guestMessage(record.publicKey, at)));
  return { device: toBase64Url(record.publicKey), proof: { at, signature } };
}

async function open(url: string, store: MemoryStore): Promise<PrivateLog> {
  const device = await openHeadlessDevice(url, store);
  return device.openPrivateLog(httpPrivateLogServer(url));
}

/** Makes the second device one of the first one's user. */
async function join(url: string, first: MemoryStore, second: MemoryStore): Promise<void> {
  const client = (token: string | null) => createApiClient({ fetch, baseUrl: url, token: () => token });
  const guest = await client(null).guest(await proofBy(first));
  if (!guest.ok) throw new Error(guest.code);
  expect(await client(guest.value.accessToken).addDevice(await proofBy(second))).toMatchObject({ status: 201 });
}

const plain = ({ pins, theme, sort, textSize, name }: PrivateRegisters) => ({
  pins: Object.fromEntries(pins),
  theme,
  sort,
  textSize,
  name,
});

test.describe("the private log", () => {
  let stateDir: string;
  let server: Server;

  test.beforeAll(async () => {
    test.setTimeout(180_000);
    stateDir = mkdtempSync(path.join(tmpdir(), "reed-private-log-"));
    server = await startServer({ port: PORT, stateDir });
  });

  test.afterAll(async () => {
    await server.stop();
    rmSync(stateDir, { recursive: true, force: true });
  });

  test("[P6][P9][P10][P12] is the same on two devices, through time offline, a reload and a restart of the server", async () => {
    test.setTimeout(300_000);
    const [phoneStore, laptopStore] = [new MemoryStore(), new MemoryStore()];
    const phone = await open(server.url, phoneStore);
    phone.set({ pins: new Map([[NOTE, true]]) });
    expect(phone.read().pins.get(NOTE)).toBe(true);
    await expect.poll(() => phone.status().save, SETTLE).toBe("Saved");

    await openHeadlessDevice(server.url, laptopStore);
    await join(server.url, phoneStore, laptopStore);
    let laptop = await open(server.url, laptopStore);
    await expect.poll(() => laptop.read().pins.get(NOTE), SETTLE).toBe(true);
    laptop.set({ theme: "dark" });
    await expect.poll(() => phone.read().theme, SETTLE).toBe("dark");

    // Both write without a server; the later write of each register wins on both.
    await server.stop();
    phone.set({ theme: "light", sort: "title" });
    // Each device has the server's time as well as its network let it: what is later must be so by more than that.
    await sleep(CLOCK_ERROR_MS);
    laptop.set({
      pins: new Map([
        [NOTE, null],
        [OTHER_NOTE, true],
      ]),
    });
    laptop.set({ sort: "created" });
    phone.set({ textSize: "large" });
    expect(phone.read()).toMatchObject({ theme: "light", sort: "title" });
    await expect.poll(() => laptop.status().save, SETTLE).toBe("Offline");

    // The laptop is opened anew from its store alone.
    await laptop.close();
    laptop = await open(server.url, laptopStore);
    const kept = { pins: { [OTHER_NOTE]: true }, theme: "dark", sort: "created", textSize: null, name: null };
    await expect.poll(() => plain(laptop.read()), SETTLE).toEqual(kept);

    server = await startServer({ port: PORT, stateDir });
    const both = { pins: { [OTHER_NOTE]: true }, theme: "light", sort: "created", textSize: "large", name: null };
    await expect.poll(() => plain(phone.read()), SETTLE).toEqual(both);
    await expect.poll(() => plain(laptop.read()), SETTLE).toEqual(both);
    await expect.poll(() => [phone, laptop].map((log) => log.status().save), SETTLE).toEqual(["Saved", "Saved"]);
    expect(phone.status()).toMatchObject({ problem: null, refused: 0, isLoaded: true });

    await Promise.all([phone.close(), laptop.close()]);
  });

  test("[P11] keeps what a device wrote whose clock was an hour ahead, and later writes win over it", async () => {
    test.setTimeout(180_000);
    const [phoneStore, laptopStore] = [new MemoryStore(), new MemoryStore()];
    const before = await open(server.url, phoneStore);
    await expect.poll(() => before.status().save, SETTLE).toBe("Saved");
    await before.close();
    await openHeadlessDevice(server.url, laptopStore);
    await join(server.url, phoneStore, laptopStore);

    await server.stop();
    const phone = await open(server.url, phoneStore);
    const now = Date.now.bind(Date);
    Date.now = () => now() + HOUR_MS;
    try {
      phone.set({ theme: "dark" });
      phone.set({ theme: "light", name: "Ana" });
    } finally {
      Date.now = now;
    }
    await phone.close();

    server = await startServer({ port: PORT, stateDir });
    const again = await open(server.url, phoneStore);
    const laptop = await open(server.url, laptopStore);
    await expect.poll(() => plain(laptop.read()), SETTLE).toMatchObject({ theme: "light", name: "Ana" });
    laptop.set({ theme: "system" });
    await expect.poll(() => again.read().theme, SETTLE).toBe("system");
    await expect.poll(() => again.status(), SETTLE).toMatchObject({ save: "Saved", refused: 0, problem: null });
    await Promise.all([again.close(), laptop.close()]);
  });
});
