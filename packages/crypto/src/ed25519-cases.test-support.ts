// The same cases, judged by the same code, in Node, workerd and browsers, by both roads to a verdict.
import { fromHex } from "@reed/bytes";
import { ed25519 } from "./ed25519.ts";
import { keyOk, nativeCheckOf, nativeEd25519, recomputedCheckOf } from "./primitives.ts";

/** A signature and what crypto.md 2.4 says of it. */
export interface SignatureCase {
  readonly name: string;
  readonly publicKey: Uint8Array;
  readonly signature: Uint8Array;
  readonly message: Uint8Array;
  readonly isValid: boolean;
}

export interface Judgement {
  readonly name: string;
  readonly keyOk: boolean;
  /** The whole scheme, as Reed calls it. */
  readonly scheme: boolean;
  /** By WebCrypto; null where the engine has no Ed25519. */
  readonly native: boolean | null;
  /** By recomputing R with noble. */
  readonly recomputed: boolean;
}

/** In the order of `cases`. */
export async function judge(cases: readonly SignatureCase[]): Promise<readonly Judgement[]> {
  const subtle = await nativeEd25519();
  const judgements: Judgement[] = [];
  for (const { name, publicKey, signature, message } of cases) {
    const isKey = keyOk(publicKey);
    judgements.push({
      name,
      keyOk: isKey,
      scheme: await ed25519.verify(publicKey, signature, message),
      native: subtle && isKey && (await (await nativeCheckOf(subtle, publicKey))(signature, message)),
      recomputed: isKey && (await recomputedCheckOf(publicKey)(signature, message)),
    });
  }
  return judgements;
}

/** The names of the cases on which some road differs from what the rule says; empty on a sound engine with Ed25519. */
export function wrong(cases: readonly SignatureCase[], judgements: readonly Judgement[]): readonly string[] {
  return cases.flatMap(({ name, isValid }, index) => {
    const verdict = judgements[index];
    return verdict?.scheme === isValid && verdict.native === isValid && verdict.recomputed === isValid ? [] : [name];
  });
}

/** Wycheproof's ed25519_test.json; valid is what Wycheproof calls valid. */
export function readWycheproof(json: string): readonly SignatureCase[] {
  return list(JSON.parse(json), "testGroups").flatMap((group) => {
    const publicKey = bytes(field(group, "publicKey"), "pk");
    return list(group, "tests").map((test) => ({
      name: `wycheproof ${String(field(test, "tcId"))}`,
      publicKey,
      signature: bytes(test, "sig"),
      message: bytes(test, "msg"),
      isValid: field(test, "result") === "valid",
    }));
  });
}

/** noble-curves' zip215.json: every small-order key with every small-order R, so nothing in it is valid here. */
export function readZip215(json: string): readonly SignatureCase[] {
  const message = new Uint8Array([0x5a, 0x63, 0x61, 0x73, 0x68]); // "Zcash"
  return list({ cases: JSON.parse(json) as unknown }, "cases").map((test, index) => ({
    name: `zip215 ${index}`,
    publicKey: bytes(test, "vk_bytes"),
    signature: bytes(test, "sig_bytes"),
    message,
    isValid: false,
  }));
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !(name in value)) throw new TypeError(`vectors lack ${name}`);
  return Object.entries(value).find(([key]) => key === name)?.[1];
}

function list(value: unknown, name: string): readonly unknown[] {
  const items = field(value, name);
  if (!Array.isArray(items)) throw new TypeError(`${name} must be a list`);
  return items;
}

function bytes(value: unknown, name: string): Uint8Array {
  const text = field(value, name);
  if (typeof text !== "string") throw new TypeError(`${name} must be hex`);
  return fromHex(text);
}
