// How often one caller may write, to the token: behind the coarse limit at the edge. The buckets are this isolate's; a caller is
// nearly always served by the same one, and what must hold for ever is a quota (quotas.ts), not a rate.
import { type BucketSize, TokenBucket } from "@reed/room";
import type { AppMiddleware } from "./context.ts";
import { ApiProblem } from "./problem.ts";
import { addressKeyOf, subjectOf, type SubjectType } from "./subject.ts";

/** A person clicks a few times a second at most; a script that appends lines may, and a burst is an import of some hundred notes. */
const RATES: Readonly<Record<SubjectType, BucketSize>> = {
  user: { perSecond: 10, burst: 200 },
  link: { perSecond: 5, burst: 100 },
  address: { perSecond: 2, burst: 60 },
  unknown: { perSecond: 2, burst: 60 },
};
const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);
/** Reads that are rationed like writes: they say whether somebody has a name. */
const RATIONED_READS: ReadonlySet<string> = new Set(["/api/users"]);
const MAX_BUCKETS = 10_000;

const buckets = new Map<string, TokenBucket>();

/** Callers without an address that the platform vouches for are not limited: a developer's own machine. */
export const limitWrites: AppMiddleware = async (c, next) => {
  const isRationed = !SAFE_METHODS.has(c.req.method) || RATIONED_READS.has(c.req.path);
  const address = addressKeyOf(c);
  if (!isRationed || address === null) return next();
  const { key, type } = await subjectOf(c);
  const nowMs = Date.now();
  // A link is only said to be one here. Who makes them up is held to what all links of an address may do together.
  const spared = type === "link" ? takeFrom(`links of ${address}`, RATES.link, nowMs) : 0;
  const waitMs = spared > 0 ? spared : takeFrom(key, RATES[type], nowMs);
  if (waitMs > 0) throw new ApiProblem("rate_limited", undefined, { "Retry-After": String(Math.ceil(waitMs / 1000)) });
  return next();
};

function takeFrom(key: string, size: BucketSize, nowMs: number): number {
  const bucket = buckets.get(key) ?? new TokenBucket(size, nowMs);
  // The order of the map is that of use, so the one that goes has rested longest.
  buckets.delete(key);
  buckets.set(key, bucket);
  const [oldest] = buckets.keys();
  if (buckets.size > MAX_BUCKETS && oldest !== undefined) buckets.delete(oldest);
  return bucket.take(1, nowMs) ? 0 : Math.max(1, bucket.waitMs(1, nowMs));
}
