// What real Yjs writes in everyday situations must pass: each test is a situation, and the log judges every op in it.
import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { documentOf } from "./text-hostile.test-support.ts";
import { applyTextUpdate, checkTextUpdate, emptyTextState, type TextUpdateEffect } from "./text-update.ts";
import type { LogEntry } from "./text-world.test-support.ts";

interface Writer {
  readonly doc: Y.Doc;
  readonly text: Y.Text;
  readonly undo: Y.UndoManager;
  /** Local updates since the last call. */
  readonly take: () => Uint8Array[];
}

function writer(client: number, log: readonly LogEntry[] = [], options: { gc?: boolean } = {}): Writer {
  const doc = new Y.Doc(options);
  doc.clientID = client;
  for (const entry of log) Y.applyUpdate(doc, entry.update);
  const text = doc.getText("text");
  const updates: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array, _origin: unknown, _doc: Y.Doc, transaction: Y.Transaction) => {
    if (transaction.local) updates.push(update);
  });
  return { doc, text, undo: new Y.UndoManager(text, { captureTimeout: 0 }), take: () => updates.splice(0) };
}

function note() {
  const entries: LogEntry[] = [];
  const state = emptyTextState();
  return {
    entries,
    text: () => documentOf(entries).getText("text").toJSON(),
    /** The ops after the first `count`. */
    after: (count: number) => entries.slice(count).map((entry) => entry.update),
    /** Appends `update`, which must be accepted; returns what it does. */
    accept(claimant: string, update: Uint8Array): TextUpdateEffect {
      const verdict = checkTextUpdate(update, claimant, state);
      if (!verdict.ok) throw new Error(`${verdict.fault}: ${update.join()}`);
      applyTextUpdate(state, claimant, verdict.effect);
      entries.push({ claimant, update });
      return verdict.effect;
    },
  };
}

function give(updates: readonly Uint8Array[], to: Writer): void {
  for (const update of updates) Y.applyUpdate(to.doc, update);
}

