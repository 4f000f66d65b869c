// Whom a device acts for: its guest, an account that somebody signed in to, and what is left when that is over.
import { describe, expect, it } from "vitest";
import type { AccountServer, Session } from "./account-server.ts";
import { Identity } from "./identity.ts";
import { RefusedError, type Server } from "./server.ts";
import { MemoryStore } from "./store/memory-store.ts";
import { UNREACHED, unreached } from "./unreached.test-support.ts";

const GUEST = "00000000-0000-4000-8000-000000000001";
const OTHER = "00000000-0000-4000-8000-000000000002";
const ana = { username: "ana", password: "correct horse" };

function guestServer(): Server {
  let made = 0;
  return {
    ...UNREACHED,
    guest: async () => ({
      userId: GUEST,
      certificate: Uint8Array.of(1),
      accessToken: `guest ${(made += 1)}`,
      expiresAtMs: Date.now() + 600_000,
    }),
  };
}

function session(userId: string, accessToken: string, expiresInMs = 600_000): Session {
  return {
    userId,
    username: "ana",
    name: "Ana",
    color: "#2c6e5a",
    accessToken,
    expiresAtMs: Date.now() + expiresInMs,
    refreshToken: null,
  };
}

/** Calls in their order, the guest's token where one came along. */
function accountServer(calls: string[], over: Partial<AccountServer> = {}): AccountServer {
  return {
    create: async (_account, token) => {
      calls.push(`create ${token}`);
      return session(GUEST, "first", 0);
    },
    open: async (_credentials, restore, token) => {
      calls.push(`open ${token}${restore ? " restore" : ""}`);
      return session(OTHER, "first", 0);
    },
    refresh: async () => {
      calls.push("refresh");
      return session(GUEST, `refreshed ${calls.length}`);
    },
    end: async (token) => void calls.push(`end ${token}`),
    certify: async () => Uint8Array.of(2),
    ...over,
  };
}

const open = (store: MemoryStore, accounts: AccountServer) => Identity.open(store, guestServer(), { accounts });

describe("a device's user", () => {
  it("is a guest who becomes an account, and stays the same user", async () => {
    const calls: string[] = [];
    const store = new MemoryStore();
    const identity = await open(store, accountServer(calls));
    await identity.accessToken();
    await identity.signUp(ana);
    expect(calls).toEqual(["create guest 1"]);
    expect(identity.account).toEqual({ userId: GUEST, username: "ana", isSignedIn: true });
    expect(identity.profile).toEqual({ name: "Ana", color: "#2c6e5a" });
    expect(await identity.certificate()).toEqual(Uint8Array.of(2));
    expect(await identity.accessToken()).toBe("refreshed 2");

    const again = await open(store, accountServer(calls));
    expect(again.account).toEqual(identity.account);
    expect(await again.accessToken()).toBe("refreshed 3");
  });

  it("brings the guest's token along to another account, and none where there was no guest", async () => {
    const calls: string[] = [];
    const identity = await open(new MemoryStore(), accountServer(calls));
    await identity.signIn(ana, true);
    const guest = await open(new MemoryStore(), accountServer(calls));
    await guest.accessToken();
    await guest.signIn(ana, false);
    expect(calls).toEqual(["open null restore", "open guest 1"]);
    expect(guest.account.userId).toBe(OTHER);
  });

  it("signs in also where its guest became an account that it never heard of", async () => {
    const calls: string[] = [];
    const store = new MemoryStore();
    await (await open(store, accountServer(calls))).accessToken();
    const server = { ...guestServer(), guest: () => Promise.reject(new RefusedError("device_taken", false)) };
    const identity = await Identity.open(store, server, { accounts: accountServer(calls) });
    await identity.signIn(ana, false);
    expect(calls).toEqual(["open null"]);
    expect(identity.account.isSignedIn).toBe(true);
  });

  it("is asked for a token once, however many want one", async () => {
    const calls: string[] = [];
    const identity = await open(new MemoryStore(), accountServer(calls));
    await identity.signUp(ana);
    const tokens = await Promise.all([identity.accessToken(), identity.accessToken(), identity.accessToken()]);
    expect(new Set(tokens).size).toBe(1);
    expect(calls).toEqual(["create null", "refresh"]);
    identity.forget(tokens[0]);
    expect(await identity.accessToken()).not.toBe(tokens[0]);
  });
});

