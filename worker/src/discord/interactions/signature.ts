// Whether a request comes from Discord, and now: Ed25519 over the timestamp and the body as they came (docs/spec/discord.md). Discord
// sends bad signatures on purpose, and takes an endpoint that accepts one away.
import { concatBytes, encodeUtf8, fromHex } from "@reed/bytes";
import { ed25519 } from "@reed/crypto";

export interface SignedRequest {
  /** X-Signature-Ed25519; null where it is missing. */
  readonly signature: string | null;
  /** X-Signature-Timestamp, seconds since the epoch. */
  readonly timestamp: string | null;
  readonly body: Uint8Array;
}

const SIGNATURE = /^[0-9a-f]{128}$/;
const TIMESTAMP = /^[0-9]{1,12}$/;
/** How far Discord's clock and ours may be apart. */
const WINDOW_MS = 300_000;

export function isFromDiscord(publicKey: Uint8Array, request: SignedRequest, nowMs: number): Promise<boolean> {
  const { signature, timestamp, body } = request;
  if (signature === null || timestamp === null) return Promise.resolve(false);
  if (!SIGNATURE.test(signature) || !TIMESTAMP.test(timestamp)) return Promise.resolve(false);
  if (Math.abs(Number(timestamp) * 1000 - nowMs) > WINDOW_MS) return Promise.resolve(false);
  return ed25519.verify(publicKey, fromHex(signature), concatBytes(encodeUtf8(timestamp), body));
}
