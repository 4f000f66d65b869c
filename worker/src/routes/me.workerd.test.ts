import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import {
  ask,
  newPerson,
  newUsername,
  PASSWORD,
  sessionsOf,
  signIn,
  withDevice,
} from "../identity/accounts.test-support.ts";
import { GRACE_MS } from "../identity/accounts.ts";
import { purgeDue, sweep } from "../identity/purge.ts";
import { api, newGuest, newNote, openSocket, postJson, problemIn, proofOf, startWorld } from "../world.test-support.ts";

beforeAll(startWorld);

const MINUTE_MS = 60_000;
const me = (token: string) => ask("GET", "/api/me", undefined, { token });
const change = (token: string, body: unknown) => ask("PATCH", "/api/me", body, { token });
const remove = (token: string, body: unknown) => ask("DELETE", "/api/me", body, { token });
const tryIn = (username: string, more: object = {}) =>
  ask("POST", "/api/session", { username, password: PASSWORD, transport: "body", ...more });

describe("the caller's own user", () => {
  it("[U15] is read and changed, one field at a time, by guests too", async () => {
    const guest = await newGuest("Mo");
    expect(await (await me(guest.token)).json()).toMatchObject({
      user: { id: guest.userId, name: "Mo", username: null },
      createdAt: expect.stringMatching(/Z$/),
    });
    const changed = await change(guest.token, { name: "  Mo\u202E " });
    expect(await changed.json()).toMatchObject({ user: { name: "Mo" } });
    expect(await (await change(guest.token, { color: "#AABBCC" })).json()).toMatchObject({
      user: { name: "Mo", color: "#aabbcc" },
    });
    for (const body of [{}, { name: "" }, { username: "root" }, { id: guest.userId }, { color: "red" }, []])
      expect(await problemIn(await change(guest.token, body))).toBe("400 invalid");
  });

  it("[U15] gets a new password for the old one, which ends all other sessions", async () => {
    const ana = await newPerson();
    const other = await signIn(ana.username);
    const next = "a better password";
    const wrong = await change(ana.token, { password: { current: "wrong password", next } });
    expect(await problemIn(wrong)).toBe("401 credentials_wrong");
    expect((await change(ana.token, { password: { current: PASSWORD, next } })).status).toBe(200);
    expect(await problemIn(await me(other.token))).toBe("401 session_ended");
    expect((await me(ana.token)).status).toBe(200);
    expect(await problemIn(await tryIn(ana.username))).toBe("401 credentials_wrong");
    expect((await tryIn(ana.username, { password: next })).status).toBe(200);
  });

  it("[U15] has no password to change as a guest", async () => {
    const guest = await newGuest();
    const response = await change(guest.token, { password: { current: PASSWORD, next: PASSWORD } });
    expect(await problemIn(response)).toBe("403 account_only");
  });
});

describe("sessions", () => {
  it("[U15] are listed with what they called themselves, and ended one by one or all but this", async () => {
    const ana = await newPerson(newUsername(), { headers: { "User-Agent": "First/1" } });
    const second = await signIn(ana.username, { headers: { "User-Agent": "Second/2" } });
    await signIn(ana.username);
    await signIn(ana.username);
    const listed = await sessionsOf(second.token);
    expect(listed).toHaveLength(4);
    expect(listed.filter(({ isCurrent }) => isCurrent).map(({ userAgent }) => userAgent)).toEqual(["Second/2"]);
    const first = listed.find(({ userAgent }) => userAgent === "First/1");
    const end = (id: string, token: string) => ask("DELETE", `/api/me/sessions/${id}`, undefined, { token });
    expect((await end(first?.id ?? "", second.token)).status).toBe(204);
    expect(await problemIn(await me(ana.token))).toBe("401 session_ended");
    expect(await problemIn(await end(first?.id ?? "", second.token))).toBe("404 not_found");
    expect((await ask("DELETE", "/api/me/sessions", undefined, { token: second.token })).status).toBe(204);
    expect(await sessionsOf(second.token)).toHaveLength(1);
  });

  it("[U15] of others are nobody's to end", async () => {
    const [ana, mo] = [await newPerson(), await newPerson()];
    const [session] = await sessionsOf(ana.token);
    for (const id of [session?.id ?? "", "not-an-id", "__proto__", "01900000-0000-7000-8000-000000000001"]) {
      const response = await ask("DELETE", `/api/me/sessions/${id}`, undefined, { token: mo.token });
      expect(await problemIn(response)).toBe("404 not_found");
    }
    expect((await me(ana.token)).status).toBe(200);
  });
});

