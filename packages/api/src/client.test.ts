import { describe, expect, it } from "vitest";
import { createApiClient, type FetchLike } from "./client.ts";
import { problemOf } from "./problem.ts";

const NOTE = "AAAAAAAAAAAAAAAAAAAAAA";

type Call = Parameters<FetchLike>;

/** A client whose server answers `status` and `body`, and the calls that it made. */
function clientAnswered(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
  token: string | null = "abc",
) {
  const calls: Call[] = [];
  const fetch: FetchLike = async (...call) => {
    calls.push(call);
    return { ok: status < 400, status, headers: { get: (name) => headers[name] ?? null }, text: async () => body };
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

  it("says so when no answer comes", async () => {
    const client = createApiClient({
      fetch: () => Promise.reject(new TypeError("network")),
      baseUrl: "",
      token: () => null,
    });
    expect(await client.platform()).toEqual({ ok: false, code: "unreachable", retryAfterMs: null });
  });
});
