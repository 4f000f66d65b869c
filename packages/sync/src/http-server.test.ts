// Reading a note's log over HTTP, as the replica asks for it.
import { type ProblemCode, problemOf } from "@reed/api";
import { toBase64Url } from "@reed/bytes";
import { noteIdOf } from "@reed/log";
import { afterEach, describe, expect, it, vi } from "vitest";
import { httpServer, socketAddress } from "./http-server.ts";

const NOTE = noteIdOf(new Uint8Array(32).fill(1));
const CHAIN = new Uint8Array(32).fill(2);
const HASH = new Uint8Array(32).fill(3);
const READER = { type: "link", linkId: "AAAAAAAAAAAAAAAA" } as const;

function answer(body: string | Uint8Array<ArrayBuffer>, status = 200): void {
  vi.stubGlobal("fetch", async () => new Response(body, { status }));
}

function refuse(code: ProblemCode): void {
  answer(JSON.stringify(problemOf(code)), problemOf(code).status);
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("a ticket's socket", () => {
  const own = "ws://notes.example/api/notes/a/socket?v=1";

  it("is reached the way the page was, whatever the server calls itself", () => {
    vi.stubGlobal("location", new URL("https://1.discordsays.com/?frame_id=1"));
    expect(socketAddress(own, "")).toBe("wss://1.discordsays.com/api/notes/a/socket?v=1");
    vi.stubGlobal("location", new URL("http://localhost:8787/n/a"));
    expect(socketAddress(own, "")).toBe("ws://localhost:8787/api/notes/a/socket?v=1");
  });

  it("is where the server says for who named the server", () => {
    expect(socketAddress(own, "http://notes.example")).toBe(own);
  });
});

describe("the server over HTTP", () => {
  it("gives a snapshot as its bytes, and null where there is none", async () => {
    answer(Uint8Array.of(1, 2, 3));
    expect(await httpServer("").snapshot(NOTE, READER)).toEqual(Uint8Array.of(1, 2, 3));
    refuse("no_snapshot");
    expect(await httpServer("").snapshot(NOTE, READER)).toBeNull();
  });

  it.each<[ProblemCode, boolean]>([
    ["not_found", true],
    ["overloaded", false],
  ])("passes on %s, which is final: %s", async (code, isFinal) => {
    refuse(code);
    await expect(httpServer("").snapshot(NOTE, READER)).rejects.toMatchObject({ code, isFinal });
  });

  it("gives up a call that is never answered", async () => {
    const patience = new AbortController();
    const timeout = vi.spyOn(AbortSignal, "timeout").mockReturnValue(patience.signal);
    vi.stubGlobal("fetch", (_: string, { signal }: RequestInit) => {
      const { promise, reject } = Promise.withResolvers<Response>();
      signal?.addEventListener("abort", () => reject(new DOMException("late", "TimeoutError")));
      return promise;
    });
    const asked = httpServer("").snapshot(NOTE, READER);
    patience.abort();
    await expect(asked).rejects.toMatchObject({ isFinal: false });
    expect(timeout).toHaveBeenCalledWith(60_000);
    timeout.mockRestore();
  });

  it("gives the state and the chain value that was asked for, in bytes", async () => {
    answer(JSON.stringify({ seq: 7, chain: toBase64Url(CHAIN), stateHash: toBase64Url(HASH) }));
    expect(await httpServer("").state(NOTE, READER)).toEqual({ at: { seq: 7, chain: CHAIN }, stateHash: HASH });
    expect(await httpServer("").chainAt(NOTE, 7, READER)).toEqual(CHAIN);
  });

  it("knows no chain value of what was folded away", async () => {
    refuse("compacted");
    expect(await httpServer("").chainAt(NOTE, 7, READER)).toBeNull();
  });

  it("takes no chain value of another position", async () => {
    answer(JSON.stringify({ seq: 8, chain: toBase64Url(CHAIN) }));
    await expect(httpServer("").chainAt(NOTE, 7, READER)).rejects.toMatchObject({ code: "unexpected" });
  });
});
