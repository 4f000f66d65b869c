// Where a page of a list ended, as an opaque text that the caller gives back. It belongs to one question: with another it is refused.
import type { ListNotesQuery } from "@reed/api";
import { DecodeError, decodeUtf8, encodeUtf8, fromBase64Url, toBase64Url, toHex } from "@reed/bytes";
import * as v from "valibot";
import { sha256 } from "../host/ports.ts";

/** The place of an item in its order: compared part by part. */
export type Place = readonly (number | string)[];

const VERSION = 1;
const MAX_PARTS = 6;
const QUESTION_CHARS = 12;

const cursorSchema = v.strictTuple([
  v.literal(VERSION),
  v.string(),
  v.pipe(v.array(v.union([v.pipe(v.number(), v.finite()), v.string()])), v.minLength(1), v.maxLength(MAX_PARTS)),
]);

export function encodeCursor(query: ListNotesQuery, place: Place): string {
  return toBase64Url(encodeUtf8(JSON.stringify([VERSION, questionOf(query), place])));
}

/** null for anything that encodeCursor did not give for this question. */
export function decodeCursor(query: ListNotesQuery, cursor: string): Place | null {
  try {
    const result = v.safeParse(cursorSchema, JSON.parse(decodeUtf8(fromBase64Url(cursor))));
    return result.success && result.output[1] === questionOf(query) ? result.output[2] : null;
  } catch (error) {
    if (error instanceof DecodeError || error instanceof SyntaxError) return null;
    throw error;
  }
}

export function comparePlaces(a: Place, b: Place): number {
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined || left === right) continue;
    return left < right ? -1 : 1;
  }
  return 0;
}

/** What makes two questions the same list: everything but where to begin and how much. */
function questionOf({ scope, q, sort, order, createdBy, sharedBy, sharedWith, tag }: ListNotesQuery): string {
  const parts = [scope, q, sort, order, createdBy, sharedBy, sharedWith, tag].map((part) => part ?? null);
  return toHex(sha256(encodeUtf8(JSON.stringify(parts)))).slice(0, QUESTION_CHARS);
}
