// FEED hands on what changed in a library from revision `from` to `rev`, and heads of notes as they grow. Whoever knows less than
// `from`, or counts in another epoch, has missed something and subscribes again; `from` 0 begins anew: what is not listed is gone.
import { DecodeError, type Reader, type Writer } from "@reed/bytes";
import { CborMap, type CborValue } from "@reed/log";
import { readCbor, writeCbor } from "./fields.ts";

export interface Feed {
  readonly type: "feed";
  readonly epoch: number;
  readonly from: number;
  readonly rev: number;
  /** The newest revision there is: where it is beyond `rev`, more is to be asked for. */
  readonly head: number;
  /** Each as packages/api describes it (feedItemSchema), where they are read. */
  readonly items: readonly CborValue[];
}

/** More than any server puts in one frame. */
const MAX_ITEMS = 10_000;

export function writeFeed(writer: Writer, { epoch, from, rev, head, items }: Feed): void {
  writeCbor(writer, { epoch, from, rev, head, items });
}

export function readFeed(reader: Reader): Feed {
  const map = new CborMap(readCbor(reader), ["epoch", "from", "rev", "head", "items"]);
  return {
    type: "feed",
    epoch: map.integer("epoch"),
    from: map.integer("from"),
    rev: map.integer("rev"),
    head: map.integer("head"),
    items: map.list("items", MAX_ITEMS).map(cborOf),
  };
}

function cborOf(value: unknown): CborValue {
  switch (typeof value) {
    case "string":
    case "number":
    case "boolean":
      return value;
    case "object":
      if (value === null || value instanceof Uint8Array) return value;
      if (Array.isArray(value)) return value.map(cborOf);
      return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, cborOf(field)]));
    default:
      throw new DecodeError("form", 0, "field items");
  }
}
