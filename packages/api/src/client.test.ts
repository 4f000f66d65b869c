import { describe, expect, it } from "vitest";
import { createApiClient, type FetchLike } from "./client.ts";
import { problemOf } from "./problem.ts";
import { MAX_ANSWER_BYTES } from "./read-body.ts";

const NOTE = "AAAAAAAAAAAAAAAAAAAAAA";

type Call = Parameters<FetchLike>;

/** A client whose server answers `status` and `body`, and the calls that it made. */
function clientAnswered(
  status: number,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>> = {},
  token: string | null = "abc",
) {
  const calls: Call[] = [];
  const fetch: FetchLike = async (...call) => {
    calls.push(call);
    return new Response(body, { status, headers });
  };
  return { calls, client: createApiClient({ fetch, baseUrl: "https://reed.test", token: () => token }) };
}

describe("the typed client", () => {
  it("sends JSON with the token of the moment, and decodes the answer", async () => {
    const { client, calls } = clientAnswered(
      201,
      JSON.stringify({ id: NOTE, url: `https://reed.test/n/${NOTE}`, role: "owner" }),
    );
    expect(await client.createNote({ text: "hi" })).toMatchObject({
      ok: true,
      status: 201,
      value: { id: NOTE, role: "owner" },
    });
    const headers = { Authorization: "Bearer abc", "Content-Type": "application/json" };
    expect(calls).toEqual([["https://reed.test/api/notes", { method: "POST", headers, body: '{"text":"hi"}' }]]);
  });

  it("sends a genesis as the bytes that it is", async () => {
    const { client, calls } = clientAnswered(200, JSON.stringify({ id: NOTE, url: "https://reed.test" }), {}, null);
    const bytes = Uint8Array.of(1, 2, 3);
    expect(await client.foundNote(NOTE, bytes)).toMatchObject({ ok: true, status: 200 });
    expect(calls[0]?.[1]).toEqual({
      method: "PUT",
      headers: { "Content-Type": "application/octet-stream" },
      body: bytes,
    });
  });

  it("sends text as Markdown, and with it the position that it replaces", async () => {
    const { client, calls } = clientAnswered(200, '{"seq":8}');
    expect(await client.putText(NOTE, "# Té", 7)).toMatchObject({ ok: true, value: { seq: 8 } });
    await client.appendText(NOTE, "more");
    const headers = { Authorization: "Bearer abc", "Content-Type": "text/markdown" };
    const address = `https://reed.test/api/notes/${NOTE}`;
    expect(calls).toEqual([
      [`${address}/text`, { method: "PUT", headers: { ...headers, "If-Match": '"7"' }, body: "# Té" }],
      [`${address}/append`, { method: "POST", headers, body: "more" }],
    ]);
  });

  it("gives a problem as its code, with the wait that was asked for", async () => {
    const { client } = clientAnswered(429, JSON.stringify(problemOf("rate_limited")), { "Retry-After": "10" });
    expect(await client.links(NOTE)).toEqual({ ok: false, code: "rate_limited", retryAfterMs: 10_000 });
  });

  it.each([
    ["a page", 502, "<html>"],
    ["a code that it doesn't know", 400, JSON.stringify({ ...problemOf("invalid"), code: "from_the_future" })],
    ["an answer of another form", 200, JSON.stringify({ items: [{}] })],
    ["no JSON", 200, "ok"],
  ])("calls %s unexpected", async (_, status, body) => {
    expect(await clientAnswered(status, body).client.links(NOTE)).toEqual({
      ok: false,
      code: "unexpected",
      retryAfterMs: null,
    });
  });

  it("gives bytes as they came", async () => {
    const bytes = Uint8Array.of(0, 0xff, 0xfe, 1);
    const { client, calls } = clientAnswered(200, bytes);
    expect(await client.snapshot(NOTE, { type: "user", accessToken: "mine" })).toEqual({
      ok: true,
      status: 200,
      value: bytes,
    });
    const headers = { Authorization: "Bearer mine" };
    expect(calls).toEqual([[`https://reed.test/api/notes/${NOTE}/snapshot`, { method: "GET", headers, body: null }]]);
  });

  it("reads by a link as well as by a token, whatever token there is", async () => {
    const hash = "A".repeat(43);
    const { client, calls } = clientAnswered(200, JSON.stringify({ seq: 7, chain: hash, stateHash: hash }));
    const reader = { type: "link", linkId: "AAAAAAAAAAAAAAAA" } as const;
    expect(await client.state(NOTE, reader)).toMatchObject({ value: { seq: 7, chain: hash, stateHash: hash } });
    expect(await client.chainAt(NOTE, 7, reader)).toMatchObject({ value: { seq: 7, chain: hash } });
    expect(calls.map(([url, { headers }]) => [new URL(url).search, headers])).toEqual([
      ["", { Authorization: "Reed-Link AAAAAAAAAAAAAAAA" }],
      ["?seq=7", { Authorization: "Reed-Link AAAAAAAAAAAAAAAA" }],
    ]);
  });

  it("asks for ops by what was given, and gives them with their receive times whole", async () => {
    const op = { seq: 4, receivedAt: "2026-11-21T07:00:00.123456Z", envelope: "AAAA" };
    const { client, calls } = clientAnswered(200, JSON.stringify({ items: [op], nextCursor: null }));
    const reader = { type: "user", accessToken: "mine" } as const;
    const author = "A".repeat(43);
    expect(await client.ops(NOTE, { author, fromCtr: 3, limit: 10 }, reader)).toMatchObject({
      value: { items: [op], nextCursor: null },
    });
    await client.ops(NOTE, {}, reader);
    expect(calls.map(([url]) => new URL(url).search)).toEqual([`?author=${author}&fromCtr=3&limit=10`, ""]);
  });

  it("asks for a note's past and settings at their addresses", async () => {
    const settings = { color: null, icon: null, tags: ["a"], locked: false, preview: null };
    const { client, calls } = clientAnswered(200, JSON.stringify(settings));
    expect(await client.changeSettings(NOTE, { tags: { add: ["a"] } })).toEqual({
      ok: true,
      status: 200,
      value: settings,
    });
    await client.history(NOTE, { limit: 2, cursor: 7 });
    await client.diffVersion(NOTE, 7, "current");
    await client.diffVersion(NOTE, 7, 9);
    await client.nameVersion(NOTE, 7, null);
    await client.restoreVersion(NOTE, 7);
    await client.scrub(NOTE);
    await client.setCompliance(NOTE, true);
    const note = `https://reed.test/api/notes/${NOTE}`;
    expect(calls.map(([url, { method, body }]) => [method, url.replace(note, ""), body])).toEqual([
      ["PATCH", "/settings", '{"tags":{"add":["a"]}}'],
      ["GET", "/history?limit=2&cursor=7", null],
      ["GET", "/history/7/diff?against=current", null],
      ["GET", "/history/7/diff?against=9", null],
      ["PATCH", "/history/7", '{"name":null}'],
      ["POST", "/history/7/restore", null],
      ["POST", "/scrub", `{"confirm":"${NOTE}"}`],
      ["PUT", "/compliance", '{"on":true}'],
    ]);
  });

  it("asks about accounts and sessions at their addresses", async () => {
    const id = "01900000-0000-7000-8000-000000000001";
    const user = { id, name: "Ana", color: "#2c6e5a", username: "ana" };
    const session = { user, accessToken: "t", expiresAt: "2026-11-21T07:00:00.000Z" };
    const { client, calls } = clientAnswered(200, JSON.stringify(session));
    const credentials = { username: "ana", password: "correct horse" };
    expect(await client.createAccount(credentials)).toMatchObject({ ok: true, value: { user: { username: "ana" } } });
    await client.signIn({ ...credentials, restore: true });
    await client.refreshSession({});
    await client.signOut();
    await client.me();
    await client.changeMe({ name: "Ana" });
    await client.deleteMe({ password: "correct horse" });
    await client.sessions();
    await client.endSession(id);
    await client.endOtherSessions();
    await client.devices();
    await client.revokeDevice("A".repeat(43));
    await client.findUser("a+b");
    expect(calls.map(([url, { method }]) => `${method} ${url.replace("https://reed.test/api/", "")}`)).toEqual([
      "POST accounts",
      "POST session",
      "POST session/refresh",
      "DELETE session",
      "GET me",
      "PATCH me",
      "DELETE me",
      "GET me/sessions",
      `DELETE me/sessions/${id}`,
      "DELETE me/sessions",
      "GET me/devices",
      `DELETE me/devices/${"A".repeat(43)}`,
      "GET users?username=a%2Bb",
    ]);
  });

  it("takes an answer up to 64 MiB and stops reading one that is larger", async () => {
    const mebibyte = new Uint8Array(1024 * 1024);
    const answered = (count: number) => {
      const seen = { pulls: 0, isCancelled: false };
      const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
        pull: (controller) => (seen.pulls++ < count ? controller.enqueue(mebibyte) : controller.close()),
        cancel: () => {
          seen.isCancelled = true;
        },
      });
      const client = createApiClient({ fetch: async () => new Response(body), baseUrl: "", token: () => null });
      return { seen, result: client.snapshot(NOTE, { type: "user", accessToken: "mine" }) };
    };
    const most = await answered(64).result;
    expect(most.ok && most.value.length).toBe(MAX_ANSWER_BYTES);
    const { seen, result } = answered(1000);
    expect(await result).toEqual({ ok: false, code: "unexpected", retryAfterMs: null });
    expect(seen.isCancelled).toBe(true);
    expect(seen.pulls).toBeLessThan(70);
  });

  it("calls an answer that breaks off unreachable", async () => {
    const body = new ReadableStream({
      pull: (controller) => controller.error(new TypeError("network")),
    });
    const client = createApiClient({ fetch: async () => new Response(body), baseUrl: "", token: () => null });
    expect(await client.health()).toMatchObject({ ok: false, code: "unreachable" });
  });

  it("says so when no answer comes", async () => {
    const client = createApiClient({
      fetch: () => Promise.reject(new TypeError("network")),
      baseUrl: "",
      token: () => null,
    });
    expect(await client.platform()).toEqual({ ok: false, code: "unreachable", retryAfterMs: null });
  });
});
