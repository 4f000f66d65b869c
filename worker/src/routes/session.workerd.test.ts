import { env } from "cloudflare:workers";
import { toBase64Url } from "@reed/bytes";
import { generateDeviceKey } from "@reed/crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { createApp } from "../app.ts";
import {
  ask,
  cookieOf,
  letTimePass,
  newPerson,
  newUsername,
  PASSWORD,
  sessionsOf,
  signedIn,
  signIn,
} from "../identity/accounts.test-support.ts";
import {
  api,
  askTicket,
  newGuest,
  newNote,
  ORIGIN,
  postJson,
  problemIn,
  proofOf,
  startWorld,
} from "../world.test-support.ts";

beforeAll(startWorld);

const me = (token: string) => ask("GET", "/api/me", undefined, { token });
const refresh = (refreshToken: string) => ask("POST", "/api/session/refresh", { refreshToken });
const tryIn = (username: string, password: unknown, headers: Record<string, string> = {}) =>
  ask("POST", "/api/session", { username, password }, { headers });

describe("signing in", () => {
  it("[U4] says the same to an unknown name and to a wrong password", async () => {
    const { username } = await newPerson();
    const answers = [await tryIn(username, "wrong password"), await tryIn(newUsername(), PASSWORD)];
    const [known, unknown] = await Promise.all(answers.map((answer) => answer.text()));
    expect(known).toBe(unknown);
    const headersOf = ({ headers }: Response | undefined = new Response()) =>
      [...headers].filter(([name]) => name !== "x-request-id" && name !== "traceparent");
    expect(headersOf(answers[0])).toEqual(headersOf(answers[1]));
    expect(answers.map(({ status }) => status)).toEqual([401, 401]);
    expect(await problemIn(await tryIn(username, "short"))).toBe("401 credentials_wrong");
  });

  it("[U5] is tried ten times, then once a minute, for known and unknown names alike; a right password does not count", async () => {
    for (const username of [(await newPerson()).username, newUsername()]) {
      const tries = [];
      for (let i = 0; i < 11; i += 1) tries.push((await tryIn(username, `wrong ${i}`)).status);
      expect(tries).toEqual([...Array.from({ length: 10 }, () => 401), 429]);
      const refused = await tryIn(username, PASSWORD);
      expect(refused.headers.get("Retry-After")).toMatch(/^(5\d|60)$/);
      expect(await problemIn(refused)).toBe("429 rate_limited");
    }
    const { username } = await newPerson();
    for (let i = 0; i < 12; i += 1) expect((await tryIn(username, PASSWORD)).status).toBe(200);
  });

  it("[U5] is possible again after a while, and a stranger elsewhere does not lock the owner out", async () => {
    const { username } = await newPerson();
    const stranger = { "CF-Connecting-IP": "203.0.113.7" };
    for (let i = 0; i < 12; i += 1) await tryIn(username, "wrong password", stranger);
    expect((await tryIn(username, PASSWORD, stranger)).status).toBe(429);
    expect((await tryIn(username, PASSWORD, { "CF-Connecting-IP": "198.51.100.9" })).status).toBe(200);
    await letTimePass("attempts", "at", 61_000);
    expect((await tryIn(username, PASSWORD, stranger)).status).toBe(200);
  });

  it("[U5] is limited for an address whatever names it tries, and IPv6 addresses of one network are one", async () => {
    const from = (address: string) => tryIn(newUsername(), PASSWORD, { "CF-Connecting-IP": address });
    expect((await from("2001:db8:7:7::1")).status).toBe(401);
    await env.PLATFORM.prepare("UPDATE attempts SET level = 59").run();
    expect((await from("2001:db8:7:7::2")).status).toBe(401);
    expect((await from("2001:db8:7:7:ffff::3")).status).toBe(429);
    expect((await from("2001:db8:7:8::1")).status).toBe(401);
  });
});

