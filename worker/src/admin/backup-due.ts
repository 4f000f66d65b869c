// What the platform's clock has to do for backups: D1. Objects see to themselves (scheduled-backups.ts).
import type { Env } from "../env.ts";
import { shelfOf, shelve } from "./backup-shelf.ts";
import { platformBackup } from "./platform-backup.ts";

/** A little less than an hour: the schedule is not to the second. */
const EVERY_MS = 59 * 60_000;

/**
 * Puts a backup of D1 on the shelf, in the place of this day, unless the last one is younger than an hour. For the handler of the
 * schedule. Does nothing where there is no R2.
 */
export async function backupDue({ BLOBS, PLATFORM }: Env, nowMs: number): Promise<void> {
  if (BLOBS === undefined) return;
  const folder = shelfOf("platform", null);
  const { objects } = await BLOBS.list({ prefix: folder });
  if (objects.some(({ uploaded }) => nowMs - uploaded.getTime() < EVERY_MS)) return;
  await shelve(BLOBS, folder, platformBackup(PLATFORM, nowMs), nowMs);
}
