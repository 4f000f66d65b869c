// Attacks that other services have fallen to, tried at every operation of the table that they could concern.
import { type Operation, OPERATIONS, paramsOf } from "@reed/api/operations";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import * as v from "valibot";
import {
  api,
  type Guest,
  newGuest,
  newLink,
  newNote,
  type OwnedNote,
  ORIGIN,
  postJson,
  problemIn,
  startWorld,
  ticketFor,
  upgrade,
} from "../world.test-support.ts";
import { addressOf, type Ids, pathOf } from "./matrix.test-support.ts";

const PRIVATE = /\bno-store\b|\bprivate\b/;

/** From the lists that people try: each as it stands in an address. */
const TRAVERSALS = [
  "..",
  "%2e%2e",
  "%2e%2e%2fetc%2fpasswd",
  "..%2f..%2f..%2fetc%2fpasswd",
  "..%5c..%5cwindows%5cwin.ini",
  "%252e%252e%252f",
  "..%c0%af..%c0%af",
  "....%2f%2f",
  ".%00.%2f",
  "%00",
  "%0d%0aSet-Cookie:%20a=b",
  "%ff%fe",
  "~root",
  "file:%2f%2f%2fetc%2fpasswd",
  "a;b=c",
  "%3Cscript%3E",
  "*",
  "null",
  "undefined",
  "NaN",
  "__proto__",
  "constructor",
  "A".repeat(4000),
];

/** For whatever a page or a search begins with. */
const INJECTIONS = [
  "' OR 1=1 --",
  '" OR ""="',
  "1; DROP TABLE ops",
  "-1",
  "1e9",
  "0x7f",
  "99999999999999999999",
  "NaN",
  "[]",
  "\u0000",
  "%",
  "eyJhIjoxfQ",
  "__proto__",
  "A".repeat(3000),
  'NEAR("a" "b") OR *',
];

let owner: Guest;
let stranger: Guest;
let note: OwnedNote;
let ids: Ids;

beforeAll(async () => {
  await startWorld();
  [owner, stranger] = await Promise.all([newGuest("Ana"), newGuest("Eve")]);
  note = await newNote(owner, "# Private\n\nNobody else reads this");
  const link = await newLink(owner, note.id, { role: "viewer" });
  ids = { noteId: note.id, linkId: link.id, userId: owner.userId, device: owner.device, version: "3" };
});

function bearer({ token }: Guest): { readonly Authorization: string } {
  return { Authorization: `Bearer ${token}` };
}

function named(operations: readonly Operation[]): readonly (readonly [string, Operation])[] {
  return operations.map((operation) => [operation.id, operation]);
}

const reads = OPERATIONS.filter(({ method, answers }) => method === "GET" && !(101 in answers));
const personal = reads.filter(({ access }) => access.type === "note" || access.type === "user");
const addressed = OPERATIONS.filter(
  (operation) => operation.path.startsWith("/api/") && paramsOf(operation).length > 0,
);
const queried = OPERATIONS.filter(({ query }) => query !== undefined);

describe("an answer for one person", () => {
  it.each(named(personal))("is never another's out of a cache: %s", async (_, operation) => {
    const path = addressOf(operation, ids);
    const answers = [bearer(owner), bearer(stranger), {}].map((headers) => api(path, { headers }));
    for (const answer of await Promise.all(answers)) {
      expect(answer.headers.get("Cache-Control")).toMatch(PRIVATE);
      expect(answer.headers.get("Cache-Control")).not.toMatch(/\bpublic\b/);
      expect(answer.headers.get("Vary")).toMatch(/\bAuthorization\b/);
    }
    if (operation.access.type !== "note") return;
    const tag = (await api(path, { headers: bearer(owner) })).headers.get("ETag") ?? "*";
    const stolen = await api(path, { headers: { ...bearer(stranger), "If-None-Match": tag } });
    expect(stolen.status).toBe(404);
    expect((await api(path, { headers: { "If-None-Match": tag } })).status).toBe(401);
  });

  it("is not on the card of an address, whoever asks for it", async () => {
    const bodies = [{}, bearer(owner), { Cookie: "__Host-reed=x" }].map(async (headers) =>
      (await api(`/n/${note.id}`, { headers })).text(),
    );
    const [nobody, ...others] = await Promise.all(bodies);
    expect(nobody).not.toContain("Nobody else reads this");
    for (const other of others) expect(other).toBe(nobody);
  });
});

