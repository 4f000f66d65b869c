// What goes wrong on the server's side of a request is worth another try: nobody's note is given up for it.
import { type ProblemCode, problemOf } from "@reed/api";
import { noteIdOf } from "@reed/log";
import { afterEach, expect, it, vi } from "vitest";
import { httpServer } from "./http-server.ts";

const NOTE = noteIdOf(new Uint8Array(32).fill(1));
const ASKED = { device: "AA", linkId: null, linkCertificate: null } as const;

afterEach(() => {
  vi.unstubAllGlobals();
});

it.each<ProblemCode>(["overloaded", "internal", "unavailable", "rate_limited"])(
  "asks again for a ticket that was refused with %s",
  async (code) => {
    const { status } = problemOf(code);
    vi.stubGlobal("fetch", async () => new Response(JSON.stringify(problemOf(code)), { status }));
    await expect(httpServer("").ticket(NOTE, ASKED, "token")).rejects.toMatchObject({ code, isFinal: false });
  },
);

it("asks again for a ticket where the platform answered in the server's place", async () => {
  vi.stubGlobal("fetch", async () => new Response("<h1>error code: 1101</h1>", { status: 500 }));
  await expect(httpServer("").ticket(NOTE, ASKED, "token")).rejects.toMatchObject({
    code: "unexpected",
    isFinal: false,
  });
});
