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
/** R2 takes no more. */
const DELETED_AT_ONCE = 1000;

export function snapshotKey(noteId: NoteId, generation: number, seq: number, bytes: Uint8Array): string {
  return `${prefixOf(noteId)}${generation}/${seq}-${toBase64Url(sha256(bytes)).slice(0, HASH_CHARS)}`;
}

/** Since when blobs have no name, by key. */
export interface BlobMarks {
  read(): ReadonlyMap<string, number>;
  write(marks: ReadonlyMap<string, number>): void;
}

/**
 * Deletes the note's blobs that nobody has named for as long as the object can be brought back. One that is first found without a
 * name counts from now. When the next of them is to go; null where there is none. Not while one is being installed.
 */
export async function sweepOrphans(
  blobs: BlobStore,
  noteId: NoteId,
  named: () => readonly string[],
  marks: BlobMarks,
  nowMs: number,
): Promise<number | null> {
  const there = await keysOf(blobs, noteId);
  const kept = new Set(named());
  const known = marks.read();
  const unnamed = there.filter((key) => !kept.has(key)).map((key) => [key, known.get(key) ?? nowMs] as const);
  const waiting = unnamed.filter(([, sinceMs]) => nowMs - sinceMs <= ORPHAN_AFTER_MS);
  const waitingKeys = new Set(waiting.map(([key]) => key));
  const orphans = unnamed.map(([key]) => key).filter((key) => !waitingKeys.has(key));
  for (let from = 0; from < orphans.length; from += DELETED_AT_ONCE)
    await blobs.delete(orphans.slice(from, from + DELETED_AT_ONCE));
  marks.write(new Map(waiting));
  return waiting.length === 0 ? null : Math.min(...waiting.map(([, sinceMs]) => sinceMs)) + ORPHAN_AFTER_MS + 1;
}

/** Deletes at once the note's blobs that nobody names. Not while one is being installed. */
export async function dropUnnamed(blobs: BlobStore, noteId: NoteId, named: () => readonly string[]): Promise<void> {
  for await (const keys of pagesOf(blobs, noteId)) {
    const kept = new Set(named());
    const unnamed = keys.filter((key) => !kept.has(key));
    if (unnamed.length > 0) await blobs.delete(unnamed);
  }
}

async function keysOf(blobs: BlobStore, noteId: NoteId): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const page of pagesOf(blobs, noteId)) keys.push(...page);
  return keys;
}

async function* pagesOf(blobs: BlobStore, noteId: NoteId): AsyncGenerator<readonly string[], void> {
  for (let cursor: string | undefined; ;) {
    const page = await blobs.list({ prefix: prefixOf(noteId), ...(cursor === undefined ? {} : { cursor }) });
    yield page.objects.map(({ key }) => key);
    if (!page.truncated) return;
    cursor = page.cursor;
  }
}

function prefixOf(noteId: NoteId): string {
  return `snap/${noteId}/`;
}