describe("a page of elsewhere", () => {
  const refused = [
    "https://evil.example",
    "http://reed.test",
    "https://reed.test.evil.example",
    "https://reed.test:444",
    "file://",
  ];

  it.each(refused)("opens no socket with a ticket that it has: %s", async (origin) => {
    const { protocols } = await ticketFor(owner, note.id);
    expect(await problemIn(await upgrade(note.id, protocols, { Origin: origin }))).toBe("403 origin_refused");
  });

  it.each([{ Origin: ORIGIN }, { Origin: "null" }, {}])(
    "is told from our own, from a frame and from no page: %o",
    async (headers) => {
      const { protocols } = await ticketFor(owner, note.id);
      const { status, webSocket } = await upgrade(note.id, protocols, headers);
      webSocket?.accept();
      webSocket?.close(1000);
      expect(status).toBe(101);
    },
  );

  it("has no way in but a ticket, also where the browser brings cookies", async () => {
    const answer = await upgrade(note.id, ["reed.1"], { Origin: ORIGIN, Cookie: `__Host-reed=${"a".repeat(43)}` });
    expect(await problemIn(answer)).toBe("401 ticket_invalid");
  });

  it.each(named(OPERATIONS.filter(({ method, path }) => method !== "GET" && path.startsWith("/api/"))))(
    "writes nothing: %s",
    async (_, operation) => {
      const headers = { ...bearer(owner), Origin: "https://evil.example" };
      const answer = await api(pathOf(operation, ids), { method: operation.method, headers });
      expect(answer.headers.get("Access-Control-Allow-Origin")).toBeNull();
      expect(await problemIn(answer)).toBe("403 origin_refused");
    },
  );

  it("is not let to read by a preflight", async () => {
    const answer = await api(`/api/notes/${note.id}`, {
      method: "OPTIONS",
      headers: { Origin: "https://evil.example", "Access-Control-Request-Method": "DELETE" },
    });
    expect(answer.headers.get("Access-Control-Allow-Origin")).toBeNull();
    expect(answer.headers.get("Access-Control-Allow-Credentials")).toBeNull();
  });
});

describe("fields that were not asked for", () => {
  const extra = {
    id: "AAAAAAAAAAAAAAAAAAAAAA",
    userId: "00000000-0000-7000-8000-000000000000",
    owner: "00000000-0000-7000-8000-000000000000",
    isAdmin: true,
    createdAt: "2000-01-01T00:00:00Z",
    uses: -5,
  };

  it("change nothing of what is made", async () => {
    const made = await postJson("/api/notes", { text: "x", ...extra, role: "viewer" }, owner.token);
    expect(await made.json()).toMatchObject({ id: expect.not.stringMatching(/^A{22}$/), role: "owner" });
    const guest = await newGuest("Ben");
    expect(guest.userId).not.toBe(extra.userId);
    const link = await postJson(`/api/notes/${note.id}/links`, { role: "viewer", ...extra }, owner.token);
    // A limit that is misspelt must not become a link without one.
    expect(await problemIn(link)).toBe("400 invalid");
  });

  it.each(["__proto__", "constructor", "prototype"])("poison nothing: %s", async (name) => {
    const body = `{"text": "x", "${name}": {"role": "owner", "isGuest": false, "polluted": true}, "tags": {"${name}": ["a"]}}`;
    for (const { method, path } of OPERATIONS.filter(({ body: form }) => form?.type === "json")) {
      const address = pathOf({ path }, ids);
      if (address.startsWith("/api/me") || address.includes("scrub")) continue;
      const headers = { ...bearer(stranger), "Content-Type": "application/json" };
      const { status } = await api(address, { method, headers, body });
      expect(status, `${method} ${path}`).toBeLessThan(500);
    }
    expect(Reflect.get({}, "polluted")).toBeUndefined();
    expect(Reflect.get({}, "role")).toBeUndefined();
  });
});

