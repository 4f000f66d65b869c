// Snapshots that are too large for rows rest in R2, each under a key of its own that is never written twice: the note, the
// generation, the position and a hash of the bytes. A key that no installed snapshot names is an orphan, left by an installation
// that was broken off or by a snapshot that was replaced.
import { toBase64Url } from "@reed/bytes";
import type { NoteId } from "@reed/log";
import { sha256 } from "./ports.ts";

/** As much of R2 as is used. */
export type BlobStore = Pick<R2Bucket, "put" | "get" | "list" | "delete">;

/** An object can be brought back to any time of the last 30 days, and then names what it named. */
export const ORPHAN_AFTER_MS = 31 * 86_400_000;
const HASH_CHARS = 22;

export function snapshotKey(noteId: NoteId, generation: number, seq: number, bytes: Uint8Array): string {
  return `${prefixOf(noteId)}${generation}/${seq}-${toBase64Url(sha256(bytes)).slice(0, HASH_CHARS)}`;
}

/** Deletes the note's blobs that nobody names. True where there may be more of them. */
export async function sweepOrphans(
  blobs: BlobStore,
  noteId: NoteId,
  named: () => readonly string[],
  nowMs: number,
): Promise<boolean> {
  const { objects, truncated } = await blobs.list({ prefix: prefixOf(noteId) });
  const kept = new Set(named());
  const unnamed = objects.filter(({ key }) => !kept.has(key));
  const orphans = unnamed.filter(({ uploaded }) => nowMs - uploaded.getTime() > ORPHAN_AFTER_MS);
  if (orphans.length > 0) await blobs.delete(orphans.map(({ key }) => key));
  return truncated || unnamed.length > orphans.length;
}

/** Deletes at once the note's blobs that nobody names. Not while one is being installed. */
export async function dropUnnamed(blobs: BlobStore, noteId: NoteId, named: () => readonly string[]): Promise<void> {
  for (let cursor: string | undefined; ;) {
    const page = await blobs.list({ prefix: prefixOf(noteId), ...(cursor === undefined ? {} : { cursor }) });
    const kept = new Set(named());
    const unnamed = page.objects.map(({ key }) => key).filter((key) => !kept.has(key));
    if (unnamed.length > 0) await blobs.delete(unnamed);
    if (!page.truncated) return;
    cursor = page.cursor;
  }
}

function prefixOf(noteId: NoteId): string {
  return `snap/${noteId}/`;
}
