import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { ask, newPerson, newUsername, PASSWORD, signedIn, signIn } from "../identity/accounts.test-support.ts";
import { configOf } from "../env.ts";
import { accountStatements, isUsernameTaken, mergeStatements } from "../identity/accounts.ts";
import { hashPassword } from "../identity/passwords.ts";
import { api, newGuest, newNote, openSocket, problemIn, startWorld } from "../world.test-support.ts";

beforeAll(startWorld);

const signUp = (body: unknown, token?: string) => ask("POST", "/api/accounts", body, { token });

describe("signing up", () => {
  it("[U6] gives a user with a name, signed in", async () => {
    const username = newUsername();
    const response = await signUp({ username: username.toUpperCase(), password: PASSWORD, transport: "body" });
    expect(response.status).toBe(201);
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    const { user, accessToken, refreshToken } = await signedIn(response);
    expect(user).toMatchObject({ name: username, username });
    expect(refreshToken).toMatch(/^[A-Za-z0-9_-]{64}$/);
    const me = await ask("GET", "/api/me", undefined, { token: accessToken });
    expect(await me.json()).toMatchObject({ user: { id: user.id, name: username, username } });
  });

  it("[U1] takes no username twice, in any case of its letters, also when two ask at once", async () => {
    const { username } = await newPerson();
    const again = { username: username.toUpperCase(), password: PASSWORD };
    expect(await problemIn(await signUp(again))).toBe("409 username_taken");
    const both = await Promise.all([1, 2, 3].map(() => signUp({ username: `${username}x`, password: PASSWORD })));
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409]);
  });

  it.each(["ab", "x".repeat(31), "ana maria", "ana@home", "аnа-cyrillic", "ana/../bo", "", null, 7, ["ana"]])(
    "[U1] takes no username like %j",
    async (username) => {
      expect(await problemIn(await signUp({ username, password: PASSWORD }))).toBe("400 invalid");
    },
  );

  it.each(["short", "x".repeat(201), "\ud800lone surrogate", "", 12_345_678, { length: 12 }])(
    "[U2] takes no password like %j",
    async (password) => {
      expect(await problemIn(await signUp({ username: newUsername(), password }))).toBe("400 invalid");
    },
  );

  it("[U2] takes a password however a keyboard composes it, and keeps it only as a hash with its parameters", async () => {
    const username = newUsername();
    expect((await signUp({ username, password: "Ana\u0308 ﬁnds 𝟏" })).status).toBe(201);
    const back = await ask("POST", "/api/session", { username, password: "Anä finds 1" });
    expect(back.status).toBe(200);
    const row = await env.PLATFORM.prepare(
      "SELECT n, r, p, salt, hash FROM credentials JOIN users ON users.id = user_id WHERE username = ?",
    )
      .bind(username)
      .first<{ n: number; r: number; p: number; salt: number[]; hash: number[] }>();
    expect(row).toMatchObject({ ...configOf(env).passwords.cost });
    expect([row?.salt.length, row?.hash.length]).toEqual([16, 32]);
  });

  it("[U2] hashes a password anew at a sign-in, where the parameters have changed since", async () => {
    const { username, userId } = await newPerson();
    const costOf = () => env.PLATFORM.prepare("SELECT n FROM credentials WHERE user_id = ?").bind(userId).first("n");
    const { pepper, cost } = configOf(env).passwords;
    const { salt, hash } = await hashPassword({ pepper, cost: { n: 8, r: 8, p: 5 } }, PASSWORD);
    await env.PLATFORM.prepare("UPDATE credentials SET n = 8, salt = ?, hash = ? WHERE user_id = ?")
      .bind(salt, hash, userId)
      .run();
    await signIn(username);
    expect(await costOf()).toBe(cost.n);
    expect((await signIn(username)).userId).toBe(userId);
  });

  it.each([
    { isAdmin: true },
    { id: "01900000-0000-7000-8000-000000000001" },
    { user: { id: "x" } },
    { deleted: null },
    { created: 0 },
  ])("[U7] takes no field that is not its own: %j", async (more) => {
    expect(await problemIn(await signUp({ username: newUsername(), password: PASSWORD, ...more }))).toBe("400 invalid");
  });

  it("[U7] takes no body that reaches for what all objects have", async () => {
    const { token } = await newPerson();
    const [username, own] = [newUsername(), `"password":"${PASSWORD}"`];
    for (const key of ["__proto__", "constructor", "prototype", "toString"]) {
      const nested = `"${key}":{"username":"${username}","isGuest":false,"transport":"body"}`;
      expect(await problemIn(await signUp(`{"username":"${username}",${own},${nested}}`))).toBe("400 invalid");
      expect(await problemIn(await signUp(`{${own},${nested}}`))).toBe("400 invalid");
      const change = await ask("PATCH", "/api/me", `{"name":"Ana",${nested}}`, { token });
      expect(await problemIn(change)).toBe("400 invalid");
    }
    expect(Object.hasOwn(Object.prototype, "username")).toBe(false);
  });

  it("[U6] as a guest makes the guest the account: the same user, notes, session and sockets", async () => {
    const guest = await newGuest("Mo");
    const note = await newNote(guest, "Tea");
    const wire = await openSocket(guest, note.id);
    await wire.hello();
    const username = newUsername();
    const response = await signUp({ username, password: PASSWORD, transport: "body" }, guest.token);
    const { user, accessToken } = await signedIn(response);
    expect(user).toMatchObject({ id: guest.userId, name: "Mo", username });
    const text = (token: string) =>
      api(`/api/notes/${note.id}/text`, { headers: { Authorization: `Bearer ${token}` } });
    expect(await (await text(accessToken)).text()).toBe("Tea");
    expect((await text(guest.token)).status).toBe(200);
    expect(await wire.enrol(guest.certificate)).toMatchObject({ type: "ack" });
    expect((await signIn(username)).userId).toBe(guest.userId);
  });

  it("[U6] makes one account of a guest, however many ask at once", async () => {
    const guest = await newGuest();
    const asked = [1, 2, 3].map(() => signUp({ username: newUsername(), password: PASSWORD }, guest.token));
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
  });

  it("[U6] is refused to a guest who has signed in elsewhere meanwhile, and takes no name then", async () => {
    const guest = await newGuest();
    const ana = await newPerson();
    const user = { id: guest.userId, name: "Mo", color: "#123456" };
    const { passwords } = configOf(env);
    const username = newUsername();
    const hash = await hashPassword(passwords, PASSWORD);
    await env.PLATFORM.batch([...mergeStatements(env.PLATFORM, guest.userId, ana.userId, Date.now())]);
    const late = accountStatements(env.PLATFORM, passwords.pepper, user, username, hash, Date.now());
    await expect(env.PLATFORM.batch([...late])).rejects.toThrow("NOT NULL");
    expect(await isUsernameTaken(env.PLATFORM, passwords.pepper, username)).toBe(false);
  });

  it("[U6] gives the notes of a guest who became an account to nobody else", async () => {
    const guest = await newGuest();
    const [own, other] = [newUsername(), await newPerson()];
    const { id } = await newNote(guest, "Mine");
    const both = await Promise.all([
      signUp({ username: own, password: PASSWORD, transport: "body" }, guest.token),
      ask(
        "POST",
        "/api/session",
        { username: other.username, password: PASSWORD, transport: "body" },
        { token: guest.token },
      ),
    ]);
    const [up, into] = both.map(({ status }) => status);
    expect(into).toBe(200);
    const holder = up === 201 ? await signIn(own) : await signIn(other.username);
    const read = await ask("GET", `/api/notes/${id}/text`, undefined, { token: holder.token });
    expect(await read.text()).toBe("Mine");
  });

  it("[U6] makes an account of its own where somebody with an account asks", async () => {
    const ana = await newPerson();
    const second = await newPerson(newUsername(), { token: ana.token });
    expect(second.userId).not.toBe(ana.userId);
  });
});