describe("access tokens", () => {
  it("[U10] end with their session, also before their time", async () => {
    const ana = await newPerson();
    expect((await me(ana.token)).status).toBe(200);
    expect((await ask("DELETE", "/api/session", undefined, { token: ana.token })).status).toBe(204);
    expect(await problemIn(await me(ana.token))).toBe("401 session_ended");
    expect(await problemIn(await postJson("/api/notes", {}, ana.token))).toBe("401 session_ended");
    expect(await problemIn(await refresh(ana.refreshToken))).toBe("401 session_ended");
  });

  it("[U10] are nobody's once their session is past its days", async () => {
    const ana = await newPerson();
    await env.PLATFORM.prepare("UPDATE sessions SET expires = 1 WHERE user_id = ?").bind(ana.userId).run();
    expect(await problemIn(await me(ana.token))).toBe("401 session_ended");
  });

  it("[U9] stay good when the key that signed them is replaced, until it is forgotten", async () => {
    const ana = await newPerson();
    const seed = "B".repeat(42) + "A";
    const statusWith = async (more: Record<string, string>) => {
      const headers = { Authorization: `Bearer ${ana.token}` };
      return (await createApp().request(`${ORIGIN}/api/me`, { headers }, { ...env, ...more })).status;
    };
    expect(await statusWith({ TOKEN_SEED: seed, TOKEN_SEED_PREVIOUS: env.TOKEN_SEED })).toBe(200);
    expect(await statusWith({ TOKEN_SEED: seed })).toBe(401);
  });

  it("[U8] are not to be had for a refresh token, nor the other way round", async () => {
    const ana = await newPerson();
    expect(await problemIn(await me(ana.refreshToken))).toBe("401 unauthenticated");
    expect(await problemIn(await refresh(ana.token))).toBe("401 session_ended");
    expect((await me(ana.token)).status).toBe(200);
  });
});

describe("refreshing", () => {
  it("[U11] gives the next token each time, for the same session", async () => {
    const ana = await newPerson();
    const first = await signedIn(await refresh(ana.refreshToken));
    const second = await signedIn(await refresh(first.refreshToken ?? ""));
    expect(second.user).toMatchObject({ id: ana.userId, username: ana.username });
    expect(new Set([ana.refreshToken, first.refreshToken, second.refreshToken]).size).toBe(3);
    expect(await sessionsOf(second.accessToken)).toHaveLength(1);
    expect((await me(ana.token)).status).toBe(200);
  });

  it("[U11] by two tabs at once leaves both signed in, each with a token of its own", async () => {
    const ana = await newPerson();
    const both = await Promise.all([refresh(ana.refreshToken), refresh(ana.refreshToken)]);
    const tabs = await Promise.all(both.map(signedIn));
    expect(new Set(tabs.map(({ refreshToken }) => refreshToken)).size).toBe(2);
    for (const { accessToken } of tabs) expect((await me(accessToken)).status).toBe(200);
    expect((await refresh(tabs[1]?.refreshToken ?? "")).status).toBe(200);
  });

  it("[U11] with a token that was used before ends the session for whoever holds it", async () => {
    const ana = await newPerson();
    const next = await signedIn(await refresh(ana.refreshToken));
    await letTimePass("sessions", "rotated", 11_000);
    expect(await problemIn(await refresh(ana.refreshToken))).toBe("401 session_ended");
    expect(await problemIn(await refresh(next.refreshToken ?? ""))).toBe("401 session_ended");
    expect(await problemIn(await me(next.accessToken))).toBe("401 session_ended");
  });

  it("[U11] with a very old token ends the session too, and with one of nobody's ends nothing", async () => {
    const ana = await newPerson();
    let token = ana.refreshToken;
    for (let i = 0; i < 4; i += 1) token = (await signedIn(await refresh(token))).refreshToken ?? "";
    const forged = `${"A".repeat(22)}${token.slice(22)}`;
    expect(await problemIn(await refresh(forged))).toBe("401 session_ended");
    expect((await me(ana.token)).status).toBe(200);
    expect(await problemIn(await refresh(ana.refreshToken))).toBe("401 session_ended");
    expect(await problemIn(await me(ana.token))).toBe("401 session_ended");
  });

  it("[U11] keeps only hashes", async () => {
    const ana = await newPerson();
    const rows = await env.PLATFORM.prepare("SELECT hex(hash) AS hash FROM refresh_tokens").all<{ hash: string }>();
    const kept = JSON.stringify(rows.results).toLowerCase();
    expect(kept).not.toContain(Buffer.from(ana.refreshToken, "base64url").toString("hex"));
  });
});

