import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { keyField, nameField, noteIdField, signatureField } from "./fields.ts";
import { chainQuerySchema, opsQuerySchema } from "./note-log.ts";
import { problemCodes, problemOf, problemSchema } from "./problem.ts";

describe("the fields of requests", () => {
  it.each([
    [" Ana ", "Ana"],
    ["A\u202Ena\u0000", "Ana"],
    ["Zoë\n  Lee", "Zoë Lee"],
    ["😀".repeat(40), "😀".repeat(40)],
  ])("read the name %j as %j", (name, read) => {
    expect(v.parse(nameField, name)).toBe(read);
  });

  it.each(["", " \u200F ", "😀".repeat(41), "x".repeat(2000)])("refuse the name %j", (name) => {
    expect(v.is(nameField, name)).toBe(false);
  });

  it("take base64url of exactly the right length, with no spare bits", () => {
    expect(v.is(keyField, "A".repeat(43))).toBe(true);
    expect(v.is(keyField, `${"A".repeat(42)}B`)).toBe(false);
    expect(v.is(signatureField, "A".repeat(86))).toBe(true);
    expect(v.is(noteIdField, `${"A".repeat(21)}B`)).toBe(false);
  });
});

describe("the fields of queries", () => {
  it.each([
    ["0", 0],
    ["9007199254740991", Number.MAX_SAFE_INTEGER],
  ])("read the position %j", (text, seq) => {
    expect(v.parse(chainQuerySchema, { seq: text })).toEqual({ seq });
  });

  it.each(["", "-1", "1.5", "1e3", " 1", "0x10", "9007199254740992", "٣"])("refuse the position %j", (text) => {
    expect(v.is(chainQuerySchema, { seq: text })).toBe(false);
  });

  it("give a page of ops at most 100", () => {
    expect(v.parse(opsQuerySchema, { limit: "100", since: "7" })).toEqual({ limit: 100, since: 7 });
    expect(["0", "101"].map((limit) => v.is(opsQuerySchema, { limit }))).toEqual([false, false]);
  });
});

describe("problems", () => {
  it("are of their own schema, each", () => {
    for (const code of problemCodes)
      expect(v.parse(problemSchema, problemOf(code, "why"))).toMatchObject({ code, detail: "why" });
  });
});
