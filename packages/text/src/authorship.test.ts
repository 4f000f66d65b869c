import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { authorship } from "./authorship.ts";
import { applyUpdates, loadDocument, TEXT_ROOT, textOf } from "./document.ts";
import { writtenNote } from "./generators.test-support.ts";

describe("authorship", () => {
  it("adds up to the text, in runs of which no two neighbours are of one client", () => {
    const property = fc.property(writtenNote, ({ updates }) => {
      const doc = loadDocument(null);
      applyUpdates(doc, updates);
      const runs = authorship(doc);
      expect(runs.reduce((sum, { units }) => sum + units, 0)).toBe(textOf(doc).length);
      for (const [index, { client, units }] of runs.entries()) {
        expect(units).toBeGreaterThan(0);
        expect(runs[index + 1]?.client).not.toBe(client);
      }
    });
    fc.assert(property, { numRuns: 300 });
  });

  it("names who typed each part, and nobody for what is gone", () => {
    const ana = new Y.Doc();
    ana.clientID = 1;
    ana.getText(TEXT_ROOT).insert(0, "hello world");
    const ben = loadDocument(null);
    ben.clientID = 2;
    applyUpdates(ben, [Y.encodeStateAsUpdate(ana)]);
    ben.getText(TEXT_ROOT).insert(5, ", dear");
    ben.getText(TEXT_ROOT).delete(0, 2);
    expect(authorship(ben)).toEqual([
      { client: 1, units: 3 },
      { client: 2, units: 6 },
      { client: 1, units: 6 },
    ]);
    expect(authorship(loadDocument(null))).toEqual([]);
  });
});
