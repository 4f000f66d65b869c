// How often one person may begin notes by commands: a channel full of cards is nobody's wish. This isolate's count; Discord keeps one
// of its own.
import { type BucketSize, TokenBucket } from "@reed/room";

const RATE: BucketSize = { perSecond: 0.2, burst: 10 };
const MAX_BUCKETS = 5000;

const buckets = new Map<string, TokenBucket>();

export function mayBegin(discordId: string, nowMs: number): boolean {
  const bucket = buckets.get(discordId) ?? new TokenBucket(RATE, nowMs);
  buckets.delete(discordId);
  buckets.set(discordId, bucket);
  const [oldest] = buckets.keys();
  if (buckets.size > MAX_BUCKETS && oldest !== undefined) buckets.delete(oldest);
  return bucket.take(1, nowMs);
}
