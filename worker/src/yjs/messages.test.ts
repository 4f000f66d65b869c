import { Awareness, encodeAwarenessUpdate } from "y-protocols/awareness";
import * as encoding from "lib0/encoding";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { decodeMessage, encodeAwareness, encodeSyncStep1, encodeSyncStep2, encodeUpdate } from "./messages.ts";

describe("messages", () => {
  it("[Y21] of any bytes at all are read or refused, and never more than that", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 0, max: 3 }), (tail, type) => {
        decodeMessage(tail);
        decodeMessage(Uint8Array.of(type, ...tail));
        decodeMessage(Uint8Array.of(1, tail.length, ...tail));
      }),
      { numRuns: 2000 },
    );
  });

  it("are read as they were written", () => {
    const bytes = Uint8Array.of(1, 2, 3);
    expect(decodeMessage(encodeSyncStep1(bytes))).toEqual({ type: "sync_step_1", vector: bytes });
    expect(decodeMessage(encodeSyncStep2(bytes))).toEqual({ type: "sync_step_2", update: bytes });
    expect(decodeMessage(encodeUpdate(bytes))).toEqual({ type: "update", update: bytes });
    const entries = [
      { client: 0xffff_ffff, clock: 7, state: '{"name":"Zoë"}' },
      { client: 1, clock: 2 ** 40, state: null },
    ];
    expect(decodeMessage(encodeAwareness(entries))).toEqual({ type: "awareness", entries });
  });

  it("are those of y-protocols, byte by byte", () => {
    const doc = new Y.Doc();
    const awareness = new Awareness(doc);
    awareness.setLocalState({ user: { name: "Kate" } });
    const update = encodeAwarenessUpdate(awareness, [doc.clientID]);
    awareness.destroy();
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, 1);
    encoding.writeVarUint8Array(encoder, update);
    const theirs = encoding.toUint8Array(encoder);
    const message = decodeMessage(theirs);
    expect(message).toEqual({
      type: "awareness",
      entries: [{ client: doc.clientID, clock: 1, state: '{"user":{"name":"Kate"}}' }],
    });
    if (message?.type === "awareness") expect(encodeAwareness(message.entries)).toEqual(theirs);
  });

  it("[Y21] with states that are no objects, or clients beyond 32 bits, are refused", () => {
    for (const state of ["1", "[]", '"x"', "true", "{", ""])
      expect(decodeMessage(encodeAwareness([{ client: 1, clock: 1, state }]))).toBeNull();
    expect(decodeMessage(encodeAwareness([{ client: 2 ** 32, clock: 1, state: "{}" }]))).toBeNull();
  });
});
