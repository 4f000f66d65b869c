// What the platform throws at a request, as whoever asked is told it.
import { Hono } from "hono";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { AppEnv } from "./context.ts";
import { answerError } from "./problem.ts";
import { traceOf } from "./trace.ts";

const said = vi.fn<typeof console.error>();

beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(said);
});

afterEach(() => {
  vi.restoreAllMocks();
  said.mockReset();
});

/** The answer of a route whose object failed with `error`, in short. */
async function answerTo(error: Error) {
  const app = new Hono<AppEnv>();
  app.get("/", (c) => {
    c.set("requestId", "r");
    c.set("trace", traceOf(null, new Uint8Array(24)));
    throw error;
  });
  app.onError((thrown, c) => answerError(thrown, c));
  const response = await app.request("/");
  const body = await response.text();
  const { code }: { readonly code: unknown } = JSON.parse(body);
  return { answer: [response.status, code, response.headers.get("Retry-After")], body };
}

it("tells who meets an object that can't take more to come again, and wakes nobody for it", async () => {
  const error = Object.assign(new Error("Durable Object is overloaded."), { overloaded: true, retryable: true });
  expect((await answerTo(error)).answer).toEqual([503, "overloaded", "1"]);
  expect(said).not.toHaveBeenCalled();
});

it("takes an object that was reset for its new code for a fault of the server: logged, and none of its words sent", async () => {
  const error = Object.assign(new Error("Durable Object reset because its code was updated."), { retryable: true });
  const { answer, body } = await answerTo(error);
  expect(answer).toEqual([500, "internal", null]);
  expect(body).not.toContain("reset");
  expect(said).toHaveBeenCalledOnce();
});
