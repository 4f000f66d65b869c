import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CLOSE_CODES, isCloseReason } from "./close-code.ts";
import { type NackClass, type NackCode, nackClassOf } from "./nack-code.ts";

const SPEC = readFileSync(new URL("../../../docs/spec/wire.md", import.meta.url), "utf8");

/** The rows of the table whose first column is named `heading`, cells without their backticks. */
function tableOf(heading: string): readonly (readonly string[])[] {
  const lines = SPEC.split("\n");
  const start = lines.findIndex((line) => line.split("|")[1]?.trim() === heading);
  const rows = lines.slice(start + 2);
  return rows
    .slice(
      0,
      rows.findIndex((line) => !line.startsWith("|")),
    )
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll("`", "")),
    );
}

const REFUSALS: Readonly<Record<NackCode, NackClass>> = {
  rate: "retry",
  overloaded: "retry",
  counter: "reissue",
  prev: "reissue",
  behind: "reissue",
  seen_ahead: "reissue",
  seen_chain: "reissue",
  acl: "reissue",
  clock: "reissue",
  control: "reissue",
  not_enrolled: "reissue",
  certificate_expired: "reissue",
  wrong_note: "never",
  founding: "never",
  certificate_invalid: "never",
  forbidden: "never",
  control_invalid: "never",
  body: "never",
  bucket: "never",
  bucket_full: "never",
  locked: "never",
  register_ahead: "never",
  register_too_big: "never",
  register_malformed: "never",
  register_time: "never",
  register_key: "never",
  register_unknown_key: "never",
  register_type: "never",
  register_role: "never",
  register_too_many: "never",
  note_full: "never",
  key: "never",
  signature: "never",
  certificate: "never",
  op_truncated: "never",
  op_magic: "never",
  op_type: "never",
  op_suite: "never",
  op_flags: "never",
  op_parents: "never",
  op_integer: "never",
  op_length: "never",
  op_body_size: "never",
  op_body_hash: "never",
  op_genesis_form: "never",
  text_malformed: "never",
  text_not_canonical: "never",
  text_out_of_range: "never",
  text_too_many_structs: "never",
  text_empty: "never",
  text_skip: "never",
  text_content_type: "never",
  text_parent_kind: "never",
  text_carriage_return: "never",
  text_lone_surrogate: "never",
  text_foreign_client: "never",
  text_clock_gap: "never",
  text_clock_reused: "never",
  text_pending_origin: "never",
  text_delete_ahead: "never",
};

describe("refusals", () => {
  it("[W18] every code has its class", () => {
    const codes = Object.keys(REFUSALS) as readonly NackCode[];
    expect(codes.map((code) => [code, nackClassOf(code)])).toEqual(Object.entries(REFUSALS));
  });

  it("[W18] the page lists every code with its class", () => {
    const listed = tableOf("class").flatMap(([name = "", codes = ""]) => codes.split(", ").map((code) => [code, name]));
    expect(listed).toHaveLength(Object.keys(REFUSALS).length);
    expect(Object.fromEntries(listed)).toEqual(REFUSALS);
  });
});

describe("close codes", () => {
  it("[W30] are those of the page, each with what the client does next", () => {
    const listed = tableOf("reason").map(([reason, code, next]) => [reason, Number(code), next]);
    expect(listed).toEqual(Object.entries(CLOSE_CODES).map(([reason, { code, next }]) => [reason, code, next]));
  });

  it("[W30] have reasons that fit a close frame, and no other word is one", () => {
    for (const reason of Object.keys(CLOSE_CODES)) expect(reason.length).toBeLessThanOrEqual(123);
    expect([isCloseReason("not_found"), isCloseReason(""), isCloseReason("toString")]).toEqual([true, false, false]);
  });
});
