import { createApp } from "../app.ts";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { env } from "cloudflare:workers";
import { OPERATIONS } from "@reed/api/operations";
import * as v from "valibot";
import {
  api,
  type Guest,
  newGuest,
  newNote,
  ORIGIN,
  postJson,
  problemIn,
  newLink,
  startWorld,
  ticketFor,
  upgrade,
} from "../world.test-support.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
/** Its caller is Discord, and its form Discord's. */
const DISCORDS = "POST /discord/interactions";
const idSchema = v.object({ id: v.string() });

let owner: Guest;

beforeAll(async () => {
  await startWorld();
  owner = await newGuest();
});

function post(path: string, body: unknown, headers: Readonly<Record<string, string>>): Promise<Response> {
  return api(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

function bearer({ token }: Guest): { readonly Authorization: string } {
  return { Authorization: `Bearer ${token}` };
}

async function idIn(response: Response): Promise<string> {
  return v.parse(idSchema, await response.json()).id;
}

describe("the table of operations", () => {
  it("[H31] has a row for every route, and a route for every row", () => {
    const routes = createApp()
      .routes.filter(({ method }) => method !== "ALL")
      .map(({ method, path }) => `${method} ${path}`);
    const rows = [...OPERATIONS.map(({ method, path }) => `${method} ${path}`), DISCORDS];
    expect([...new Set(routes)].toSorted()).toEqual(rows.toSorted());
  });

  it("[H30] is served as a document and as a page without scripts", async () => {
    const document = await api("/api/openapi.json");
    expect(document.headers.get("Content-Type")).toBe("application/json");
    const { openapi } = v.parse(v.object({ openapi: v.string() }), await document.json());
    expect(openapi).toMatch(/^3\.1\./);
    const page = await api("/api/docs");
    const html = await page.text();
    expect(page.headers.get("Content-Type")).toMatch(/^text\/html/);
    for (const { id } of OPERATIONS) expect(html).toContain(`id="${id}"`);
    expect(html).not.toMatch(/<script|\son\w+=|(?:src|href)="(?!#|\/api\/)/);
  });
});

describe("an answer", () => {
  it("[H32] carries the id of its request and the caller's trace", async () => {
    const answer = await api("/api/platform", { headers: { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` } });
    expect(answer.headers.get("X-Request-Id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers.get("traceparent")).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));
    const other = await api("/api/nothing", { headers: { traceparent: "x" } });
    expect(other.headers.get("traceparent")).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(other.headers.has("Reed-Problem")).toBe(false);
  });

  it("[H32] hands the trace on to the object whose socket is opened", async () => {
    const lines: unknown[] = [];
    const spy = vi.spyOn(console, "info").mockImplementation((line) => void lines.push(line));
    const { id } = await newNote(owner);
    const { protocols } = await ticketFor(owner, id);
    const { webSocket } = await upgrade(id, protocols, { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` });
    webSocket?.accept();
    webSocket?.close(1000);
    spy.mockRestore();
    const opened = lines.map(String).filter((line) => line.includes('"socket":"opened"'));
    expect(opened.join()).toContain(TRACE);
    expect(lines.map(String).join()).not.toMatch(new RegExp(`${id}|${protocols[1]}|${owner.token}`));
  });

  it("[H33] says which methods an address takes, and has a head where there is something to get", async () => {
    const { id } = await newNote(owner);
    const wrong = await api(`/api/notes/${id}/links`, { method: "PUT", headers: bearer(owner) });
    expect(wrong.headers.get("Allow")).toBe("GET, HEAD, OPTIONS, POST");
    expect(await problemIn(wrong)).toBe("405 method_not_allowed");
    expect(await problemIn(await api("/api/nothing", { method: "POST" }))).toBe("404 not_found");
    const head = await api(`/api/notes/${id}/links`, { method: "HEAD", headers: bearer(owner) });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    expect((await api(`/api/notes/${id}/links`, { method: "HEAD" })).status).toBe(401);
    expect((await api(`/api/notes/${id}/links`, { method: "OPTIONS" })).status).toBe(204);
    for (const path of ["/healthz", `/n/${id}`, "/.well-known/jwks.json"]) {
      const refused = await api(path, { method: "PUT" });
      expect(refused.headers.get("Allow"), path).toBe("GET, HEAD, OPTIONS");
      expect(await problemIn(refused), path).toBe("405 method_not_allowed");
      expect((await api(path, { method: "OPTIONS" })).status, path).toBe(204);
    }
  });

  it("[H34] of JSON has a tag, and is not sent again to who has it", async () => {
    const { id } = await newNote(owner, "One");
    const path = `/api/notes/${id}/settings`;
    const first = await api(path, { headers: bearer(owner) });
    const tag = first.headers.get("ETag") ?? "";
    expect(tag).toMatch(/^"[A-Za-z0-9_-]+"$/);
    const again = await api(path, { headers: { ...bearer(owner), "If-None-Match": tag } });
    expect([again.status, await again.text(), again.headers.get("ETag")]).toEqual([304, "", tag]);
    const head = { method: "HEAD", headers: { ...bearer(owner), "If-None-Match": tag } };
    expect((await api(path, head)).status).toBe(304);
    expect((await api(path, { method: "HEAD", headers: bearer(owner) })).headers.get("ETag")).toBe(tag);
    await api(path, { method: "PATCH", headers: bearer(owner), body: JSON.stringify({ tags: { add: ["new"] } }) });
    expect((await api(path, { headers: { ...bearer(owner), "If-None-Match": tag } })).status).toBe(200);
    expect((await api(path, { headers: { "If-None-Match": tag } })).status).toBe(401);
  });
});

describe("an Idempotency-Key", () => {
  const key = (name: string) => ({ "Idempotency-Key": `${name}-${crypto.randomUUID()}` });

  it("[H35] makes a request that is sent again answered as it was, and done once", async () => {
    const headers = { ...bearer(owner), ...key("same") };
    const first = await post("/api/notes", { text: "Once" }, headers);
    const again = await post("/api/notes", { text: "Once" }, headers);
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.headers.get("Location")).toBe(first.headers.get("Location"));
    expect(again.headers.get("Idempotency-Replayed")).toBe("true");
    expect(await idIn(again)).toBe(await idIn(first));
  });

  it("[H36] is good for one request of one caller", async () => {
    const headers = { ...bearer(owner), ...key("one") };
    const first = await idIn(await post("/api/notes", { text: "A" }, headers));
    expect(await problemIn(await post("/api/notes", { text: "B" }, headers))).toBe("422 idempotency_reused");
    expect(await problemIn(await post(`/api/notes/${first}/history`, { text: "A" }, headers))).toBe(
      "422 idempotency_reused",
    );
    const other = await post("/api/notes", { text: "A" }, { ...headers, ...bearer(await newGuest("Ben")) });
    expect(await idIn(other)).not.toBe(first);
  });

  it("[H35] lets the request be done again where it came to nothing", async () => {
    const headers = { ...bearer(owner), ...key("again") };
    expect((await post("/api/notes", { text: 1 }, headers)).status).toBe(400);
    expect((await post("/api/notes", { text: 1 }, headers)).headers.has("Idempotency-Replayed")).toBe(false);
  });

  it("[H36] that came a moment ago and is not answered is busy, of ten at once one is done", async () => {
    const headers = { ...bearer(owner), ...key("ten") };
    const answers = await Promise.all(Array.from({ length: 10 }, () => post("/api/notes", { text: "Ten" }, headers)));
    const made = answers.filter(({ status }) => status === 201);
    const busy = answers.filter(({ status }) => status === 409);
    expect(made.length).toBeGreaterThan(0);
    expect(made.length + busy.length).toBe(10);
    expect(new Set(await Promise.all(made.map(idIn))).size).toBe(1);
    for (const answer of busy) expect(answer.headers.get("Retry-After")).toBe("1");
  });

  it("[H37] of nobody in particular must be one that nobody guesses", async () => {
    expect(await problemIn(await post("/api/notes", {}, { "Idempotency-Key": "1" }))).toBe("400 invalid");
    const headers = key("anonymous");
    const first = await post("/api/notes", {}, headers);
    expect(await (await post("/api/notes", {}, headers)).text()).toBe(await first.text());
    expect(await problemIn(await post("/api/notes", {}, { ...bearer(owner), "Idempotency-Key": "ä ö" }))).toBe(
      "400 invalid",
    );
  });

  it("[H37] of a link, which many hold, is each one's own, and says nothing of a link's secret", async () => {
    const { id } = await newNote(owner, "Shared");
    const link = await newLink(owner, id, { role: "editor" });
    const secret = new URL(link.url).hash.slice(1);
    const append = (authorization: string, more: Record<string, string>) =>
      api(`/api/notes/${id}/append`, {
        method: "POST",
        headers: { Authorization: authorization, "Content-Type": "text/plain", ...more },
        body: "one line",
      });
    const whole = `Reed-Link ${link.id}.${secret}`;
    expect(await problemIn(await append(whole, { "Idempotency-Key": "1" }))).toBe("400 invalid");
    const headers = key("linked");
    expect((await append(whole, headers)).status).toBe(200);
    const without = await append(`Reed-Link ${link.id}`, headers);
    expect([without.status, without.headers.get("Idempotency-Replayed")]).toEqual([403, null]);
  });

  it("[H37] does not hide that a token is no good", async () => {
    const headers = { Authorization: "Bearer not.a.token", "Idempotency-Key": "1" };
    expect(await problemIn(await post("/api/notes", {}, headers))).toMatch(/^401 /);
  });

  it("[H37] leaves no answer that can be read where it is kept", async () => {
    const { id } = await newNote(owner);
    const headers = { ...bearer(owner), ...key("sealed") };
    const made = await post(`/api/notes/${id}/links`, { role: "editor" }, headers);
    const secret = v.parse(v.object({ url: v.string() }), await made.json()).url.split("#")[1] ?? "";
    const { results } = await env.PLATFORM.prepare("SELECT hex(answer) AS answer FROM kept_answers").all();
    const kept = results.map(({ answer }) => Buffer.from(String(answer), "hex").toString("latin1")).join("\n");
    expect(secret.length).toBeGreaterThan(20);
    expect(kept.length).toBeGreaterThan(100);
    expect(kept).not.toContain(secret);
    expect(kept).not.toContain("Bearer");
  });
});

describe("who writes too much", () => {
  const from = (address: string) => ({ "CF-Connecting-IP": address });

  it("[H38] is told when to come again, and nobody else is held up", async () => {
    const loud = { ...bearer(await newGuest("Loud")), ...from("203.0.113.7") };
    const write = (headers: Readonly<Record<string, string>>) => api("/api/nothing", { method: "POST", headers });
    const answers = await Promise.all(Array.from({ length: 260 }, () => write(loud)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(10);
    for (const answer of refused) expect(answer.headers.get("Retry-After")).toMatch(/^[1-9]\d*$/);
    const [one] = refused;
    expect(one === undefined ? "" : await problemIn(one)).toBe("429 rate_limited");
    const quiet = { ...bearer(await newGuest("Quiet")), ...from("203.0.113.7") };
    expect((await write(quiet)).status).not.toBe(429);
  });

  it("[H39] makes so many notes a day from one address, and no more", async () => {
    const headers = from("198.51.100.9");
    expect((await post("/api/notes", {}, headers)).status).toBe(201);
    await env.PLATFORM.prepare("UPDATE quotas SET used = 1000 WHERE kind = 'notes' AND used = 1").run();
    const refused = await post("/api/notes", {}, headers);
    expect(Number(refused.headers.get("Retry-After"))).toBeGreaterThan(0);
    expect(await problemIn(refused)).toBe("429 quota_reached");
    expect((await post("/api/notes", {}, from("198.51.100.10"))).status).toBe(201);
    expect((await post("/api/notes", {}, bearer(owner))).status).toBe(201);
  });

  it("[H39] is given back what came to nothing, and a whole network of IPv6 is one address", async () => {
    const used = async () =>
      env.PLATFORM.prepare("SELECT sum(used) AS used FROM quotas WHERE kind = 'guests'").first<number>("used");
    const before = (await used()) ?? 0;
    expect((await post("/api/guests", { device: "no" }, from("2001:db8::1"))).status).toBe(400);
    expect(await used()).toBe(before);
    await post("/api/notes", {}, from("2001:db8:0:1::1"));
    await post("/api/notes", {}, from("2001:0db8:0000:0001:aaaa::2"));
    const { results } = await env.PLATFORM.prepare("SELECT subject, used FROM quotas WHERE kind = 'notes'").all();
    expect(results.filter((row) => row["used"] === 2)).toHaveLength(1);
    expect(JSON.stringify(results)).not.toMatch(/2001|198\.51/);
  });
});

describe("a report of abuse", () => {
  const operator = { Authorization: `Reed-Admin ${env.ADMIN_TOKEN ?? ""}` };
  const listSchema = v.object({
    items: v.array(
      v.object({ id: v.string(), noteId: v.string(), reason: v.string(), message: v.nullable(v.string()) }),
    ),
  });

  it("[H40] is made by who can read the note, and read by operators", async () => {
    const { id } = await newNote(owner, "Bad");
    const path = `/api/notes/${id}/reports`;
    expect(await problemIn(await postJson(path, { reason: "spam" }))).toBe("401 unauthenticated");
    expect(await problemIn(await postJson(path, { reason: "spam" }, (await newGuest("Eve")).token))).toBe(
      "404 not_found",
    );
    expect(await problemIn(await postJson(path, { reason: "dull" }, owner.token))).toBe("400 invalid");
    expect((await postJson(path, { reason: "spam", message: "Look" }, owner.token)).status).toBe(202);
    const list = async (state: string) =>
      v.parse(listSchema, await (await api(`/api/admin/reports?state=${state}`, { headers: operator })).json()).items;
    const [report] = (await list("open")).filter(({ noteId }) => noteId === id);
    expect(report).toMatchObject({ reason: "spam", message: "Look" });
    const closed = await api(`/api/admin/reports/${report?.id ?? ""}`, {
      method: "PATCH",
      headers: operator,
      body: JSON.stringify({ state: "closed" }),
    });
    expect(closed.status).toBe(200);
    expect((await list("open")).map(({ id: open }) => open)).not.toContain(report?.id);
    expect((await list("closed")).map(({ id: open }) => open)).toContain(report?.id);
  });

  it("[H40] is nobody's business but theirs", async () => {
    expect(await problemIn(await api("/api/admin/reports", { headers: bearer(owner) }))).toBe("404 not_found");
    expect(await problemIn(await api("/api/admin/metrics"))).toBe("404 not_found");
  });
});

describe("the health of the server", () => {
  it("[H41] is that of its database and of an object", async () => {
    expect((await api("/healthz")).status).toBe(200);
    const app = createApp();
    const context = { waitUntil: () => undefined, passThroughOnException: () => undefined, props: {} };
    const broken = { prepare: () => ({ first: () => Promise.reject(new Error("D1 is away")) }) };
    const withoutDatabase = Object.assign(Object.create(null), env, { PLATFORM: broken });
    const answer = await app.fetch(new Request(`${ORIGIN}/healthz`), withoutDatabase, context);
    expect(answer.headers.get("Retry-After")).toBe("5");
    expect(await problemIn(answer)).toBe("503 unavailable");
    const away = { idFromName: () => "", get: () => ({ card: () => Promise.reject(new Error("no object")) }) };
    const withoutObjects = Object.assign(Object.create(null), env, { NOTE: away });
    expect(await problemIn(await app.fetch(new Request(`${ORIGIN}/healthz`), withoutObjects, context))).toBe(
      "503 unavailable",
    );
  });
});
