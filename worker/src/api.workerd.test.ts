import { env } from "cloudflare:workers";
import { toBase64Url } from "@reed/bytes";
import { generateDeviceKey, guestMessage } from "@reed/crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { configOf } from "./env.ts";
import { issueTicket } from "./auth/ticket.ts";
import { issueAccessToken } from "./auth/access-token.ts";
import {
  api,
  askTicket,
  genesisBy,
  newGuest,
  newNote,
  ORIGIN,
  postJson,
  problemIn,
  putGenesis,
  startWorld,
  ticketFor,
  upgrade,
} from "./world.test-support.ts";

const UNKNOWN_NOTE = "AAAAAAAAAAAAAAAAAAAAAA";

beforeAll(startWorld);

describe("every answer", () => {
  it("carries the security headers", async () => {
    const response = await api("/api/platform");
    expect(response.headers.get("Content-Security-Policy")).toContain("default-src 'self'");
    expect(response.headers.get("Referrer-Policy")).toBe("no-referrer");
    expect(response.headers.get("X-Content-Type-Options")).toBe("nosniff");
  });

  it("to a call that does not exist is a problem of the closed list", async () => {
    const response = await api("/api/nothing");
    expect(response.headers.get("Content-Type")).toBe("application/problem+json");
    expect(await problemIn(response)).toBe("404 not_found");
  });

  it("to a write from a foreign origin is a refusal, and from our own or an opaque one is not", async () => {
    const from = (origin: string) => api("/api/notes", { method: "POST", headers: { Origin: origin }, body: "{}" });
    expect(await problemIn(await from("https://evil.example"))).toBe("403 origin_refused");
    expect((await from(ORIGIN)).status).toBe(201);
    expect((await from("null")).status).toBe(201);
  });

  it("to a body over 1 MiB is a refusal", async () => {
    expect(await problemIn(await api("/api/notes", { method: "POST", body: "x".repeat(1024 * 1024 + 1) }))).toBe(
      "413 body_too_large",
    );
  });

  it("to a body of another form names the field and not its value", async () => {
    const response = await postJson("/api/guests", { device: "mine", name: "secret words" });
    expect(response.status).toBe(400);
    expect(await response.text()).not.toMatch(/mine|secret words/);
  });
});

describe("guests", () => {
  it("are made for a new device, with their name cleaned", async () => {
    const { publicKey } = await generateDeviceKey();
    const response = await postJson("/api/guests", {
      device: toBase64Url(publicKey),
      name: "  A\u202Ena\u0007 ",
      color: "#AABBCC",
    });
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({ user: { name: "Ana", color: "#aabbcc" } });
  });

  it("come back only with a proof by their device, and then as the same user", async () => {
    const ana = await newGuest();
    const back = async (atMs: number, key = ana.key) => {
      const signature = toBase64Url(await key.sign(guestMessage(ana.key.publicKey, atMs)));
      return postJson("/api/guests", { device: ana.device, proof: { at: atMs, signature } });
    };
    expect(await problemIn(await postJson("/api/guests", { device: ana.device }))).toBe("401 proof_required");
    expect(await problemIn(await back(Date.now() - 6 * 60_000))).toBe("401 proof_invalid");
    expect(await problemIn(await back(Date.now(), await generateDeviceKey()))).toBe("401 proof_invalid");
    const response = await back(Date.now());
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ user: { id: ana.userId, name: "Ana" } });
  });

  it.each(["", "   ", "x".repeat(41), "\u202E"])("can't be called %j", async (name) => {
    const { publicKey } = await generateDeviceKey();
    expect(await problemIn(await postJson("/api/guests", { device: toBase64Url(publicKey), name }))).toBe(
      "400 invalid",
    );
  });

  it("can't have a key of small order", async () => {
    expect(await problemIn(await postJson("/api/guests", { device: toBase64Url(new Uint8Array(32)) }))).toBe(
      "400 invalid",
    );
  });
});

describe("access tokens", () => {
  it("expire, and are not taken from another kind of token", async () => {
    const ana = await newGuest();
    const note = await newNote(ana);
    const { tokens } = configOf(env);
    const old = await issueAccessToken(tokens, { userId: ana.userId, sessionId: ana.userId }, Date.now() - 16 * 60_000);
    const ticket = (await ticketFor(ana, note.id)).protocols[1].slice(2);
    const links = (token: string) =>
      api(`/api/notes/${note.id}/links`, { headers: { Authorization: `Bearer ${token}` } });
    expect(await problemIn(await links(old.token))).toBe("401 token_expired");
    expect(await problemIn(await links(ticket))).toBe("401 unauthenticated");
    expect(await problemIn(await links(`${ana.token}x`))).toBe("401 unauthenticated");
  });
});