describe("an address that leads elsewhere", () => {
  it.each(named(addressed))("leads nowhere: %s", async (_, operation) => {
    const tried = paramsOf(operation).flatMap((name) =>
      TRAVERSALS.map(async (payload) => {
        const path = pathOf(operation, { ...ids, [name]: payload });
        const answer = await api(path, { method: operation.method, headers: bearer(stranger) });
        const text = await answer.text();
        expect(answer.status, path).toBeGreaterThanOrEqual(400);
        expect(answer.status, path).toBeLessThan(500);
        expect(answer.headers.get("Set-Cookie"), path).toBeNull();
        expect(text, path).not.toMatch(/root:|\[fonts\]/);
      }),
    );
    await Promise.all(tried);
  });

  it("[H47] is refused where it is too long, and where its parts can be read in two ways", async () => {
    expect(await problemIn(await api(`/api/notes/${"A".repeat(20_000)}`))).toBe("414 address_too_long");
    expect(await problemIn(await api(`/api/notes?q=${"A".repeat(20_000)}`))).toBe("414 address_too_long");
    expect(await problemIn(await api(`/api//notes/${note.id}/text`, { headers: bearer(owner) }))).toBe("404 not_found");
    expect(await problemIn(await api(`/api/notes/x%2F..%2F${note.id}`, { headers: bearer(owner) }))).toBe(
      "404 not_found",
    );
  });

  it("gives nothing of the files of the app that is not one", async () => {
    for (const payload of ["/..%2f..%2fwrangler.toml", "/%2e%2e/package.json", "/.dev.vars", "/.git/config"]) {
      const text = await (await api(payload)).text();
      expect(text, payload).not.toMatch(/ADMIN_TOKEN|\[core\]|workspaces|durable_objects/);
    }
  });
});

describe("a query that says more than it should", () => {
  it.each(named(queried))("is a value and nothing else: %s", async (_, operation) => {
    const names = Object.keys(operation.query?.entries ?? {});
    const headers =
      operation.access.type === "admin" ? { Authorization: `Reed-Admin ${env.ADMIN_TOKEN ?? ""}` } : bearer(owner);
    const tried = names.flatMap((name) =>
      INJECTIONS.map(async (payload) => {
        const query = new URLSearchParams({ [name]: payload }).toString();
        const answer = await api(`${pathOf(operation, ids)}?${query}`, { headers });
        const text = await answer.text();
        expect(answer.status, `${name}=${payload}`).toBeLessThan(500);
        expect(text, `${name}=${payload}`).not.toMatch(/SQLITE|syntax error|D1_ERROR|no such column/i);
      }),
    );
    await Promise.all(tried);
    const twice = await api(`${pathOf(operation, ids)}?${names[0] ?? ""}=1&${names[0] ?? ""}=2`, { headers });
    expect(await problemIn(twice)).toBe("400 invalid");
  });
});

describe("headers that are too much", () => {
  it.each([
    ["Authorization", `Bearer ${"A".repeat(100_000)}`],
    ["Authorization", `Reed-Link ${"A".repeat(100_000)}`],
    ["Idempotency-Key", "k".repeat(50_000)],
    ["If-None-Match", '"a", '.repeat(10_000)],
    ["traceparent", "0".repeat(50_000)],
    ["Sec-WebSocket-Protocol", "t.".repeat(10_000)],
    ["Cookie", "a=b; ".repeat(10_000)],
    ["Content-Type", "application/json".repeat(1000)],
  ])("are refused or not minded: %s", async (name, value) => {
    const answer = await api(`/api/notes/${note.id}/settings`, { headers: { ...bearer(stranger), [name]: value } });
    expect([400, 401, 404]).toContain(answer.status);
    const written = await api("/api/notes", {
      method: "POST",
      headers: { ...bearer(stranger), [name]: value },
      body: "{}",
    });
    expect([201, 400, 401]).toContain(written.status);
    v.parse(v.looseObject({}), await written.json());
  });

  it("and bodies", async () => {
    const body = JSON.stringify({ text: "x".repeat(1024 * 1024) });
    expect(await problemIn(await api("/api/notes", { method: "POST", body }))).toBe("413 body_too_large");
    const deep = "[".repeat(400_000) + "]".repeat(400_000);
    expect(await problemIn(await api("/api/notes", { method: "POST", body: deep }))).toBe("400 invalid");
  });
});
