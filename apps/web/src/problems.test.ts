import { describe, expect, it } from "vitest";
import { problemFor, problemOfError, problems } from "./problems.ts";

describe("problems", () => {
  it.each(Object.entries(problems))("%s has one sentence and one thing to do", (_code, problem) => {
    expect(problem.sentence).toMatch(/^[A-Z][^.!?]*\.$/u);
    expect(problem.todo).toMatch(/^[A-Z][^.!?]*\.$/u);
  });

  it.each(Object.entries(problems))("%s speaks of no key, hash, log or role", (_code, problem) => {
    expect(`${problem.sentence} ${problem.todo}`).not.toMatch(
      /\b(?:key|hash|op|log|signature|certificate|viewer|editor|token|ticket)\b/iu,
    );
  });

  it("reads every malformed edit alike", () => {
    expect(problemFor("text_gap")).toBe(problems.edit_refused);
    expect(problemFor("op_length")).toBe(problems.edit_refused);
  });

  it("has words for a code that only a newer server knows", () => {
    expect(problemFor("brand_new")).toBe(problems.internal);
    expect(problemFor("toString")).toBe(problems.internal);
  });

  it("finds the code that an error carries", () => {
    expect(problemOfError(Object.assign(new Error("x"), { code: "gone" }))).toBe(problems.gone);
    expect(problemOfError(new Error("x"))).toBe(problems.internal);
    expect(problemOfError(null)).toBe(problems.internal);
  });
});
