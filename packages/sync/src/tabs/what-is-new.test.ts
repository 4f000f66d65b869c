import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { clocksOf, whatIsNew } from "./what-is-new.ts";

/** The updates of a document in which somebody types "one", then "two", and deletes the first letter. */
function typed() {
  const doc = new Y.Doc();
  const updates: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array) => updates.push(update));
  const text = doc.getText("text");
  text.insert(0, "one");
  text.insert(3, "two");
  text.delete(0, 1);
  const [one, two, deletion] = updates;
  if (one === undefined || two === undefined || deletion === undefined) throw new Error("three updates");
  return { doc, one, two, deletion };
}

describe("what of an edit is new", () => {
  it("is the edit itself where nothing of it is there", () => {
    const { two } = typed();
    expect(whatIsNew(two, () => 3)).toBe(two);
  });

  it("is nothing where all of it is there", () => {
    const { one } = typed();
    expect(whatIsNew(one, () => 3)).toBeNull();
    expect(whatIsNew(one, () => 6)).toBeNull();
  });

  it("is its later part where it begins with what is there", () => {
    const { one, two } = typed();
    const rest = whatIsNew(Y.mergeUpdates([one, two]), () => 3) ?? new Uint8Array();
    expect(Y.parseUpdateMeta(rest)).toEqual(Y.parseUpdateMeta(two));
  });

  it("is a deletion, always", () => {
    const { doc, deletion } = typed();
    expect(whatIsNew(deletion, () => 6)).toBe(deletion);
    const whole = whatIsNew(Y.encodeStateAsUpdate(doc), () => 6) ?? new Uint8Array();
    expect(Y.parseUpdateMeta(whole).to.size).toBe(0);
  });
});

it("the clocks of a log are those of its document and of what waits, also where what that stands on is missing", () => {
  const { doc, one, two } = typed();
  const waiting = { document: null, updates: [two] };
  expect(clocksOf(waiting)).toEqual(new Map([[doc.clientID, 6]]));
  const base = new Y.Doc();
  Y.applyUpdate(base, one);
  const document = Y.encodeStateAsUpdateV2(base);
  expect(clocksOf({ document, updates: [] })).toEqual(new Map([[doc.clientID, 3]]));
  expect(clocksOf({ document, updates: [two] })).toEqual(new Map([[doc.clientID, 6]]));
});
