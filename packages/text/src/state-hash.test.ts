import { createHash } from "node:crypto";
import { toHex } from "@reed/bytes";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { applyUpdates, encodeDocument, loadDocument, TEXT_ROOT, textOf } from "./document.ts";
import { writtenNote } from "./generators.test-support.ts";
import { stateHash } from "./state-hash.ts";

function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

const hashOf = (doc: Y.Doc): string => toHex(stateHash(doc, sha256));

function replicaOf(updates: readonly Uint8Array[], options: { gc?: boolean; undo?: boolean } = {}): Y.Doc {
  const doc = new Y.Doc({ gc: options.gc ?? true });
  const root = doc.getText(TEXT_ROOT);
  if (options.undo === true) {
    const undo = new Y.UndoManager(root, { captureTimeout: 0, trackedOrigins: new Set(["remote"]) });
    doc.on("destroy", () => undo.destroy());
  }
  for (const update of updates) Y.applyUpdate(doc, update, "remote");
  return doc;
}

/** A replica that `clientId` has written `text` into, by itself. */
function written(clientId: number, text: string): Y.Doc {
  const doc = new Y.Doc();
  doc.clientID = clientId;
  doc.getText(TEXT_ROOT).insert(0, text);
  return doc;
}

function copyOf(doc: Y.Doc): Y.Doc {
  const copy = replicaOf([Y.encodeStateAsUpdate(doc)]);
  copy.clientID = doc.clientID;
  return copy;
}

describe("the state hash", () => {
  it("is the same in whatever order the ops came, with garbage kept or not, and with undo managers", () => {
    const property = fc.property(writtenNote, fc.infiniteStream(fc.nat()), ({ updates }, places) => {
      const shuffled = (): readonly Uint8Array[] =>
        updates
          .map((update) => ({ update, place: places.next().value as number }))
          .toSorted((left, right) => left.place - right.place)
          .map(({ update }) => update);
      const hashes = [
        replicaOf(updates),
        replicaOf(updates.toReversed()),
        replicaOf(shuffled()),
        replicaOf(shuffled(), { gc: false }),
        replicaOf(updates, { undo: true }),
        replicaOf(shuffled(), { gc: false, undo: true }),
      ].map(hashOf);
      expect(new Set(hashes).size).toBe(1);
    });
    fc.assert(property, { numRuns: 300 });
  });

  it("is the same after a load from V2, from V1, from one transaction and from the rest after a state vector", () => {
    const property = fc.property(writtenNote, fc.nat(), ({ updates }, place) => {
      const doc = replicaOf(updates);
      const early = replicaOf(updates.slice(0, place % (updates.length + 1)));
      Y.applyUpdate(early, Y.encodeStateAsUpdate(doc, Y.encodeStateVector(early)));
      const atOnce = loadDocument(null);
      applyUpdates(atOnce, updates);
      const loaded = [
        loadDocument(encodeDocument(doc)),
        loadDocument(encodeDocument(replicaOf(updates, { gc: false }))),
        replicaOf([Y.encodeStateAsUpdate(doc)]),
        early,
        atOnce,
      ];
      expect(new Set([doc, ...loaded].map(hashOf)).size).toBe(1);
      expect(new Set([doc, ...loaded].map(textOf)).size).toBe(1);
    });
    fc.assert(property, { numRuns: 300 });
  });

  it("differs after one more character, and after a delete", () => {
    const property = fc.property(writtenNote, fc.nat(), ({ updates }, place) => {
      const doc = replicaOf(updates);
      const grown = copyOf(doc);
      grown.getText(TEXT_ROOT).insert(place % (grown.getText(TEXT_ROOT).length + 1), "x");
      expect(hashOf(grown)).not.toBe(hashOf(doc));
      const shrunk = copyOf(grown);
      shrunk.getText(TEXT_ROOT).delete(place % shrunk.getText(TEXT_ROOT).length, 1);
      expect(hashOf(shrunk)).not.toBe(hashOf(grown));
      expect(hashOf(shrunk)).not.toBe(hashOf(doc));
    });
    fc.assert(property, { numRuns: 200 });
  });

  it("differs where another client has typed the same text", () => {
    expect(hashOf(written(1, "same"))).not.toBe(hashOf(written(2, "same")));
  });

  it("differs where the same characters of one client stand elsewhere", () => {
    const [left, right] = [written(1, "ab"), written(1, "ab")];
    left.getText(TEXT_ROOT).insert(0, "x");
    right.getText(TEXT_ROOT).insert(1, "x");
    expect(hashOf(left)).not.toBe(hashOf(right));
  });

  it("differs where another of two like characters was deleted", () => {
    const [left, right] = [written(1, "aa"), written(1, "aa")];
    left.getText(TEXT_ROOT).delete(0, 1);
    right.getText(TEXT_ROOT).delete(1, 1);
    expect(textOf(left)).toBe(textOf(right));
    expect(hashOf(left)).not.toBe(hashOf(right));
  });

  it("is over these bytes", () => {
    const doc = written(300, "añ");
    doc.getText(TEXT_ROOT).delete(0, 1);
    const other = written(2, "😀");
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(other));
    const bytes = stateHash(doc, (...parts) => new Uint8Array(Buffer.concat(parts)));
    const vector = "00000002 00000002 00000002 0000012c 00000002";
    const deletes = "00000001 0000012c 00000001 00000000 00000001";
    const text = Buffer.from(textOf(doc)).toString("hex");
    expect(toHex(bytes)).toBe(`${vector} ${deletes} ${text}`.replaceAll(" ", ""));
  });
});
