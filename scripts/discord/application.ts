// The application that the local Discord knows: fixed, public and worth nothing, so that every test and every developer has the
// same one. Signs what Discord would sign.
import { createPrivateKey, createPublicKey, sign } from "node:crypto";

/** An Ed25519 private key is this and 32 bytes (RFC 8410). */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");
const PUBLIC_KEY_BYTES = 32;

function keyOf(seed: Uint8Array): ReturnType<typeof createPrivateKey> {
  return createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: "der", type: "pkcs8" });
}

/** Hex. */
function publicKeyOf(seed: Uint8Array): string {
  const spki = createPublicKey(keyOf(seed)).export({ format: "der", type: "spki" });
  return spki.subarray(-PUBLIC_KEY_BYTES).toString("hex");
}

const SEED: Uint8Array = new Uint8Array(32).fill(0x5d);

export const APPLICATION = {
  name: "Reed",
  applicationId: "1300000000000000001",
  clientSecret: "local-client-secret-worth-nothing",
  botToken: "MTMwMDAwMDAwMDAwMDAwMDAwMQ.local.bot-token-worth-nothing",
  publicKey: publicKeyOf(SEED),
  /** 32 bytes, of which Discord tells nobody. */
  seed: SEED,
} as const;

/** Another application, for what must not be taken. */
export const OTHER_APPLICATION_ID = "1300000000000000002";

export interface SignOptions {
  /** Seconds since 1970, as the header carries them; now by default. */
  readonly timestamp?: string | undefined;
  /** Another key than the application's. */
  readonly seed?: Uint8Array | undefined;
}

/** The headers with which Discord sends an interaction: hex over timestamp and body. */
export function signInteraction(
  body: string | Uint8Array,
  { timestamp = String(Math.floor(Date.now() / 1000)), seed = SEED }: SignOptions = {},
): { readonly "X-Signature-Ed25519": string; readonly "X-Signature-Timestamp": string } {
  const message = Buffer.concat([Buffer.from(timestamp), Buffer.from(body)]);
  return {
    "X-Signature-Ed25519": sign(null, message, keyOf(seed)).toString("hex"),
    "X-Signature-Timestamp": timestamp,
  };
}
