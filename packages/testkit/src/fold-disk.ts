// The document that a device's disk makes, in the order of the log: what the product's shell folds for a checkpoint, written a
// second time without its code. Nothing on these disks is void.
import { decodeOp } from "@reed/log";
import { applyUpdates, loadDocument } from "@reed/text";
import type * as Y from "yjs";
import type { DiskContent } from "./device-disk.ts";
import { sha256 } from "./keys.ts";
import { textUpdateOf } from "./server-text.ts";

/** null where the disk does not reach back to `seq`. */
export function foldDisk({ checkpoint, rows }: DiskContent, seq: number): Y.Doc | null {
  if (checkpoint !== null && checkpoint.at.seq > seq) return null;
  const ops = rows.filter((row) => row.seq <= seq).map(({ envelope }) => decodeOp(envelope, sha256));
  const doc = loadDocument(checkpoint?.document ?? null);
  const updates = ops.filter(({ type }) => type === "data").map((op) => textUpdateOf(op));
  applyUpdates(
    doc,
    updates.filter((update) => update !== null),
  );
  return doc;
}