describe("the cookie", () => {
  const own = { Origin: ORIGIN };
  const withCookie = (pair: string, headers: Record<string, string>) =>
    ask("POST", "/api/session/refresh", {}, { cookie: pair, headers });
  const newCookie = async () => {
    const response = await ask(
      "POST",
      "/api/accounts",
      { username: newUsername(), password: PASSWORD },
      { headers: own },
    );
    return { response, ...cookieOf(response) };
  };

  it("[U12] is out of the reach of scripts and of other hosts, and carries the session on", async () => {
    const { response, pair, attributes } = await newCookie();
    expect(pair).toMatch(/^__Host-reed=[A-Za-z0-9_-]{64}$/);
    expect(attributes.toSorted()).toEqual(
      ["Max-Age=2592000", "Path=/", "HttpOnly", "Secure", "SameSite=None", "Partitioned"].toSorted(),
    );
    expect((await signedIn(response)).refreshToken).toBeUndefined();
    const next = await withCookie(pair, own);
    expect(next.status).toBe(200);
    expect(cookieOf(next).pair).not.toBe(pair);
    expect((await signedIn(next)).refreshToken).toBeUndefined();
  });

  it("[U13] is used for our own pages only: no other origin, no opaque one, and not without one", async () => {
    const { pair } = await newCookie();
    for (const headers of [
      { Origin: "null" },
      { Origin: "https://evil.example" },
      { Origin: `${ORIGIN}.evil.example` },
      {},
    ]) {
      expect(await problemIn(await withCookie(pair, headers))).toBe("403 origin_refused");
      const out = await ask("DELETE", "/api/session", undefined, { cookie: pair, headers });
      expect(await problemIn(out)).toBe("403 origin_refused");
    }
    expect((await withCookie(pair, own)).status).toBe(200);
  });

  it("[U13] is used for a listed origin", async () => {
    const { pair } = await newCookie();
    const listed = { ...env, ALLOWED_ORIGINS: "https://friend.example" };
    const headers = { Cookie: pair, Origin: "https://friend.example" };
    const response = await createApp().request(
      `${ORIGIN}/api/session/refresh`,
      { method: "POST", headers, body: "{}" },
      listed,
    );
    expect(response.status).toBe(200);
  });

  it("[U13] is set for no foreign page, which could sign a person in as somebody else", async () => {
    const { username } = await newPerson();
    for (const path of ["/api/session", "/api/accounts"]) {
      const body = { username: path === "/api/session" ? username : newUsername(), password: PASSWORD };
      const response = await ask("POST", path, body, { headers: { Origin: "null" } });
      expect(await problemIn(response)).toBe("403 origin_refused");
      expect(response.headers.get("Set-Cookie")).toBeNull();
    }
  });

  it("[U14] goes when its session is over, and signing out takes it away", async () => {
    const { pair } = await newCookie();
    const out = await ask("DELETE", "/api/session", undefined, { cookie: pair, headers: own });
    expect(out.status).toBe(204);
    expect(cookieOf(out)).toMatchObject({ pair: "__Host-reed=", attributes: expect.arrayContaining(["Max-Age=0"]) });
    const over = await withCookie(pair, own);
    expect(cookieOf(over)).toMatchObject({ pair: "__Host-reed=", attributes: expect.arrayContaining(["Max-Age=0"]) });
    expect(await problemIn(over)).toBe("401 session_ended");
  });

  it("[U12] opens nothing by itself: calls need an access token", async () => {
    const { pair } = await newCookie();
    const response = await ask("GET", "/api/me", undefined, { cookie: pair, headers: own });
    expect(await problemIn(response)).toBe("401 unauthenticated");
  });
});

