// The newest snapshot of a log that the server has, with its proofs checked.
import { ed25519, sha256 } from "@reed/crypto";
import { decodeSnapshot, type NoteId, type Snapshot, verifySnapshot } from "@reed/log";
import type { Entrance } from "./entrance.ts";

export async function provenSnapshot(entrance: Entrance, noteId: NoteId): Promise<Snapshot | "none" | "unreached"> {
  try {
    const bytes = await entrance.snapshot();
    if (bytes === null) return "none";
    return await verifySnapshot(decodeSnapshot(bytes), noteId, { sha256, verifier: ed25519 });
  } catch {
    return "unreached"; // or not to be believed, which is no better
  }
}
