// What e2e/crypto.spec.ts bundles and runs in a browser, and in Node to compare.
import { judge, type Judgement, readWycheproof, readZip215, wrong } from "./ed25519-cases.test-support.ts";
import { edgeCases } from "./ed25519-edge-cases.test-support.ts";
import { deviceKeyFromHandle, generateDeviceKey, isDeviceKeyHandle } from "./primitives.ts";
import { ed25519 } from "./ed25519.ts";

export interface EngineReport {
  readonly judgements: readonly Judgement[];
  /** Names of cases judged against the rule. */
  readonly wrong: readonly string[];
}

/** Judges the edge cases and, where given, the two files of vectors. */
export async function judgeAll(wycheproof: string | null, zip215: string | null): Promise<EngineReport> {
  const cases = [
    ...edgeCases(),
    ...(wycheproof === null ? [] : readWycheproof(wycheproof)),
    ...(zip215 === null ? [] : readZip215(zip215)),
  ];
  const judgements = await judge(cases);
  return { judgements, wrong: wrong(cases, judgements) };
}

/** Makes a device key, puts its handle through `store`, and tells whether what comes back signs and can be exported. */
export async function storeDeviceKey(
  store: (handle: unknown) => Promise<unknown>,
): Promise<{ readonly signs: boolean; readonly isExtractable: boolean }> {
  const message = Uint8Array.of(1, 2, 3);
  const { publicKey, handle } = await generateDeviceKey();
  const stored = await store(handle);
  if (!isDeviceKeyHandle(stored) || stored instanceof Uint8Array) return { signs: false, isExtractable: true };
  const signature = await deviceKeyFromHandle(stored, publicKey).sign(message);
  return { signs: await ed25519.verify(publicKey, signature, message), isExtractable: stored.privateKey.extractable };
}