describe("a guest who signs in", () => {
  it("[U18] brings devices along, and is nobody from then on", async () => {
    const [ana, guest] = [await newPerson(), await newGuest("Mo")];
    const signedInAna = await signIn(ana.username, { token: guest.token });
    expect(signedInAna.userId).toBe(ana.userId);
    expect(await problemIn(await me(guest.token))).toBe("401 session_ended");
    const proof = await proofOf(guest.key);
    const again = await postJson("/api/devices", { device: guest.device, proof }, signedInAna.token);
    expect(again.status).toBe(200);
    const asGuest = await postJson("/api/guests", { device: guest.device, proof });
    expect(await problemIn(asGuest)).toBe("403 guest_only");
  });

  it("[U18] brings notes along", async () => {
    const [ana, guest] = [await newPerson(), await newGuest("Mo")];
    const note = await newNote(guest, "Tea");
    const { token } = await signIn(ana.username, { token: guest.token });
    const text = () => api(`/api/notes/${note.id}/text`, { headers: { Authorization: `Bearer ${token}` } });
    await expect.poll(async () => (await text()).status, { timeout: 10_000 }).toBe(200);
  });

  it("[U18] whose session has ended is told so, and nothing is taken over", async () => {
    const [ana, guest] = [await newPerson(), await newGuest()];
    await ask("DELETE", "/api/session", undefined, { token: guest.token });
    const body = { username: ana.username, password: PASSWORD, transport: "body" };
    expect(await problemIn(await ask("POST", "/api/session", body, { token: guest.token }))).toBe("401 session_ended");
    expect((await ask("POST", "/api/session", body)).status).toBe(200);
  });

  it("[U18] with a wrong password stays who it is", async () => {
    const [ana, guest] = [await newPerson(), await newGuest()];
    const body = { username: ana.username, password: "wrong password" };
    expect(await problemIn(await ask("POST", "/api/session", body, { token: guest.token }))).toBe(
      "401 credentials_wrong",
    );
    expect((await me(guest.token)).status).toBe(200);
  });

  it("[U18] an account that signs in to another keeps its own", async () => {
    const [ana, mo] = [await newPerson(), await newPerson()];
    await signIn(ana.username, { token: mo.token });
    expect((await me(mo.token)).status).toBe(200);
  });

  it("[U17] has one session a device, which its proof brings back", async () => {
    const guest = await newGuest();
    const back = await postJson("/api/guests", { device: guest.device, proof: await proofOf(guest.key) });
    expect(back.status).toBe(200);
    expect(await sessionsOf(guest.token)).toHaveLength(1);
    const { accessToken } = await (
      await postJson("/api/guests", { device: toBase64Url((await generateDeviceKey()).publicKey) })
    ).json<{ accessToken: string }>();
    expect(await sessionsOf(accessToken)).toHaveLength(1);
  });

  it("[U17] made with a note has a session too", async () => {
    const made = await (await postJson("/api/notes", { text: "hi" })).json<{ accessToken: string }>();
    expect(await (await me(made.accessToken)).json()).toMatchObject({ user: { username: null, name: "Guest" } });
    expect((await ask("DELETE", "/api/session", undefined, { token: made.accessToken })).status).toBe(204);
    expect(await problemIn(await me(made.accessToken))).toBe("401 session_ended");
  });

  it("[U17] whose device came to an account gets nothing by the device alone", async () => {
    const guest = await newGuest();
    await newPerson(newUsername(), { token: guest.token });
    const asGuest = (proof?: unknown) => postJson("/api/guests", { device: guest.device, proof });
    expect(await problemIn(await asGuest())).toBe("401 proof_required");
    expect(await problemIn(await asGuest(await proofOf(guest.key)))).toBe("403 guest_only");
    expect((await askTicket(guest, "AAAAAAAAAAAAAAAAAAAAAA")).status).toBe(404);
  });
});
