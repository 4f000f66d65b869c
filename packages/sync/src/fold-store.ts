// The document that a device's own store makes: its checkpoint and the rows after it, in the order of the log. This is the note
// as every replica must have it, whatever an open document has been through.
import { sha256 } from "@reed/crypto";
import { decodeOp, Ledger, TEXT_BUCKET } from "@reed/log";
import { applyUpdates, loadDocument } from "@reed/text";
import type * as Y from "yjs";
import type { StoredNote } from "./store/replica-store.ts";

const OPTIONS = { sha256, below: "trust" } as const;

/** The document at `seq`, without anything unsent; null where the store does not reach back to it, or not up to it. */
export function foldStored({ checkpoint, rows }: StoredNote, seq: number): Y.Doc | null {
  if (checkpoint !== null && checkpoint.at.seq > seq) return null;
  if ((rows.at(-1)?.seq ?? checkpoint?.at.seq ?? 0) < seq) return null;
  const [first] = rows;
  const docId = first?.opId ?? new Uint8Array(32);
  const ledger = checkpoint === null ? new Ledger(docId, OPTIONS) : Ledger.load(checkpoint.ledger, OPTIONS);
  const updates: Uint8Array[] = [];
  for (const { envelope, recvUs } of rows.filter((row) => row.seq <= seq)) {
    const op = decodeOp(envelope, sha256);
    const verdict = ledger.check(op, recvUs);
    if (verdict.type !== "accepted") {
      ledger.appendVoid(op, recvUs);
      continue;
    }
    ledger.append(op, verdict.effect, recvUs);
    const { effect } = verdict;
    if (effect.type === "data" && effect.bucket === TEXT_BUCKET) updates.push(effect.entry.payload);
  }
  const doc = loadDocument(checkpoint?.document ?? null);
  applyUpdates(doc, updates);
  return doc;
}
