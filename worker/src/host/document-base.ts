// From which document a log's text begins when the newest snapshot lies in R2, which may not answer, and which may have lost it.
// Where the blob is gone for good, the snapshot before it and the rows since then come to the same text: rows are dropped only
// below that one (docs/spec/storage.md, S44). What can't be had costs whoever asks for the document, and nobody else.
import { concatBytes } from "@reed/bytes";
import { decodeSnapshot, type NoteId } from "@reed/log";
import { blobOf, integerOf, type Sql } from "@reed/room";
import { encodeDocument, loadDocument } from "@reed/text";
import { gunzipSync } from "node:zlib";
import { log } from "../log.ts";
import type { BlobStore } from "./snapshot-blobs.ts";

/** R2 answers within a fraction of it. The platform resets an object that holds everybody up for 30 s. */
const BLOB_WITHIN_MS = 10_000;

/** A document with its position in the log. */
export interface DocumentBase {
  readonly seq: number;
  /** Yjs V2. */
  readonly document: Uint8Array;
}

/** found: null is the beginning of the log. away: R2 does not answer. lost: the rows reach down to nothing that is there. */
export type FoundBase =
  | { readonly type: "found"; readonly base: DocumentBase | null; readonly isOfNewest: boolean }
  | { readonly type: "away" | "lost" };

/** The document can't be had now. */
export class DocumentAwayError extends Error {
  override readonly name = "DocumentAwayError";
  readonly code: "away" | "lost";
  /** The platform's own word for "come again"; the worker answers it with 503 `overloaded` (http/problem.ts). */
  readonly overloaded = true;

  constructor(code: "away" | "lost") {
    super(`the document is ${code}`);
    this.code = code;
  }
}

export interface BaseOptions {
  readonly noteId: NoteId;
  readonly sql: Sql;
  readonly blobs: Pick<BlobStore, "get"> | null;
  /** The oldest row that is here. */
  firstSeq(): number;
  /** Where the text last began anew, with nothing in it; 0 for the beginning of the log. */
  begunSeq(): number;
}

/** The nearest document that the rows reach down to. */
export async function findBase(options: BaseOptions): Promise<FoundBase> {
  const { noteId, sql, blobs } = options;
  for (const [age, { seq, key }] of snapshotsIn(sql).entries()) {
    if (seq + 1 < options.firstSeq()) break;
    const file = key === null ? fileIn(seq, sql) : await blobAt(key, blobs);
    if (file === "away") return { type: "away" };
    const document = file === null ? null : readable(file);
    if (document !== null) return { type: "found", base: { seq, document }, isOfNewest: age === 0 };
    log("error", { error: "a snapshot is lost", note: noteId.slice(0, 8), seq, isThere: String(file !== null) });
  }
  const begunSeq = options.begunSeq();
  if (begunSeq + 1 < options.firstSeq()) return { type: "lost" };
  return {
    type: "found",
    base: begunSeq === 0 ? null : { seq: begunSeq, document: emptyDocument() },
    isOfNewest: false,
  };
}

/** `file`: a snapshot's, as it is stored. */
export function documentIn(file: Uint8Array): Uint8Array {
  return decodeSnapshot(new Uint8Array(gunzipSync(file))).document;
}

/** null: it is broken, and as good as none. */
function readable(file: Uint8Array): Uint8Array | null {
  try {
    return documentIn(file);
  } catch {
    // zlib and the codec throw errors of their own; whoever calls this tells of it.
    return null;
  }
}

function emptyDocument(): Uint8Array {
  const doc = loadDocument(null);
  const bytes = encodeDocument(doc);
  doc.destroy();
  return bytes;
}

function snapshotsIn(sql: Sql): readonly { readonly seq: number; readonly key: string | null }[] {
  return sql.run("SELECT seq, blob_key FROM snapshots ORDER BY seq DESC LIMIT 2").map((row) => {
    const key = row["blob_key"];
    return { seq: integerOf(row, "seq"), key: typeof key === "string" ? key : null };
  });
}

function fileIn(seq: number, sql: Sql): Uint8Array | null {
  const rows = sql.run("SELECT bytes FROM snapshot_parts WHERE seq = ? AND kind = 'file' ORDER BY part", seq);
  return rows.length === 0 ? null : concatBytes(...rows.map((row) => blobOf(row, "bytes")));
}

/** null: R2 says that there is none. */
async function blobAt(key: string, blobs: BaseOptions["blobs"]): Promise<Uint8Array | "away" | null> {
  if (blobs === null) return "away";
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error("no answer")), BLOB_WITHIN_MS);
  try {
    return await Promise.race([bytesOf(key, blobs), late.promise]);
  } catch (error) {
    log("error", { error: "a snapshot in R2", message: error instanceof Error ? error.message : null });
    return "away";
  } finally {
    clearTimeout(timer);
  }
}

async function bytesOf(key: string, blobs: Pick<BlobStore, "get">): Promise<Uint8Array | null> {
  const blob = await blobs.get(key);
  return blob === null ? null : new Uint8Array(await blob.arrayBuffer());
}