describe("the public keys", () => {
  it("[U9] are there for everybody, and verify what we sign", async () => {
    const response = await api("/.well-known/jwks.json");
    const { keys } = await response.json<{ keys: Record<string, string>[] }>();
    expect(keys).toEqual([
      { kty: "OKP", crv: "Ed25519", alg: "EdDSA", use: "sig", kid: expect.any(String), x: expect.any(String) },
    ]);
    const { token } = await newPerson();
    const [header = ""] = token.split(".");
    expect(JSON.parse(Buffer.from(header, "base64url").toString())).toMatchObject({
      alg: "EdDSA",
      kid: keys[0]?.["kid"],
    });
    expect(response.headers.get("Cache-Control")).toBe("public, max-age=300");
  });
});

describe("finding somebody", () => {
  it("[U23] goes by the whole username, for whoever is somebody", async () => {
    const [ana, guest] = [await newPerson(), await newGuest()];
    const find = (username: string, token?: string) =>
      ask("GET", `/api/users?username=${encodeURIComponent(username)}`, undefined, { token });
    const found = await find(ana.username.toUpperCase(), guest.token);
    expect(await found.json()).toEqual({
      id: ana.userId,
      name: ana.username,
      color: expect.stringMatching(/^#/),
      username: ana.username,
    });
    expect(await problemIn(await find(ana.username.slice(0, -1), guest.token))).toBe("404 not_found");
    expect(await problemIn(await find("%' OR '1'='1", guest.token))).toBe("400 invalid");
    expect(await problemIn(await find(ana.username))).toBe("401 unauthenticated");
  });
});
