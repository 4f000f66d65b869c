import { describe, expect, it } from "vitest";
import { add, closingLine, NOTHING, tallyPlaywright, tallyVitest } from "./tally.ts";

const file = (status: string, ...tests: readonly string[]) => ({
  name: "a.test.ts",
  status,
  assertionResults: tests.map((test, index) => ({ fullName: `test ${index} (data)`, status: test })),
});

describe("the tally", () => {
  it("counts the tests of a vitest report", () => {
    const report = { testResults: [file("passed", "passed", "skipped", "todo"), file("failed", "failed", "passed")] };
    expect(tallyVitest(JSON.stringify(report))).toMatchObject({ passed: 2, failed: 1, skipped: 2 });
  });

  it("counts a file that did not load as a failure", () => {
    expect(tallyVitest(JSON.stringify({ testResults: [file("failed")] }))).toMatchObject({ passed: 0, failed: 1 });
    expect(tallyVitest(JSON.stringify({ testResults: [file("failed", "passed")] }))).toMatchObject({
      passed: 1,
      failed: 1,
    });
  });

  it("counts the tests of nested Playwright suites, and errors outside of them", () => {
    const spec = (status: string) => ({ title: "reads a trace (data)", tests: [{ status }] });
    const inner = { specs: [spec("unexpected"), spec("skipped")] };
    const report = { suites: [{ specs: [spec("expected"), spec("flaky")], suites: [inner] }], errors: [{}] };
    expect(tallyPlaywright(JSON.stringify(report))).toEqual({
      passed: 1,
      failed: 3,
      skipped: 1,
      skippedForData: ["reads a trace (data)"],
    });
  });

  it("ends in one line that leaves out what did not happen", () => {
    expect(closingLine(NOTHING)).toBe("0 passed, 0 failed");
    expect(closingLine(add({ ...NOTHING, passed: 2, skipped: 1 }, { ...NOTHING, failed: 1 }))).toBe(
      "2 passed, 1 failed, 1 skipped",
    );
  });
});
