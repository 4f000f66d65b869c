// Who has just written in a note, by what its log says: a card that lives tells who is at it. Reads the newest rows only.
import { decodeAttributed, decodeDataBody, decodeOp, type LogRow, type Principal, TEXT_BUCKET } from "@reed/log";
import { sha256 } from "../host/ports.ts";

/** Whoever wrote no more for so long has stopped. */
export const WRITING_US = 90_000_000;
/** A busy note has hundreds of ops a minute; the last few name whoever is at it. */
export const WRITERS_ROWS = 64;

export interface WritersContext {
  readonly nowUs: number;
  /** For whom a device writes. */
  principalsOf(author: Uint8Array): readonly Principal[];
  isGateway(author: Uint8Array): boolean;
}

/** Each once, who wrote last first. */
export function writersOf(rows: readonly LogRow[], context: WritersContext): readonly Principal[] {
  const fresh = rows.filter(({ recvUs }) => recvUs > context.nowUs - WRITING_US);
  return [...new Set(fresh.toReversed().flatMap((row) => authorsOf(row, context)))];
}

function authorsOf({ envelope }: LogRow, { principalsOf, isGateway }: WritersContext): readonly Principal[] {
  const op = decodeOp(envelope, sha256);
  if (op.type !== "data") return [];
  const { bucket, payload } = decodeDataBody(op.body);
  if (bucket !== TEXT_BUCKET) return [];
  if (!isGateway(op.author)) return principalsOf(op.author);
  const { by, via } = decodeAttributed(payload).attribution;
  // What comes by a call comes at once: nobody is at it.
  return via === "yjs" ? [by] : [];
}

/** Whether rows change more than the text: who may see the note, or what may be shown of it. */
export function isMoreThanText(rows: readonly LogRow[]): boolean {
  return rows.some(({ envelope }) => {
    const op = decodeOp(envelope, sha256);
    return op.type === "control" || (op.type === "data" && decodeDataBody(op.body).bucket !== TEXT_BUCKET);
  });
}
