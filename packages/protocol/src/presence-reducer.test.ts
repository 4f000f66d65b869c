import { decodeCbor, encodeCbor } from "@reed/log";
import { DecodeError } from "@reed/bytes";
import { describe, expect, it } from "vitest";
import { MAX_PRESENCE_BYTES } from "./limits.ts";
import { presenceEntry, presenceReducer, type Presences } from "./presence-reducer.ts";

let arrivals = 0;
const entryOf = (connection: number, payload: Uint8Array) =>
  presenceEntry({ connection, payload, by: [], role: "viewer" }, ++arrivals, 5);

function show(state: Presences, connection: number, ...payload: readonly number[]): Presences {
  const entry = entryOf(connection, Uint8Array.from(payload));
  const judged = presenceReducer.judge(state, entry);
  if (!judged.ok) throw new Error(judged.fault);
  return presenceReducer.apply(state, entry, judged.change);
}

describe("presence as a bucket", () => {
  it("[W54] keeps the last payload of each connection, and none of one that shows nothing any longer", () => {
    let state = presenceReducer.empty();
    state = show(state, 7, 1);
    state = show(state, 0xffff_ffff, 2);
    state = show(state, 7, 3);
    expect([...state]).toEqual([
      [7, Uint8Array.of(3)],
      [0xffff_ffff, Uint8Array.of(2)],
    ]);
    state = show(state, 7);
    state = show(state, 8);
    expect([...state.keys()]).toEqual([0xffff_ffff]);
  });

  it("[W54] takes no payload above 1 KiB, and no author but a connection", () => {
    const state = presenceReducer.empty();
    const judge = (entry: ReturnType<typeof entryOf>) => presenceReducer.judge(state, entry);
    expect(judge(entryOf(1, new Uint8Array(MAX_PRESENCE_BYTES)))).toMatchObject({ ok: true });
    expect(judge(entryOf(1, new Uint8Array(MAX_PRESENCE_BYTES + 1)))).toEqual({ ok: false, fault: "presence_size" });
    const byDevice = { ...entryOf(1, Uint8Array.of(1)), author: new Uint8Array(32) };
    expect(judge(byDevice)).toEqual({ ok: false, fault: "presence_author" });
  });

  it("comes back as it was saved, and from nothing else", () => {
    const state = show(show(presenceReducer.empty(), 9, 1), 2, 2);
    const saved = encodeCbor(presenceReducer.save(state));
    expect(new Map(presenceReducer.load(decodeCbor(saved)))).toEqual(new Map(state));
    const bad = [null, {}, [1], [[1]], [["1", Uint8Array.of(1)]], [[-1, Uint8Array.of(1)]], [[1, new Uint8Array()]]];
    for (const value of bad) expect(() => presenceReducer.load(value)).toThrow(DecodeError);
  });
});