describe("what Yjs writes", () => {
  it("[L66] each transaction of typing, deleting and typing over passes by itself", () => {
    const log = note();
    const ana = writer(1);
    ana.text.insert(0, "hello world");
    ana.text.insert(5, ", dear");
    ana.text.delete(0, 3);
    ana.doc.transact(() => {
      ana.text.delete(0, 2);
      ana.text.insert(0, "HELLO");
    });
    for (const update of ana.take()) log.accept("ana", update);
    expect(log.text()).toBe(ana.text.toJSON());
  });

  it("[L66] several transactions merged into one op pass, and the effect counts them all", () => {
    const log = note();
    const ana = writer(1);
    for (const piece of ["one ", "two ", "three"]) ana.text.insert(ana.text.length, piece);
    ana.text.delete(4, 4);
    const effect = log.accept("ana", Y.mergeUpdates(ana.take()));
    expect(effect).toEqual({ clocks: new Map([[1, 13]]), insertsUnits: 13, deletesUnits: 4 });
    expect(log.text()).toBe("one three");
  });

  it("[L66] undo and redo by an undo manager pass, also when another has written in between", () => {
    const log = note();
    const [ana, ben] = [writer(1), writer(2)];
    ana.text.insert(0, "draft of ana");
    ana.text.delete(0, 6);
    log.accept("ana", Y.mergeUpdates(ana.take()));
    give(log.after(0), ben);
    ben.text.insert(3, "BEN");
    log.accept("ben", Y.mergeUpdates(ben.take()));
    give(log.after(1), ana);
    for (const action of [() => ana.undo.undo(), () => ana.undo.undo(), () => ana.undo.redo(), () => ana.undo.redo()]) {
      action();
      for (const update of ana.take()) log.accept("ana", update);
      expect(log.text()).toBe(ana.text.toJSON());
    }
  });

  it("[L66] two tabs of one author that write into each other's text pass as one op", () => {
    const log = note();
    const [left, right] = [writer(7), writer(3)];
    const queue: Uint8Array[] = [];
    const pass = (from: Writer, to: Writer) => {
      const updates = from.take();
      give(updates, to);
      queue.push(...updates);
    };
    left.text.insert(0, "aaaa");
    pass(left, right);
    right.text.insert(2, "bbbb");
    pass(right, left);
    left.text.insert(4, "cc");
    left.text.delete(0, 3);
    pass(left, right);
    right.text.insert(1, "d");
    pass(right, left);
    const effect = log.accept("ana", Y.mergeUpdates(queue));
    expect([...effect.clocks.keys()]).toEqual([7, 3]);
    expect(log.text()).toBe(left.text.toJSON());
  });

  it("[L66] a laggard's edits on an old state pass after many others", () => {
    const log = note();
    const [ana, ben] = [writer(1), writer(2)];
    ana.text.insert(0, "the first line\n");
    log.accept("ana", Y.mergeUpdates(ana.take()));
    give(log.after(0), ben);
    ben.text.insert(4, "very ");
    ben.text.delete(0, 2);
    for (let line = 0; line < 50; line += 1) {
      ana.text.insert(0, `line ${line}\n`);
      ana.text.delete(3, 2);
      log.accept("ana", Y.mergeUpdates(ana.take()));
    }
    log.accept("ben", Y.mergeUpdates(ben.take()));
    give(log.after(0), ben);
    expect(log.text()).toBe(ben.text.toJSON());
  });

  it("[L66] a document that has collected its garbage passes as a whole, and so do edits next to what is gone", () => {
    const log = note();
    const ana = writer(1);
    ana.undo.destroy();
    ana.text.insert(0, "0123456789");
    ana.text.delete(2, 3);
    ana.text.insert(2, "x");
    ana.text.delete(1, 4);
    const collected = Y.encodeStateAsUpdate(ana.doc);
    expect(
      Y.decodeUpdate(collected).structs.some(
        (struct) => struct instanceof Y.Item && struct.content instanceof Y.ContentDeleted,
      ),
    ).toBe(true);
    expect(log.accept("ana", collected).insertsUnits).toBeLessThan(11);
    const ben = writer(2, log.entries);
    ben.text.insert(1, "next to the grave");
    log.accept("ben", Y.mergeUpdates(ben.take()));
    expect(log.text()).toBe(ben.text.toJSON());
  });

  it("[L66] the difference of a document to the log's state vector passes", () => {
    const log = note();
    const ana = writer(1);
    ana.text.insert(0, "kept on the server");
    log.accept("ana", Y.mergeUpdates(ana.take()));
    const vector = Y.encodeStateVector(ana.doc);
    ana.text.insert(4, " and still");
    ana.text.delete(0, 2);
    const whole = Y.encodeStateAsUpdate(ana.doc);
    const difference = Y.diffUpdate(whole, vector);
    expect(difference).toEqual(Y.encodeStateAsUpdate(ana.doc, vector));
    log.accept("ana", difference);
    expect(log.text()).toBe(ana.text.toJSON());
  });

  it("[L66] an emoji cut in two by a delete, or by text typed into it, passes and reads alike everywhere", () => {
    const log = note();
    const [ana, ben] = [writer(1), writer(2)];
    ana.text.insert(0, "a😀b👩‍👩‍👧c");
    log.accept("ana", Y.mergeUpdates(ana.take()));
    give(log.after(0), ben);
    ana.text.delete(2, 1);
    ben.text.insert(2, "typed into it");
    log.accept("ana", Y.mergeUpdates(ana.take()));
    log.accept("ben", Y.mergeUpdates(ben.take()));
    give(log.after(1), ben);
    give(log.after(2), ana);
    expect(ana.text.toJSON()).toBe(ben.text.toJSON());
    expect(log.text()).toBe(ben.text.toJSON());
    expect(log.text().isWellFormed()).toBe(true);
  });

  it("[L66] half a surrogate pair in an editor leaves it as U+FFFD, so even that is not refused", () => {
    const log = note();
    const ana = writer(1);
    ana.text.insert(0, "\uD83D");
    log.accept("ana", Y.mergeUpdates(ana.take()));
    expect(log.text()).toBe("\uFFFD");
  });

  it("[L66] a paste of 256 KiB passes", () => {
    const log = note();
    const ana = writer(1);
    ana.text.insert(0, "sixteen letters\n".repeat(16 * 1024));
    expect(log.accept("ana", Y.mergeUpdates(ana.take())).insertsUnits).toBe(256 * 1024);
  });
});
