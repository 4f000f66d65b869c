// Refresh tokens: good for one refresh, which gives the next. All tokens of a session begin with the same secret bytes, its
// family, so that one which was used before is known for what it is however old, and ends the session: then two hold it, and one of
// them is a thief. Only hashes are kept. Pure but for the entropy that is handed in.
import { createHash } from "node:crypto";
import { fromBase64Url, toBase64Url } from "@reed/bytes";

export const FAMILY_BYTES = 16;
export const REFRESH_ENTROPY_BYTES = 32;
/** A session lasts this long after its last refresh. */
export const SESSION_MS = 30 * 24 * 3600 * 1000;
/** Two tabs that refresh at once, and one whose answer got lost, bring the same token twice within this time. */
const GRACE_MS = 10_000;

const FORM = /^[A-Za-z0-9_-]{64}$/;

/** What is kept of a token. */
export interface RefreshHashes {
  readonly family: Uint8Array;
  readonly token: Uint8Array;
}

export interface GivenToken extends RefreshHashes {
  /** The family itself, for the next token. */
  readonly secret: Uint8Array;
}

export interface MadeToken extends RefreshHashes {
  readonly text: string;
}

/** Where a session's tokens stand, and the token that was brought. */
export interface Standing {
  readonly generation: number;
  /** When the newest generation began; null: with the session. */
  readonly rotatedMs: number | null;
  /** Of the token; null: not one of the newest two. */
  readonly given: number | null;
}

export function makeRefreshToken(family: Uint8Array, entropy: Uint8Array): MadeToken {
  const bytes = new Uint8Array(FAMILY_BYTES + REFRESH_ENTROPY_BYTES);
  bytes.set(family, 0);
  bytes.set(entropy, FAMILY_BYTES);
  return { text: toBase64Url(bytes), ...hashesOf(bytes) };
}

/** null for what can't be one. */
export function parseRefreshToken(text: string): GivenToken | null {
  if (!FORM.test(text)) return null;
  const bytes = fromBase64Url(text);
  return { secret: bytes.slice(0, FAMILY_BYTES), ...hashesOf(bytes) };
}

/** next: a new generation begins. again: one more token of the newest generation. reused: the session must end. */
export function judgeRefresh({ generation, rotatedMs, given }: Standing, nowMs: number): "next" | "again" | "reused" {
  if (given === generation) return "next";
  const isInGrace = given === generation - 1 && rotatedMs !== null && nowMs - rotatedMs <= GRACE_MS;
  return isInGrace ? "again" : "reused";
}

function hashesOf(bytes: Uint8Array): RefreshHashes {
  return { family: sha256(bytes.subarray(0, FAMILY_BYTES)), token: sha256(bytes) };
}

function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(bytes).digest());
}
