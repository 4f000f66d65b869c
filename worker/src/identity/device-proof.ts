// The proof that whoever calls holds a device's key: its signature over the key and the time.
import type { DeviceProof } from "@reed/api";
import { fromBase64Url } from "@reed/bytes";
import { ed25519, guestMessage } from "@reed/crypto";
import { ApiProblem } from "../http/problem.ts";

/** How far a proof's time may be from ours. */
const PROOF_WINDOW_MS = 5 * 60 * 1000;

/** Throws an ApiProblem where the proof is missing or does not hold at `nowMs`. */
export async function requireProof(device: Uint8Array, proof: DeviceProof | undefined, nowMs: number): Promise<void> {
  if (proof === undefined) throw new ApiProblem("proof_required");
  const isCurrent = Math.abs(nowMs - proof.at) <= PROOF_WINDOW_MS;
  const isHeld =
    isCurrent && (await ed25519.verify(device, fromBase64Url(proof.signature), guestMessage(device, proof.at)));
  if (!isHeld) throw new ApiProblem("proof_invalid");
}