describe("notes", () => {
  it("made by POST read back as they were written, with line ends as one character", async () => {
    const ana = await newGuest();
    const note = await newNote(ana, "# Tea\r\n\rبرد 😀\n");
    const response = await api(`/api/notes/${note.id}/text`, { headers: { Authorization: `Bearer ${ana.token}` } });
    expect(response.headers.get("Content-Type")).toBe("text/markdown; charset=utf-8");
    expect(await response.text()).toBe("# Tea\n\nبرد 😀\n");
  });

  it("made by nobody belong to a guest who is made with them", async () => {
    const made: { id: string; role: string; accessToken: string } = await (
      await postJson("/api/notes", { text: "hi" })
    ).json();
    expect(made.role).toBe("owner");
    const response = await api(`/api/notes/${made.id}/text`, {
      headers: { Authorization: `Bearer ${made.accessToken}` },
    });
    expect(await response.text()).toBe("hi");
  });

  it("hold a text of several ops, and no more than 1 MB of it", async () => {
    const ana = await newGuest();
    const text = `${"ש".repeat(100_000)}${"😀".repeat(100_000)}`;
    const note = await newNote(ana, text);
    const response = await api(`/api/notes/${note.id}/text`, { headers: { Authorization: `Bearer ${ana.token}` } });
    expect((await response.text()) === text).toBe(true);
    expect(await problemIn(await postJson("/api/notes", { text: "x".repeat(1_000_001) }))).toBe("413 text_too_large");
  });

  it("can't be sealed yet", async () => {
    expect(await problemIn(await postJson("/api/notes", { mode: "sealed" }))).toBe("501 mode_unavailable");
  });

  it("made by PUT answer 201, then 200, and are of the device that signed them", async () => {
    const [ana, mo] = [await newGuest(), await newGuest("Mo")];
    const { id, envelope } = await genesisBy(ana.key, new Uint8Array(16).fill(7));
    expect(await problemIn(await putGenesis(id, envelope, mo.token))).toBe("403 forbidden");
    expect((await putGenesis(id, envelope, ana.token)).status).toBe(201);
    expect((await putGenesis(id, envelope, ana.token)).status).toBe(200);
  });

  it("are not founded by an envelope that is broken, forged, of another note or of another platform", async () => {
    const ana = await newGuest();
    const { id, envelope } = await genesisBy(ana.key, new Uint8Array(16).fill(1));
    const forged = envelope.slice();
    forged[300] = (forged[300] ?? 0) ^ 1;
    const foreign = await genesisBy(ana.key, new Uint8Array(16), (await generateDeviceKey()).publicKey);
    expect(await problemIn(await putGenesis(id, forged, ana.token))).toBe("400 genesis_invalid");
    expect(await problemIn(await putGenesis(id, new Uint8Array(10), ana.token))).toBe("400 genesis_invalid");
    expect(await problemIn(await putGenesis(UNKNOWN_NOTE, envelope, ana.token))).toBe("400 genesis_invalid");
    expect(await problemIn(await putGenesis(foreign.id, foreign.envelope, ana.token))).toBe("400 genesis_invalid");
    expect((await putGenesis(id, envelope, ana.token)).status).toBe(201);
  });

  it("that don't exist and notes of others answer alike", async () => {
    const [ana, mo] = [await newGuest(), await newGuest("Mo")];
    const note = await newNote(ana, "private");
    const ask = async (id: string) =>
      Promise.all([
        problemIn(await askTicket(mo, id)),
        problemIn(await api(`/api/notes/${id}/text`, { headers: { Authorization: `Bearer ${mo.token}` } })),
        problemIn(await api(`/api/notes/${id}/links`, { headers: { Authorization: `Bearer ${mo.token}` } })),
        problemIn(await postJson(`/api/notes/${id}/links`, { role: "viewer" }, mo.token)),
      ]);
    const answers = await ask(note.id);
    expect(answers).toEqual(Array.from({ length: 4 }, () => "404 not_found"));
    expect(await ask(UNKNOWN_NOTE)).toEqual(answers);
    expect(await ask("not-an-id")).toEqual(answers);
  });
});

describe("tickets", () => {
  it("open nothing when they are expired, of another note, tampered with, or missing", async () => {
    const ana = await newGuest();
    const [note, other] = [await newNote(ana), await newNote(ana)];
    const { protocols } = await ticketFor(ana, note.id);
    const visitor = { device: ana.key.publicKey, user: null, link: null, holdsLinkSecret: false };
    const old = await issueTicket(
      configOf(env).tokens,
      note.id,
      { visitor, nonce: new Uint8Array(16), session: null },
      Date.now() - 61_000,
    );
    const tampered = `t.${protocols[1].slice(2, -20)}${"A".repeat(20)}`;
    expect(await problemIn(await upgrade(note.id, ["reed.1", `t.${old.token}`]))).toBe("401 ticket_expired");
    expect(await problemIn(await upgrade(other.id, protocols))).toBe("401 ticket_wrong_note");
    expect(await problemIn(await upgrade(note.id, ["reed.1", tampered]))).toBe("401 ticket_invalid");
    expect(await problemIn(await upgrade(note.id, ["reed.1", `t.${ana.token}`]))).toBe("401 ticket_invalid");
    expect(await problemIn(await upgrade(note.id, ["reed.1"]))).toBe("401 ticket_invalid");
    expect(await problemIn(await upgrade(note.id, protocols, { Origin: "https://evil.example" }))).toBe(
      "403 origin_refused",
    );
    expect(await problemIn(await api(`/api/notes/${note.id}/socket`))).toBe("426 upgrade_required");
  });

  it("can't be replaced by a header from outside", async () => {
    const ana = await newGuest();
    const note = await newNote(ana);
    const forged = JSON.stringify({
      note: note.id,
      device: ana.device,
      user: `user:${ana.userId}`,
      link: null,
      secret: false,
      nonce: toBase64Url(new Uint8Array(16)),
    });
    expect(await problemIn(await upgrade(note.id, ["reed.1", "t.x"], { "Reed-Ticket": forged }))).toBe(
      "401 ticket_invalid",
    );
  });
});
