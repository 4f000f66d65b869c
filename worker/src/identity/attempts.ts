// How often a password or a code of Discord may be tried: leaky buckets in D1, so that they hold over all isolates. Unknown names have buckets like
// known ones, and are kept as keyed hashes like them.
import { createHmac } from "node:crypto";
import * as v from "valibot";
import { ApiProblem } from "../http/problem.ts";

export interface Bucket {
  readonly key: string;
  readonly burst: number;
  /** One place becomes free in this time. */
  readonly leakMs: number;
}

interface Kept {
  readonly hash: Uint8Array;
  readonly bucket: Bucket;
}

const rowSchema = v.object({ level: v.number(), at: v.number() });

const TAKE = `
  INSERT INTO attempts (key, level, at) VALUES (?1, 1, ?2)
  ON CONFLICT (key) DO UPDATE SET level = MAX(0, level - MAX(0, ?2 - at) / CAST(?3 AS REAL)) + 1, at = ?2
  WHERE MAX(0, level - MAX(0, ?2 - at) / CAST(?3 AS REAL)) + 1 <= ?4
  RETURNING level`;

/** Rows that have run empty long ago. */
const FORGET_AFTER_MS = 24 * 3600 * 1000;

/**
 * The buckets that one try of a password fills. A person mistypes a few times; one network may be a whole school; and all tries
 * at one name together come last, so that a stranger who is stopped by the others can't use them up for its owner.
 */
export function bucketsOf(username: string, address: string | null): readonly Bucket[] {
  const byAddress = address === null ? [] : [{ key: `sign-in at ${address}`, burst: 60, leakMs: 10_000 }];
  return [
    ...byAddress,
    { key: `sign-in as ${username} at ${address ?? "-"}`, burst: 10, leakMs: 60_000 },
    { key: `sign-in as ${username}`, burst: 100, leakMs: 60_000 },
  ];
}

/**
 * What one sign-in from Discord fills before its code is tried; given back where it comes to something. All that come through Discord's
 * proxy may share one address, so there is more room for them than for passwords, of which a stranger could guess one.
 */
export function discordAddressBuckets(address: string | null): readonly Bucket[] {
  return address === null ? [] : [{ key: `discord at ${address}`, burst: 300, leakMs: 2000 }];
}

/** What it fills when it is known who that is: somebody who opens the app again and again, not a program that does. */
export function discordPersonBuckets(discordId: string): readonly Bucket[] {
  return [{ key: `discord as ${discordId}`, burst: 20, leakMs: 15_000 }];
}

export class Attempts {
  readonly #db: D1Database;
  readonly #secret: Uint8Array;

  /** `secret` keeps what the keys name from being read out of the table. */
  constructor(db: D1Database, secret: Uint8Array) {
    this.#db = db;
    this.#secret = secret;
  }

  /** Takes one place in each bucket. Throws an ApiProblem with the time to wait where one is full. */
  async take(buckets: readonly Bucket[], nowMs: number): Promise<void> {
    const taken: Kept[] = [];
    for (const bucket of buckets) {
      const kept = { hash: this.#hashOf(bucket.key), bucket };
      const { hash } = kept;
      const { leakMs, burst } = bucket;
      if ((await this.#db.prepare(TAKE).bind(hash, nowMs, leakMs, burst).first()) !== null) {
        taken.push(kept);
        continue;
      }
      await this.#release(taken);
      const waitS = Math.ceil((await this.#waitMs(kept, nowMs)) / 1000);
      throw new ApiProblem("rate_limited", undefined, { "Retry-After": String(Math.max(1, waitS)) });
    }
  }

  /** Gives the places back: the password was right. */
  async giveBack(buckets: readonly Bucket[]): Promise<void> {
    await this.#release(buckets.map((bucket) => ({ hash: this.#hashOf(bucket.key), bucket })));
  }

  async #release(kept: readonly Kept[]): Promise<void> {
    const statement = "UPDATE attempts SET level = MAX(0, level - 1) WHERE key = ?";
    if (kept.length > 0) await this.#db.batch(kept.map(({ hash }) => this.#db.prepare(statement).bind(hash)));
  }

  async #waitMs({ hash, bucket: { burst, leakMs } }: Kept, nowMs: number): Promise<number> {
    const row = await this.#db.prepare("SELECT level, at FROM attempts WHERE key = ?").bind(hash).first();
    if (row === null) return 0;
    const { level, at } = v.parse(rowSchema, row);
    return (level + 1 - burst) * leakMs - (nowMs - at);
  }

  #hashOf(key: string): Uint8Array {
    return new Uint8Array(createHmac("sha256", this.#secret).update("reed attempt\0").update(key).digest());
  }
}

export async function forgetAttempts(db: D1Database, nowMs: number): Promise<void> {
  await db
    .prepare("DELETE FROM attempts WHERE at < ?")
    .bind(nowMs - FORGET_AFTER_MS)
    .run();
}
