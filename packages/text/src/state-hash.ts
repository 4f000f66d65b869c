// What two replicas compare to know that they hold the same note: what the document means, in one canonical form. Not its bytes,
// for those tell what a replica happened to keep (an undo manager's deleted words, structs that another has joined), which honest
// replicas don't share. Layout, integers big-endian u32:
//   clients { client, clock }*   clients { client, ranges { clock, length }* }*   the text in UTF-8
// Clients ascend in both lists; ranges ascend and don't touch.
import { encodeUtf8, Writer } from "@reed/bytes";
import * as Y from "yjs";
import { textOf } from "./document.ts";

/**
 * `sha256` over the state vector, the merged delete set and the text of `doc`. Equal for replicas that hold the same ops, in
 * whatever order they came and whatever else the replicas keep.
 */
export function stateHash(doc: Y.Doc, sha256: (...parts: Uint8Array[]) => Uint8Array): Uint8Array {
  const writer = new Writer();
  const vector = byClient(Y.decodeStateVector(Y.encodeStateVector(doc)));
  writer.u32(vector.length);
  for (const [client, clock] of vector) writer.u32(client).u32(clock);
  const deletes = byClient(Y.createDeleteSetFromStructStore(doc.store).clients);
  writer.u32(deletes.length);
  for (const [client, ranges] of deletes) {
    writer.u32(client).u32(ranges.length);
    for (const { clock, len } of ranges) writer.u32(clock).u32(len);
  }
  return sha256(writer.finish(), encodeUtf8(textOf(doc)));
}

function byClient<T>(map: ReadonlyMap<number, T>): readonly (readonly [number, T])[] {
  return [...map].toSorted(([left], [right]) => left - right);
}