describe("a session that is over", () => {
  const ended = { refresh: () => Promise.reject(new RefusedError("session_ended", false)) };

  it("leaves the device its notes and nobody to speak for", async () => {
    const store = new MemoryStore();
    const identity = await open(store, accountServer([], ended));
    await identity.signUp(ana);
    let heard = 0;
    identity.subscribe(() => (heard += 1));
    await expect(identity.accessToken()).rejects.toMatchObject({ code: "session_ended", isFinal: true });
    expect(heard).toBe(1);
    expect(identity.account).toEqual({ userId: GUEST, username: "ana", isSignedIn: false });
    expect(await identity.certificate()).toBeNull();
    const again = await open(store, accountServer([]));
    await expect(again.accessToken()).rejects.toMatchObject({ code: "session_ended" });
  });

  it("is not over where the server was not reached", async () => {
    const identity = await open(new MemoryStore(), accountServer([], { refresh: unreached }));
    await identity.signUp(ana);
    await expect(identity.accessToken()).rejects.toThrow("no network");
    expect(identity.account.isSignedIn).toBe(true);
  });

  it("goes on when the same person signs in, and is refused to somebody else", async () => {
    const calls: string[] = [];
    const identity = await open(new MemoryStore(), accountServer(calls));
    await identity.signUp(ana);
    await identity.signOut();
    await expect(identity.signIn(ana, false)).rejects.toMatchObject({ code: "device_taken" });
    expect(identity.account.isSignedIn).toBe(false);
    const same = accountServer(calls, { open: async () => session(GUEST, "again") });
    const store = new MemoryStore();
    const other = await open(store, same);
    await other.signUp(ana);
    await other.signOut();
    await other.signIn(ana, false);
    expect(other.account.isSignedIn).toBe(true);
    expect(await other.accessToken()).toBe("again");
    expect(calls).toContain("end first");
  });

  it("is never begun on a device that the server won't certify", async () => {
    const calls: string[] = [];
    const refused = { certify: () => Promise.reject(new RefusedError("device_revoked", false)) };
    const identity = await open(new MemoryStore(), accountServer(calls, refused));
    await expect(identity.signIn(ana, false)).rejects.toMatchObject({ code: "device_taken" });
    expect(calls).toEqual(["open null", "end first"]);
    expect(identity.account.username).toBeNull();
  });
});

describe("the tabs of one device", () => {
  it("hear from each other who is signed in", async () => {
    const store = new MemoryStore();
    const [here, there] = [await open(store, accountServer([])), await open(store, accountServer([]))];
    await here.signUp(ana);
    await there.readAnew();
    expect(there.account).toEqual(here.account);
    expect(there.profile.name).toBe("Ana");
    await here.signOut();
    await there.readAnew();
    await expect(there.accessToken()).rejects.toMatchObject({ code: "session_ended" });
  });
});

describe("a host that knows its person", () => {
  const hosted = (store: MemoryStore, accounts: AccountServer, again: () => Promise<Session>) =>
    Identity.open(store, guestServer(), { accounts, host: { session: session(GUEST, "hosted", 0), again } });
  const ended = { refresh: () => Promise.reject(new RefusedError("session_ended", false)) };

  it("signs in without anybody being asked, and no guest is ever made", async () => {
    const calls: string[] = [];
    const identity = await hosted(new MemoryStore(), accountServer(calls), unreached);
    expect(identity.account).toMatchObject({ userId: GUEST, isSignedIn: true });
    expect(identity.profile.name).toBe("Ana");
    expect(await identity.certificate()).toEqual(Uint8Array.of(2));
    expect(await identity.accessToken()).toBe("refreshed 1");
  });

  it("is asked once when the session is over, and goes on as the same person", async () => {
    let asked = 0;
    const again = async () => session(GUEST, `again ${(asked += 1)}`);
    const identity = await hosted(new MemoryStore(), accountServer([], ended), again);
    expect(await identity.accessToken()).toBe("again 1");
    expect(identity.account.isSignedIn).toBe(true);
    expect(asked).toBe(1);
  });

  it("has left when the host vouches for nobody, and for somebody else too", async () => {
    const refused = () => Promise.reject(new RefusedError("discord_refused", true));
    for (const again of [refused, async () => session(OTHER, "another")]) {
      const identity = await hosted(new MemoryStore(), accountServer([], ended), again);
      await expect(identity.accessToken()).rejects.toMatchObject({ code: "session_ended" });
      expect(identity.account.isSignedIn).toBe(false);
    }
  });

  it("has not left where the host was not reached, and comes back when it is asked to", async () => {
    let isDown = true;
    const again = () => (isDown ? unreached() : Promise.resolve(session(GUEST, "again")));
    const identity = await hosted(new MemoryStore(), accountServer([], ended), again);
    await expect(identity.accessToken()).rejects.toThrow("no network");
    expect(identity.account.isSignedIn).toBe(true);
    isDown = false;
    await identity.signInByHost();
    expect(await identity.accessToken()).toBe("again");
  });

  it("begins on a device that was nobody's before its certificate is there, and fetches it when it is needed", async () => {
    let asked = 0;
    const certify = async () => {
      asked += 1;
      return asked === 1 ? unreached() : Uint8Array.of(asked);
    };
    const identity = await hosted(new MemoryStore(), accountServer([], { certify }), unreached);
    expect(identity.account.isSignedIn).toBe(true);
    await expect(identity.certificate()).rejects.toThrow("no network");
    expect(await Promise.all([identity.certificate(), identity.certificate()])).toEqual([
      Uint8Array.of(2),
      Uint8Array.of(2),
    ]);
    expect(asked).toBe(2);
  });

  it("keeps its session when this device is refused: another device may have it", async () => {
    const calls: string[] = [];
    const store = new MemoryStore();
    const first = await hosted(store, accountServer([]), unreached);
    await first.certificate();
    const refused = accountServer(calls, { certify: () => Promise.reject(new RefusedError("device_taken", false)) });
    await expect(hosted(store, refused, unreached)).rejects.toMatchObject({ code: "device_taken" });
    const anew = await hosted(new MemoryStore(), refused, unreached);
    await expect(anew.certificate()).rejects.toMatchObject({ code: "device_taken" });
    expect(calls.filter((call) => call.startsWith("end"))).toEqual([]);
  });
});