describe("deleting oneself", () => {
  it("[U21] takes the password, and everything stops at once", async () => {
    const ana = await newPerson();
    expect(await problemIn(await remove(ana.token, {}))).toBe("400 invalid");
    expect(await problemIn(await remove(ana.token, { password: "wrong password" }))).toBe("401 credentials_wrong");
    expect((await remove(ana.token, { password: PASSWORD })).status).toBe(204);
    expect(await problemIn(await me(ana.token))).toBe("403 account_deleted");
    expect(await problemIn(await postJson("/api/notes", {}, ana.token))).toBe("403 account_deleted");
    const refreshed = await ask("POST", "/api/session/refresh", { refreshToken: ana.refreshToken });
    expect(await problemIn(refreshed)).toBe("403 account_deleted");
    const mo = await newPerson();
    const found = await ask("GET", `/api/users?username=${ana.username}`, undefined, { token: mo.token });
    expect(await problemIn(found)).toBe("404 not_found");
  });

  it("[U21] is told only to whoever knows the password, and taken back within 30 days", async () => {
    const ana = await newPerson();
    await remove(ana.token, { password: PASSWORD });
    expect(await problemIn(await tryIn(ana.username, { password: "wrong password" }))).toBe("401 credentials_wrong");
    expect(await problemIn(await tryIn(ana.username))).toBe("403 account_deleted");
    const back = await signIn(ana.username, {}, { restore: true });
    expect(back.userId).toBe(ana.userId);
    expect((await me(back.token)).status).toBe(200);
    expect(await problemIn(await me(ana.token))).toBe("401 session_ended");
    expect(await purgeDue(env, Date.now() + GRACE_MS + MINUTE_MS)).toMatchObject({ left: 0 });
    expect((await me(back.token)).status).toBe(200);
  });

  it("[U21] asks a guest for nothing, and its device does not bring it back", async () => {
    const guest = await newGuest();
    expect((await remove(guest.token, {})).status).toBe(204);
    expect(await problemIn(await me(guest.token))).toBe("403 account_deleted");
    const back = await postJson("/api/guests", { device: guest.device, proof: await proofOf(guest.key) });
    expect(await problemIn(back)).toBe("403 account_deleted");
  });
});

describe("the purge", () => {
  it("[U22] comes after 30 days, and leaves an id, a name that stays taken and nothing else", async () => {
    const ana = await newPerson();
    const device = await withDevice(ana);
    await remove(ana.token, { password: PASSWORD });
    await purgeDue(env, Date.now() + GRACE_MS - MINUTE_MS);
    expect(await problemIn(await tryIn(ana.username))).toBe("403 account_deleted");
    await purgeDue(env, Date.now() + GRACE_MS + MINUTE_MS);
    expect(await problemIn(await tryIn(ana.username))).toBe("401 credentials_wrong");
    expect(await problemIn(await tryIn(ana.username, { restore: true }))).toBe("401 credentials_wrong");
    const taken = await ask("POST", "/api/accounts", { username: ana.username, password: PASSWORD });
    expect(await problemIn(taken)).toBe("409 username_taken");
    const proof = await proofOf(device.key);
    expect(await problemIn(await postJson("/api/guests", { device: device.device, proof }))).toBe("403 device_revoked");
    const dump = await Promise.all(
      ["users", "usernames", "credentials", "sessions", "devices", "attempts", "errands"].map(async (table) =>
        JSON.stringify((await env.PLATFORM.prepare(`SELECT * FROM ${table}`).all()).results),
      ),
    );
    expect(dump.join()).not.toContain(ana.username);
    const row = await env.PLATFORM.prepare("SELECT name, username, purged FROM users WHERE id = ?")
      .bind(ana.userId)
      .first();
    expect(row).toMatchObject({ name: "", username: null, purged: expect.any(Number) });
  });

  it("[U22] is done by whoever operates the server, and by nobody else", async () => {
    const purge = (authorization: string) =>
      api("/api/admin/purge", { method: "POST", headers: { Authorization: authorization } });
    expect(await problemIn(await purge("Reed-Admin nobody"))).toBe("404 not_found");
    const response = await purge(`Reed-Admin ${env.ADMIN_TOKEN ?? ""}`);
    expect(await response.json()).toEqual({ purged: expect.any(Number), left: 0 });
  });

  it("[U25] goes with the timer, which forgets sessions that are over", async () => {
    const [ana, mo] = [await newPerson(), await newPerson()];
    await ask("DELETE", "/api/session", undefined, { token: ana.token });
    await sweep(env, Date.now());
    expect(await problemIn(await me(ana.token))).toBe("401 session_ended");
    await sweep(env, Date.now() + 2 * 24 * 3600 * 1000);
    const sessionsLeft = async (userId: string) =>
      env.PLATFORM.prepare("SELECT COUNT(*) AS count FROM sessions WHERE user_id = ?").bind(userId).first("count");
    expect([await sessionsLeft(ana.userId), await sessionsLeft(mo.userId)]).toEqual([0, 1]);
    expect(await problemIn(await me(ana.token))).toBe("401 session_ended");
    expect((await me(mo.token)).status).toBe(200);
  });
});

describe("what a deleted user had open", () => {
  it("[U16] is cut at once", async () => {
    const ana = await newPerson();
    const device = await withDevice(ana);
    const note = await newNote(device, "Tea");
    const wire = await openSocket(device, note.id);
    await wire.hello();
    await remove(ana.token, { password: PASSWORD });
    expect(await wire.closed).toMatchObject({ reason: "access_ended" });
  });
});
