import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { judge, readWycheproof, readZip215, type SignatureCase, wrong } from "./ed25519-cases.test-support.ts";
import { edgeCases } from "./ed25519-edge-cases.test-support.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const VECTORS = resolve(ROOT, process.env["REED_DATA"] ?? "../shared/data", "vectors");

/** null where the folder of vectors is absent. */
function load(file: string, read: (json: string) => readonly SignatureCase[]): readonly SignatureCase[] | null {
  const path = resolve(VECTORS, file);
  return existsSync(path) ? read(readFileSync(path, "utf8")) : null;
}

const wycheproof = load("wycheproof-ed25519_test.json", readWycheproof);
const zip215 = load("ed25519-zip215.json", readZip215);
const ABSENT = `no vectors in ${VECTORS}`;

describe("the verdict over an Ed25519 signature, in Node", () => {
  it("is that of Wycheproof in all 151 cases, by WebCrypto and by recomputing (data)", async ({ skip }) => {
    if (wycheproof === null) return skip(ABSENT);
    expect(wycheproof).toHaveLength(151);
    // Our rule is stricter only for odd keys and for R = identity, of which Wycheproof has none that it calls valid.
    expect(wrong(wycheproof, await judge(wycheproof))).toEqual([]);
  });

  it("is a refusal of every small-order key in the 196 zip215 cases (data)", async ({ skip }) => {
    if (zip215 === null) return skip(ABSENT);
    expect(zip215).toHaveLength(196);
    const judgements = await judge(zip215);
    expect(wrong(zip215, judgements)).toEqual([]);
    expect(judgements.filter(({ keyOk }) => keyOk)).toEqual([]);
  });

  it("is the same by both roads on every case that splits other verifiers", async () => {
    const cases = edgeCases();
    expect(wrong(cases, await judge(cases))).toEqual([]);
  });
});
