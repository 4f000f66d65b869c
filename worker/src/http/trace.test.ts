import { describe, expect, it } from "vitest";
import { traceOf } from "./trace.ts";

const RANDOM = Uint8Array.from({ length: 24 }, (_, at) => at + 1);
const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

describe("the trace of a request", () => {
  it("is the caller's, with a span of our own", () => {
    const { traceId, parent } = traceOf(`00-${TRACE}-00f067aa0ba902b7-01`, RANDOM);
    expect(traceId).toBe(TRACE);
    expect(parent).toBe(`00-${TRACE}-1112131415161718-01`);
  });

  it.each([
    null,
    "",
    `00-${TRACE}`,
    `01-${TRACE}-00f067aa0ba902b7-01`,
    `00-${"0".repeat(32)}-00f067aa0ba902b7-01`,
    `00-${TRACE.toUpperCase()}-00f067aa0ba902b7-01`,
    `00-${TRACE}-00f067aa0ba902b7-01\n{"level":"error"}`,
  ])("begins here for %j", (header) => {
    const { traceId, parent } = traceOf(header, RANDOM);
    expect(traceId).toBe("0102030405060708090a0b0c0d0e0f10");
    expect(parent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });
});
