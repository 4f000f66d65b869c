/// <reference types="vite/types/importMeta.d.ts" />
import { describe, expect, it } from "vitest";
import { judge, readWycheproof, readZip215, type SignatureCase, wrong } from "./ed25519-cases.test-support.ts";
import { edgeCases } from "./ed25519-edge-cases.test-support.ts";

// No disk inside workerd: Vite carries the files in, from the one place that it can name while it compiles.
const files = import.meta.glob<string>("../../../../shared/data/vectors/*ed25519*.json", {
  query: "?raw",
  import: "default",
  eager: true,
});

function load(file: string, read: (json: string) => readonly SignatureCase[]): readonly SignatureCase[] | null {
  const json = files[`../../../../shared/data/vectors/${file}`];
  return json === undefined ? null : read(json);
}

const wycheproof = load("wycheproof-ed25519_test.json", readWycheproof);
const zip215 = load("ed25519-zip215.json", readZip215);
const ABSENT = "no vectors in ../shared/data/vectors";

describe("the verdict over an Ed25519 signature, in workerd", () => {
  it("is that of Wycheproof in all 151 cases, by WebCrypto and by recomputing (data)", async ({ skip }) => {
    if (wycheproof === null) return skip(ABSENT);
    expect(wycheproof).toHaveLength(151);
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
