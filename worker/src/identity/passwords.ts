// Passwords, kept as scrypt with the parameters of their time. A Workers isolate has 128 MiB and its scrypt takes N*r*p up to
// 2^20, so the cost is 2^14, 8, 5 (16 MiB, the strength of 2^17, 8, 1); its PBKDF2 is capped far below what is safe and isn't used.
// Checking takes as long for nobody's password as for somebody's: there is always one hash, and always one comparison.
import { createHmac, randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { ApiProblem } from "../http/problem.ts";
import { Turnstile } from "./turnstile.ts";

export interface PasswordCost {
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

export interface Passwords {
  /** Secret of the deployment: without it the table of hashes can't be searched. */
  readonly pepper: Uint8Array;
  /** Of new hashes. */
  readonly cost: PasswordCost;
}

export interface PasswordHash {
  readonly cost: PasswordCost;
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
}

const PRODUCTION_LOG2_N = 14;
const BLOCK = 8;
const LANES = 5;
/** What workerd allows in production. */
const MAX_COST = 2 ** 20;
/** Of an isolate's 128 MiB. */
const MAX_MEMORY_BYTES = 48 * 1024 * 1024;
const HASH_BYTES = 32;
const SALT_BYTES = 16;
/** Each holds its memory. */
const MAX_AT_ONCE = 3;
/** Whoever comes on top waits this long for a place, and is then asked to come again. */
const MAX_WAIT_MS = 5000;

const NOBODY_SALT = new Uint8Array(SALT_BYTES);
const NOBODY_HASH = new Uint8Array(HASH_BYTES);

const turnstile = new Turnstile(MAX_AT_ONCE, MAX_WAIT_MS);

/** The cost for "" (production), or for a smaller log2 of N. Throws for what production would not run. */
export function costOf(log2: string): PasswordCost {
  if (!/^(?:[1-9][0-9]?)?$/.test(log2)) throw new Error("the variable PASSWORD_COST must be a small number");
  const cost = { n: 2 ** (log2 === "" ? PRODUCTION_LOG2_N : Number(log2)), r: BLOCK, p: LANES };
  assertRunnable(cost);
  return cost;
}

/** A fresh hash of `password` (NFKC). */
export async function hashPassword({ pepper, cost }: Passwords, password: string): Promise<PasswordHash> {
  const salt = new Uint8Array(randomBytes(SALT_BYTES));
  return { cost, salt, hash: await derive(pepper, password, salt, cost) };
}

/** Whether `password` is the one that was kept; `kept` null: nobody's, which is checked all the same and never right. */
export async function isPassword(
  { pepper, cost }: Passwords,
  password: string,
  kept: PasswordHash | null,
): Promise<boolean> {
  const target = kept ?? { cost, salt: NOBODY_SALT, hash: NOBODY_HASH };
  const derived = await derive(pepper, password, target.salt, target.cost);
  const isEqual = target.hash.length === HASH_BYTES && timingSafeEqual(derived, target.hash);
  return isEqual && kept !== null;
}

/** Whether a hash was made with other parameters than today's, and should be made anew when its password is at hand. */
export function isOutdated({ cost }: Passwords, { cost: kept }: PasswordHash): boolean {
  return kept.n !== cost.n || kept.r !== cost.r || kept.p !== cost.p;
}

/** Memory that scrypt needs for a cost. */
export function memoryOf({ n, r, p }: PasswordCost): number {
  return 128 * r * (n + p);
}

async function derive(pepper: Uint8Array, password: string, salt: Uint8Array, cost: PasswordCost): Promise<Uint8Array> {
  assertRunnable(cost);
  if (!(await turnstile.enter())) throw new ApiProblem("overloaded");
  try {
    return await stretch(createHmac("sha256", pepper).update("reed password\0").update(password).digest(), salt, cost);
  } finally {
    turnstile.leave();
  }
}

function stretch(input: Uint8Array, salt: Uint8Array, { n, r, p }: PasswordCost): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    scrypt(input, salt, HASH_BYTES, { N: n, r, p, maxmem: MAX_MEMORY_BYTES }, (error, key) =>
      error === null ? resolve(new Uint8Array(key)) : reject(error),
    );
  });
}

function assertRunnable(cost: PasswordCost): void {
  const { n, r, p } = cost;
  const isWhole = [n, r, p].every((part) => Number.isSafeInteger(part) && part > 0) && Number.isInteger(Math.log2(n));
  if (!isWhole || n < 2 || n * r * p > MAX_COST || memoryOf(cost) > MAX_MEMORY_BYTES)
    throw new Error("a password cost that production would not run");
}
