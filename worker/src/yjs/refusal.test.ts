import { describe, expect, it } from "vitest";
import { YJS_CLOSE_CODES } from "./close-code.ts";
import { type Refused, verdictOn } from "./refusal.ts";

/** The compiler sees to it that none is left out. */
const FATES: Readonly<Record<Refused, string>> = {
  forbidden: "deny: read only",
  locked: "deny: locked",
  text_clock_gap: "ask",
  text_pending_origin: "ask",
  text_delete_ahead: "ask",
  text_foreign_client: "end: foreign_client",
  note_full: "end: note_full",
  too_big: "end: too_big",
  op_body_size: "end: too_big",
  malformed: "end: invalid",
  text_malformed: "end: invalid",
  text_not_canonical: "end: invalid",
  text_out_of_range: "end: invalid",
  text_too_many_structs: "end: invalid",
  text_empty: "end: invalid",
  text_skip: "end: invalid",
  text_content_type: "end: invalid",
  text_parent_kind: "end: invalid",
  text_carriage_return: "end: invalid",
  text_lone_surrogate: "end: invalid",
  text_clock_reused: "end: invalid",
  rate: "deny: unavailable",
  overloaded: "deny: unavailable",
  counter: "deny: unavailable",
  prev: "deny: unavailable",
  behind: "deny: unavailable",
  seen_ahead: "deny: unavailable",
  seen_chain: "deny: unavailable",
  acl: "deny: unavailable",
  clock: "deny: unavailable",
  control: "deny: unavailable",
  not_enrolled: "deny: unavailable",
  certificate_expired: "deny: unavailable",
  wrong_note: "deny: unavailable",
  founding: "deny: unavailable",
  certificate_invalid: "deny: unavailable",
  control_invalid: "deny: unavailable",
  body: "deny: unavailable",
  bucket: "deny: unavailable",
  bucket_full: "deny: unavailable",
  register_ahead: "deny: unavailable",
  register_too_big: "deny: unavailable",
  register_malformed: "deny: unavailable",
  register_time: "deny: unavailable",
  register_key: "deny: unavailable",
  register_unknown_key: "deny: unavailable",
  register_type: "deny: unavailable",
  register_role: "deny: unavailable",
  register_too_many: "deny: unavailable",
  key: "deny: unavailable",
  signature: "deny: unavailable",
  certificate: "deny: unavailable",
  op_truncated: "deny: unavailable",
  op_magic: "deny: unavailable",
  op_type: "deny: unavailable",
  op_suite: "deny: unavailable",
  op_flags: "deny: unavailable",
  op_parents: "deny: unavailable",
  op_integer: "deny: unavailable",
  op_length: "deny: unavailable",
  op_body_hash: "deny: unavailable",
  op_genesis_form: "deny: unavailable",
};

function fateOf(code: string, isWhole: boolean): string {
  const verdict = verdictOn(code as Refused, isWhole);
  if (verdict.type === "ask") return verdict.type;
  return `${verdict.type}: ${verdict.type === "deny" ? verdict.why : verdict.reason}`;
}

describe("a refused update", () => {
  it("[Y12][Y25][Y26] leaves the socket open wherever its own text is not at fault", () => {
    const fates = Object.keys(FATES).map((code) => [code, fateOf(code, false)]);
    expect(Object.fromEntries(fates)).toEqual(FATES);
  });

  it("[Y26] never ends a socket with a code by which the provider comes back with it", () => {
    const verdicts = Object.keys(FATES).flatMap((code) => [
      verdictOn(code as Refused, false),
      verdictOn(code as Refused, true),
    ]);
    const codes = verdicts.flatMap((verdict) => (verdict.type === "end" ? [YJS_CLOSE_CODES[verdict.reason]] : []));
    expect(new Set(codes)).toEqual(new Set([4409, 4413, 4422]));
  });

  it("[Y11] is not asked for again where it was the answer", () => {
    const asked = Object.keys(FATES).filter((code) => fateOf(code, false) === "ask");
    expect(asked.map((code) => fateOf(code, true))).toEqual(asked.map(() => "end: invalid"));
  });
});
