// A snapshot as the server makes one: the fold of the log at its head with the text and document that the host has there, and a
// manifest that the gateway signs. The signed op is no part of the log, so nobody waits for the signature.
import { type Cursor, encodeSnapshot, type Ledger, prepareOp, sealEnvelope, snapshotFields } from "@reed/log";
import type { RoomPorts } from "./ports.ts";

/** What the log's text folds to at one position. */
export interface SnapshotContent {
  /** UTF-8. */
  readonly text: Uint8Array;
  /** The Yjs document, V2. */
  readonly document: Uint8Array;
  readonly stateHash: Uint8Array;
}

export interface MadeSnapshot {
  readonly at: Cursor;
  readonly stateHash: Uint8Array;
  /** Ledger.save() at `at`: what the next room opens on. */
  readonly ledger: Uint8Array;
  /** Position of the newest scrub that it holds; 0 for none. */
  readonly generation: number;
  /** encodeSnapshot of all of it. */
  readonly file: Uint8Array;
}

/** Everything is read at once; only the signature comes later. `genesis`: envelope of the log's first op. */
export async function signSnapshot(
  ledger: Ledger,
  content: SnapshotContent,
  genesis: Uint8Array,
  ports: RoomPorts,
): Promise<MadeSnapshot> {
  const { gateway, sha256 } = ports;
  const at = ledger.head;
  const saved = ledger.save();
  const { stateHash, text, document } = content;
  const parts = { text, document, ledger: saved };
  const author = gateway.signer.publicKey;
  const signer = { docId: ledger.docId, author, acl: ledger.aclFor(author, at.seq), nowUs: ports.nowUs() };
  const generation = ledger.generations.findLast(({ reason }) => reason === "scrub")?.seq ?? 0;
  const unsigned = prepareOp(snapshotFields({ at, stateHash }, parts, signer, sha256), sha256);
  const manifest = sealEnvelope(unsigned, await gateway.signer.sign(unsigned.message));
  const file = encodeSnapshot({ ...parts, genesis, certificate: gateway.certificate, manifest });
  return { at, stateHash, ledger: saved, generation, file };
}
