import { describe, expect, it } from "vitest";
import { problemCodes } from "@reed/api";
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

  it("reads a setting that was refused for a reason of a newer server as one that was refused", () => {
    expect(problemFor("register_brand_new")).toBe(problems.register_type);
  });

  it("has words for every fault of a problem over HTTP", () => {
    expect(problemCodes.filter((code) => !Object.hasOwn(problems, code))).toEqual([]);
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
