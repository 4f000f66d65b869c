// What needs no server: a device that is offline, and its tabs.
import type { NoteId } from "@reed/log";
import { noteIdOf } from "@reed/log";
import { describe, expect, it, vi } from "vitest";
import { Identity } from "../identity.ts";
import { RefusedError, type Server } from "../server.ts";
import { MemoryStore } from "../store/memory-store.ts";
import { UNREACHED, unreached } from "../unreached.test-support.ts";
import { verifyHere } from "../verifier/batch.ts";
import { PrivateLog } from "./private-log.ts";
import type { FoundLog, PrivateLogServer } from "./private-log-server.ts";

const NOTE = "AAAAAAAAAAAAAAAAAAAAAA";

const GUEST_ONLY: Server = {
  ...UNREACHED,
  guest: async () => ({
    userId: "00000000-0000-4000-8000-000000000001",
    certificate: new Uint8Array(100),
    accessToken: "token",
    expiresAtMs: Date.now() + 600_000,
  }),
};

function logServer(log: () => Promise<FoundLog>): PrivateLogServer {
  return { log, ticket: unreached, snapshot: unreached };
}

/** The log of another test is another log: tabs of one device find each other by its id. */
function newAddress(): { readonly noteId: NoteId; readonly docId: Uint8Array } {
  const docId = crypto.getRandomValues(new Uint8Array(32));
  return { noteId: noteIdOf(docId), docId };
}

interface Device {
  readonly store: MemoryStore;
  readonly identity: Identity;
  open(options?: { readonly server?: PrivateLogServer; readonly sharesDevice?: boolean }): PrivateLog;
}

/** `address`: the private log that the device has heard of. */
async function newDevice(address: ReturnType<typeof newAddress> | null): Promise<Device> {
  const store = new MemoryStore();
  const identity = await Identity.open(store, GUEST_ONLY);
  if (address !== null) {
    await identity.accessToken();
    await identity.keepPrivateLog(address);
  }
  const onNetwork = () => () => undefined;
  return {
    store,
    identity,
    open: ({ server = logServer(unreached), sharesDevice = false } = {}) =>
      new PrivateLog({ store, identity, onNetwork, verifyOps: verifyHere, restMs: () => 0, server, sharesDevice }),
  };
}

describe("a private log without a network", () => {
  it("[P10] is written and read, and is there after a reload", async () => {
    const device = await newDevice(newAddress());
    const log = device.open();
    log.set({ theme: "dark", pins: new Map([[NOTE, true]]) });
    log.set({ theme: "light" });
    expect(log.read()).toMatchObject({ theme: "light", pins: new Map([[NOTE, true]]) });
    expect(log.read()).toBe(log.read());
    await log.close();
    const again = device.open();
    await vi.waitFor(() => expect(again.read()).toMatchObject({ theme: "light", pins: new Map([[NOTE, true]]) }));
    expect(again.status()).toMatchObject({ refused: 0, isLoaded: false });
    await again.close();
  });

  it("[P10] takes nothing that no replica would take", async () => {
    const device = await newDevice(newAddress());
    const log = device.open();
    expect(() => log.set({ pins: new Map([["not a note", true]]) })).toThrow(RangeError);
    expect(log.read().pins.size).toBe(0);
    await log.close();
  });

  it("[P10] waits in memory where the device does not know yet which log is its user's", async () => {
    const device = await newDevice(null);
    const address = newAddress();
    const server = { isReached: false };
    const log = device.open({
      server: logServer(() =>
        server.isReached ? Promise.resolve({ ...address, serverTimeMs: Date.now() }) : unreached(),
      ),
    });
    log.set({ sort: "title" });
    expect(log.status().save).toBe("Saving…");
    server.isReached = true;
    await vi.waitFor(async () => expect((await device.store.load(address.noteId)).outbox).toHaveLength(1), 5000);
    expect(device.identity.privateLog).toEqual(address);
    expect(log.read().sort).toBe("title");
    await log.close();
  });

  it("[P10] says why where the server refuses for good", async () => {
    const device = await newDevice(null);
    const log = device.open({ server: logServer(() => Promise.reject(new RefusedError("not_found", true))) });
    await vi.waitFor(() => expect(log.status()).toMatchObject({ problem: "not_found", save: "Access removed" }));
    await log.close();
  });

  it("[P12] is not another log than the one that the device knows", async () => {
    const device = await newDevice(newAddress());
    const log = device.open({ server: logServer(async () => ({ ...newAddress(), serverTimeMs: Date.now() })) });
    await vi.waitFor(() => expect(log.status().problem).toBe("conflict"));
    await log.close();
  });
});

describe("two tabs of one device", () => {
  it("[P10] show the same, and what either writes is kept by the one that leads", async () => {
    const device = await newDevice(newAddress());
    const first = device.open({ sharesDevice: true });
    first.set({ theme: "dark" });
    await vi.waitFor(async () => expect(await outboxOf(device)).toHaveLength(1));
    const second = device.open({ sharesDevice: true });
    await vi.waitFor(() => expect(second.read().theme).toBe("dark"));
    second.set({ sort: "title" });
    expect(second.read()).toMatchObject({ theme: "dark", sort: "title" });
    await vi.waitFor(() => expect(first.read()).toMatchObject({ theme: "dark", sort: "title" }));
    expect(await outboxOf(device)).toHaveLength(2);
    await first.close();
    await second.close();
  });

  it("[P10] lose nothing when the one that leads goes", async () => {
    const device = await newDevice(newAddress());
    const first = device.open({ sharesDevice: true });
    first.set({ theme: "dark" });
    await vi.waitFor(async () => expect(await outboxOf(device)).toHaveLength(1));
    const second = device.open({ sharesDevice: true });
    await vi.waitFor(() => expect(second.read().theme).toBe("dark"));
    await first.close();
    second.set({ sort: "title" });
    await vi.waitFor(async () => expect(await outboxOf(device)).toHaveLength(2));
    expect(second.read()).toMatchObject({ theme: "dark", sort: "title" });
    await second.close();
  });
});

async function outboxOf({ store, identity }: Device) {
  const address = identity.privateLog;
  return address === undefined ? [] : (await store.load(address.noteId)).outbox;
}
