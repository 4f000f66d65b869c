// Where scheduled backups lie in R2: one a day for each object and for the platform, replaced as the day goes on. The newest always
// stays; those of before are kept for thirty days. Keys begin with `backup/`, so that a deployment can copy them elsewhere.
import type { BackupKind } from "./backup-format.ts";
import { packed } from "./backup-stream.ts";

const KEPT_MS = 30 * 86_400_000;
/** R2 takes parts of at least 5 MiB, all but the last of one size. */
const PART_BYTES = 8 * 1024 * 1024;
const DAY_CHARACTERS = "2026-01-01".length;

export type Shelf = Pick<R2Bucket, "put" | "list" | "delete"> & Partial<Pick<R2Bucket, "createMultipartUpload">>;

const FOLDERS = { note: "notes", library: "libraries", platform: "platform" } as const satisfies Record<
  BackupKind,
  string
>;

/** `name`: as in the backup's header. */
export function shelfOf(kind: BackupKind, name: string | null): string {
  return name === null ? `backup/${FOLDERS[kind]}/` : `backup/${FOLDERS[kind]}/${name}/`;
}

/** Puts a backup in the place of the day, and drops what has become too old. */
export async function shelve(
  shelf: Shelf,
  folder: string,
  backup: ReadableStream<Uint8Array>,
  nowMs: number,
): Promise<void> {
  const key = `${folder}${new Date(nowMs).toISOString().slice(0, DAY_CHARACTERS)}.ndjson.gz`;
  await putStream(shelf, key, packed(backup));
  const { objects } = await shelf.list({ prefix: folder });
  const oldest = new Date(nowMs - KEPT_MS).toISOString().slice(0, DAY_CHARACTERS);
  const old = objects.filter((object) => object.key !== key && object.key.slice(folder.length) < oldest);
  if (old.length > 0) await shelf.delete(old.map((object) => object.key));
}

/** Text that was taken away for good must not come back from here. */
export async function emptyShelf(shelf: Pick<R2Bucket, "list" | "delete">, folder: string): Promise<void> {
  for (;;) {
    const { objects, truncated } = await shelf.list({ prefix: folder });
    if (objects.length > 0) await shelf.delete(objects.map(({ key }) => key));
    if (!truncated) return;
  }
}

/** A stream whose length nobody knows. Nothing is there under `key` before all of it is. */
async function putStream(shelf: Shelf, key: string, stream: ReadableStream<Uint8Array>): Promise<void> {
  let upload: R2MultipartUpload | null = null;
  const parts: R2UploadedPart[] = [];
  try {
    for await (const { bytes, isLast } of partsOf(stream)) {
      if (upload === null && isLast) {
        await shelf.put(key, bytes);
        return;
      }
      upload ??= (await shelf.createMultipartUpload?.(key)) ?? null;
      if (upload === null) throw new Error("a backup of more than one part has no place here");
      parts.push(await upload.uploadPart(parts.length + 1, bytes));
    }
    await upload?.complete(parts);
  } catch (error) {
    await upload?.abort();
    throw error;
  }
}

interface Part {
  readonly bytes: Uint8Array;
  readonly isLast: boolean;
}

async function* partsOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Part, void> {
  let part = new Uint8Array(PART_BYTES);
  let filled = 0;
  for await (const chunk of stream) {
    for (let from = 0; from < chunk.length;) {
      if (filled === PART_BYTES) {
        yield { bytes: part, isLast: false };
        [part, filled] = [new Uint8Array(PART_BYTES), 0];
      }
      const taken = chunk.subarray(from, from + PART_BYTES - filled);
      part.set(taken, filled);
      filled += taken.length;
      from += taken.length;
    }
  }
  yield { bytes: part.slice(0, filled), isLast: true };
}
