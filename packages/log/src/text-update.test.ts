// The clauses of the validity rule, one by one, on bytes made by hand.
import { concatBytes } from "@reed/bytes";
import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { varint, varints, varString } from "./text-forge.test-support.ts";
import { MAX_CLOCK } from "./text-update-decode.ts";
import {
  applyTextUpdate,
  checkTextUpdate,
  emptyTextState,
  type TextState,
  type TextUpdateFault,
} from "./text-update.ts";

const ANA = 5;
const BEN = 9;

const rawString = (...bytes: readonly number[]) => concatBytes(varint(bytes.length), Uint8Array.from(bytes));
const root = (name: string) => concatBytes(varints(1), varString(name));

type Id = readonly [client: number, clock: number];

/** An item: `info` bits beyond the content number follow from the ids, unless given. */
function item(
  content: number,
  payload: Uint8Array,
  ids: { origin?: Id; right?: Id; parent?: Uint8Array; flags?: number } = {},
) {
  const info = content | (ids.origin ? 0x80 : 0) | (ids.right ? 0x40 : 0) | (ids.flags ?? 0);
  const parent = ids.origin || ids.right ? new Uint8Array() : (ids.parent ?? root("text"));
  return concatBytes(
    Uint8Array.of(info),
    varints(...(ids.origin ?? [])),
    varints(...(ids.right ?? [])),
    parent,
    payload,
  );
}

const typed = (text: string, ids: Parameters<typeof item>[2] = {}) => item(4, varString(text), ids);
const deleted = (length: number, ids: Parameters<typeof item>[2] = {}) => item(1, varints(length), ids);
const gc = (length: number) => concatBytes(Uint8Array.of(0), varints(length));
const skip = (length: number) => concatBytes(Uint8Array.of(10), varints(length));

const run = (client: number, clock: number, ...structs: readonly Uint8Array[]) =>
  concatBytes(varints(structs.length, client, clock), ...structs);
const range = (client: number, ...ranges: readonly Id[]) => varints(client, ranges.length, ...ranges.flat());
const update = (runs: readonly Uint8Array[], deletes: readonly Uint8Array[] = []) =>
  concatBytes(varints(runs.length), ...runs, varints(deletes.length), ...deletes);

/** A log in which ana typed `ana` units and ben typed `ben` units. */
function log(units: { ana?: number; ben?: number } = {}): TextState {
  const state = emptyTextState();
  for (const [client, claimant, length] of [
    [ANA, "ana", units.ana],
    [BEN, "ben", units.ben],
  ] as const) {
    if (length === undefined) continue;
    state.vector.set(client, length);
    state.claims.set(client, claimant);
  }
  return state;
}

/** The update of a document that `edit` made with Yjs. */
function made(edit: (doc: Y.Doc) => void): Uint8Array {
  const doc = new Y.Doc();
  edit(doc);
  return Y.encodeStateAsUpdate(doc);
}

function verdict(bytes: Uint8Array, state: TextState = log(), claimant = "ana"): TextUpdateFault | "ok" {
  const result = checkTextUpdate(bytes, claimant, state);
  return result.ok ? "ok" : result.fault;
}

describe("an update that keeps the rule", () => {
  it("[L50] is accepted with the clocks it reaches, and the units it inserts and deletes", () => {
    const bytes = update(
      [run(ANA, 2, typed("né😀", { origin: [ANA, 1] }), deleted(3, { origin: [ANA, 5] }))],
      [range(ANA, [0, 2], [6, 3])],
    );
    const result = checkTextUpdate(bytes, "ana", log({ ana: 2 }));
    expect(result).toEqual({ ok: true, effect: { clocks: new Map([[ANA, 9]]), insertsUnits: 4, deletesUnits: 5 } });
  });

  it("[L50] moves the state vector and claims the clientID for its author when it is applied", () => {
    const state = emptyTextState();
    const result = checkTextUpdate(update([run(ANA, 0, typed("hi"))]), "ana", state);
    if (!result.ok) throw new Error(result.fault);
    expect(state).toEqual(emptyTextState());
    applyTextUpdate(state, "ana", result.effect);
    expect(state).toEqual(log({ ana: 2 }));
  });

  it("[L50] may hold deletes alone, of anyone's text", () => {
    expect(verdict(update([], [range(BEN, [0, 3])]), log({ ben: 3 }))).toBe("ok");
  });

  it("[L57] may hold deleted content and GC", () => {
    expect(verdict(update([run(ANA, 0, gc(4), deleted(2, { origin: [ANA, 3] }))]))).toBe("ok");
  });

  it("[L52] may be made of the smallest parts there are", () => {
    expect(verdict(update([run(ANA, 0, ...Array.from({ length: 9 }, () => gc(1)))]))).toBe("ok");
    expect(verdict(update([3, 2, 1].map((client) => run(client, 0, gc(1)))))).toBe("ok");
  });

  it("[L53] may use any clientID that Yjs can draw", () => {
    for (const client of [0, 1, 0xffff_ffff]) expect(verdict(update([run(client, 0, typed("a"))]))).toBe("ok");
  });
});

describe("form", () => {
  const good = update([run(ANA, 0, typed("a"))]);

  it("[L51] refuses an update that ends early, at every length", () => {
    for (let length = 0; length < good.length; length += 1) {
      expect(["malformed", "too_many_structs"]).toContain(verdict(good.subarray(0, length)));
    }
  });

  it("[L51] refuses bytes after the end", () => {
    expect(verdict(concatBytes(good, Uint8Array.of(0)))).toBe("malformed");
  });

  it("[L52] refuses a number that is longer than it need be", () => {
    expect(verdict(Uint8Array.of(0x80, 0x00, ...good.subarray(1)))).toBe("not_canonical");
    expect(verdict(Uint8Array.of(0x81, 0x00, ...good.subarray(1)))).toBe("not_canonical");
    expect(verdict(Uint8Array.of(0x81, 0x80, 0x80, 0x80, 0x00, ...good.subarray(1)))).toBe("not_canonical");
  });

  it("[L55] refuses an update that changes nothing", () => {
    expect(verdict(Uint8Array.of(0, 0))).toBe("empty");
  });

  it("[L52] refuses clients, in either half, that are not in descending order or come twice", () => {
    const [a, b] = [run(ANA, 0, typed("a")), run(BEN, 0, typed("b"))];
    expect(verdict(update([b, a]))).toBe("ok");
    expect(verdict(update([a, b]))).toBe("not_canonical");
    expect(verdict(update([a, run(ANA, 1, typed("b", { origin: [ANA, 0] }))]))).toBe("not_canonical");
    const both = log({ ana: 4, ben: 4 });
    expect(verdict(update([], [range(BEN, [0, 1]), range(ANA, [0, 1])]), both)).toBe("ok");
    expect(verdict(update([], [range(ANA, [0, 1]), range(BEN, [0, 1])]), both)).toBe("not_canonical");
    expect(verdict(update([], [range(ANA, [0, 1]), range(ANA, [2, 1])]), both)).toBe("not_canonical");
  });

  it("[L52] refuses a client without structs, and one without ranges", () => {
    expect(verdict(update([run(ANA, 0), run(1, 0, typed("a"))]))).toBe("not_canonical");
    expect(verdict(varints(0, 2, BEN, 0, ANA, 2, 0, 1, 2, 1), log({ ana: 3 }))).toBe("not_canonical");
  });

  it("[L52] refuses a struct or a delete range of length zero", () => {
    for (const empty of [typed(""), deleted(0), gc(0)])
      expect(verdict(update([run(ANA, 0, empty, typed("a"))]))).toBe("not_canonical");
    expect(verdict(update([], [range(ANA, [0, 0])]), log({ ana: 3 }))).toBe("not_canonical");
  });

  it("[L52] refuses delete ranges that overlap, touch or go back", () => {
    const state = log({ ana: 9 });
    expect(verdict(update([], [range(ANA, [0, 2], [3, 2])]), state)).toBe("ok");
    expect(verdict(update([], [range(ANA, [0, 2], [2, 2])]), state)).toBe("not_canonical");
    expect(verdict(update([], [range(ANA, [0, 2], [1, 2])]), state)).toBe("not_canonical");
    expect(verdict(update([], [range(ANA, [4, 2], [0, 2])]), state)).toBe("not_canonical");
  });

  it("[L52] refuses a GC struct with spare bits", () => {
    for (const info of [0x20, 0x40, 0x80])
      expect(verdict(update([run(ANA, 0, Uint8Array.of(info, 1))]))).toBe("not_canonical");
  });

  it("[L52] refuses an item between a unit and itself, which would lie in another place where somebody types meanwhile", () => {
    const state = log({ ben: 3 });
    expect(verdict(update([run(ANA, 0, typed("a", { origin: [BEN, 1], right: [BEN, 1] }))]), state)).toBe(
      "not_canonical",
    );
    expect(verdict(update([run(ANA, 0, typed("a", { origin: [BEN, 1], right: [BEN, 2] }))]), state)).toBe("ok");
  });

  it("[L53] refuses clientIDs of more than 32 bits and clocks that leave room for no sum", () => {
    expect(verdict(update([run(2 ** 32, 0, typed("a"))]))).toBe("out_of_range");
    expect(verdict(update([run(ANA, 0, typed("a", { origin: [2 ** 32, 0] }))]))).toBe("out_of_range");
    expect(verdict(update([], [range(2 ** 32, [0, 1])]))).toBe("out_of_range");
    expect(verdict(update([run(ANA, 0, deleted(MAX_CLOCK))]))).toBe("ok");
    expect(verdict(update([run(ANA, 0, deleted(MAX_CLOCK + 1))]))).toBe("out_of_range");
    expect(verdict(update([run(ANA, 0, gc(MAX_CLOCK), typed("a", { origin: [ANA, 0] }))]))).toBe("out_of_range");
    expect(verdict(update([], [range(ANA, [1, MAX_CLOCK])]))).toBe("out_of_range");
    expect(verdict(update([run(ANA, 2 ** 52, typed("a"))]))).toBe("out_of_range");
  });
});

describe("update bombs", () => {
  it("[L54] refuses counts of clients, structs, clients with deletes and ranges that the bytes can't hold, before it makes room", () => {
    const huge = varint(2 ** 31 - 1);
    const filler = new Uint8Array(64);
    const bombs = [
      concatBytes(huge, filler),
      concatBytes(varints(1), huge, varints(ANA, 0), filler),
      concatBytes(varints(0), huge, filler),
      concatBytes(varints(0, 1, ANA), huge, filler),
    ];
    // A decoder that makes room first does not get through one of these, let alone 2,000, before the runner's time limit.
    for (const bomb of bombs) {
      for (let turn = 0; turn < 500; turn += 1) expect(verdict(bomb)).toBe("too_many_structs");
    }
  });

  it("[L51] refuses a length of text beyond the end", () => {
    expect(verdict(update([run(ANA, 0, item(4, concatBytes(varint(2 ** 31 - 1), new Uint8Array(9))))]))).toBe(
      "malformed",
    );
  });

  it("[L50] walks a chain of as many clients as fit, each waiting for the next, in linear time", () => {
    const clients = 20_000;
    const runs = Array.from({ length: clients }, (_, index) => {
      const client = clients - index;
      return run(client, 0, typed("a", client === 1 ? {} : { origin: [client - 1, 0] }));
    });
    const circle = [...runs.slice(0, -1), run(1, 0, typed("a", { origin: [clients, 0] }))];
    expect(verdict(update(runs))).toBe("ok");
    expect(verdict(update(circle))).toBe("pending_origin");
  });
});

describe("whose structs, and from where", () => {
  it("[L61] refuses structs under another author's clientID", () => {
    const more = update([run(BEN, 3, typed("!", { origin: [BEN, 2] }))]);
    expect(verdict(more, log({ ben: 3 }), "ben")).toBe("ok");
    expect(verdict(more, log({ ben: 3 }), "ana")).toBe("foreign_client");
  });

  it("[L61] refuses one foreign client among the author's own", () => {
    expect(
      verdict(update([run(BEN, 3, typed("!", { origin: [BEN, 2] })), run(ANA, 0, typed("a"))]), log({ ben: 3 })),
    ).toBe("foreign_client");
  });

  it("[L62] refuses a start above the client's next clock", () => {
    expect(verdict(update([run(ANA, 1, typed("a", { origin: [ANA, 0] }))]))).toBe("clock_gap");
    expect(verdict(update([run(ANA, 4, typed("a", { origin: [ANA, 2] }))]), log({ ana: 3 }))).toBe("clock_gap");
  });

  it("[L63] refuses a second content for a clock that has one, also when new structs follow", () => {
    expect(verdict(update([run(ANA, 0, typed("999"))]), log({ ana: 3 }))).toBe("clock_reused");
    expect(verdict(update([run(ANA, 0, typed("9999"))]), log({ ana: 3 }))).toBe("clock_reused");
  });

  it("[L56] refuses a Skip struct", () => {
    expect(verdict(update([run(ANA, 0, skip(3), typed("a", { origin: [ANA, 0] }))]))).toBe("skip");
    expect(verdict(update([run(ANA, 0, typed("a"), skip(3))]))).toBe("skip");
  });
});

describe("what the structs stand on", () => {
  it("[L64] takes origins below the state vector and refuses those at or above it", () => {
    const state = log({ ben: 3 });
    expect(verdict(update([run(ANA, 0, typed("a", { origin: [BEN, 2] }))]), state)).toBe("ok");
    expect(verdict(update([run(ANA, 0, typed("a", { origin: [BEN, 3] }))]), state)).toBe("pending_origin");
    expect(verdict(update([run(ANA, 0, typed("a", { right: [BEN, 0] }))]), state)).toBe("ok");
    expect(verdict(update([run(ANA, 0, typed("a", { right: [BEN, 3] }))]), state)).toBe("pending_origin");
    expect(verdict(update([run(ANA, 0, typed("a", { origin: [77, 0] }))]), state)).toBe("pending_origin");
  });

  it("[L64] refuses an origin at or above the struct's own clock", () => {
    expect(verdict(update([run(ANA, 0, typed("a", { origin: [ANA, 0] }))]))).toBe("pending_origin");
    expect(verdict(update([run(ANA, 0, typed("ab"), typed("c", { origin: [ANA, 1], right: [ANA, 2] }))]))).toBe(
      "pending_origin",
    );
    expect(verdict(update([run(ANA, 0, typed("ab"), typed("c", { origin: [ANA, 1], right: [ANA, 0] }))]))).toBe("ok");
  });

  it("[L64] takes origins in another client's structs of the same update, in either order of clients", () => {
    expect(verdict(update([run(BEN, 0, typed("b", { origin: [ANA, 1] })), run(ANA, 0, typed("aa"))]))).toBe("ok");
    expect(verdict(update([run(BEN, 0, typed("bb")), run(ANA, 0, typed("a", { origin: [BEN, 1] }))]))).toBe("ok");
    expect(verdict(update([run(BEN, 0, typed("bb")), run(ANA, 0, typed("a", { origin: [BEN, 2] }))]))).toBe(
      "pending_origin",
    );
  });

  it("[L64] takes two clients that stand on each other by turns, and refuses a circle", () => {
    const turns = update([
      run(BEN, 0, typed("b", { origin: [ANA, 0] }), typed("d", { origin: [ANA, 1] })),
      run(ANA, 0, typed("a"), typed("c", { origin: [BEN, 0] }), typed("e", { origin: [BEN, 1] })),
    ]);
    const circle = update([
      run(BEN, 0, typed("b", { origin: [ANA, 1] }), typed("d", { origin: [ANA, 0] })),
      run(ANA, 0, typed("a"), typed("c", { origin: [BEN, 0] })),
    ]);
    expect(verdict(turns)).toBe("ok");
    expect(verdict(circle)).toBe("pending_origin");
  });

  it("[L65] refuses the six bytes that would erase what another types later", () => {
    const preDelete = Uint8Array.of(0, 1, BEN, 1, 0, 100);
    expect(preDelete).toHaveLength(6);
    const doc = new Y.Doc();
    Y.applyUpdate(doc, preDelete);
    Y.applyUpdate(doc, update([run(BEN, 0, typed("hello"))]));
    expect(doc.getText("text").toJSON()).toBe("");
    expect(verdict(preDelete)).toBe("delete_ahead");
    expect(verdict(preDelete, log({ ben: 99 }))).toBe("delete_ahead");
    expect(verdict(preDelete, log({ ben: 100 }))).toBe("ok");
  });

  it("[L65] lets an update delete what it brings itself, and not a unit more", () => {
    expect(verdict(update([run(ANA, 0, typed("abc"))], [range(ANA, [1, 2])]))).toBe("ok");
    expect(verdict(update([run(ANA, 0, typed("abc"))], [range(ANA, [1, 3])]))).toBe("delete_ahead");
  });
});

describe("what the structs hold", () => {
  it("[L57] refuses every content but text, deleted content and GC", () => {
    for (const content of [2, 3, 5, 6, 7, 8, 9, 11, 31])
      expect(verdict(update([run(ANA, 0, item(content, varString("a")))]))).toBe("content_type");
  });

  it("[L57] refuses what Yjs writes for formats, embeds, nested types and other roots", () => {
    expect(verdict(made((doc) => doc.getText("text").insert(0, "a", { bold: true })))).toBe("content_type");
    expect(verdict(made((doc) => doc.getText("text").insertEmbed(0, { image: "x" })))).toBe("content_type");
    expect(verdict(made((doc) => doc.getText("text").setAttribute("a", 1)))).toBe("content_type");
    expect(verdict(made((doc) => doc.getArray("text").push([new Y.Text("a")])))).toBe("content_type");
    expect(verdict(made((doc) => doc.getMap("text").set("a", 1)))).toBe("content_type");
    expect(verdict(made((doc) => doc.getText("other").insert(0, "a")))).toBe("parent_kind");
  });

  it("[L58] refuses another root, a nested parent, a map key and a parent of no kind", () => {
    for (const name of ["", "tex", "text2", "Text", "meta"])
      expect(verdict(update([run(ANA, 0, typed("a", { parent: root(name) }))]))).toBe("parent_kind");
    expect(verdict(update([run(ANA, 0, typed("a", { parent: varints(0, ANA, 0) }))]))).toBe("parent_kind");
    expect(
      verdict(update([run(ANA, 0, item(4, concatBytes(varString("key"), varString("a")), { flags: 0x20 }))])),
    ).toBe("parent_kind");
    expect(verdict(update([run(ANA, 0, typed("ab"), typed("c", { origin: [ANA, 0], flags: 0x20 }))]))).toBe(
      "parent_kind",
    );
    expect(verdict(update([run(ANA, 0, typed("a", { parent: concatBytes(varints(2), varString("text")) }))]))).toBe(
      "parent_kind",
    );
  });

  it("[L59] refuses U+000D", () => {
    expect(verdict(update([run(ANA, 0, typed("a\r\nb"))]))).toBe("carriage_return");
    expect(verdict(update([run(ANA, 0, typed("a\nb"))]))).toBe("ok");
  });

  it("[L60] refuses half a surrogate pair, and text that is not UTF-8", () => {
    expect(verdict(update([run(ANA, 0, item(4, rawString(0xed, 0xa0, 0xbd)))]))).toBe("lone_surrogate");
    expect(verdict(update([run(ANA, 0, item(4, rawString(0x61, 0xed, 0xb8, 0x80)))]))).toBe("lone_surrogate");
    expect(verdict(update([run(ANA, 0, item(4, rawString(0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80)))]))).toBe(
      "lone_surrogate",
    );
    for (const bytes of [[0xff], [0xc0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe2, 0x82], [0xed, 0xff, 0x80]]) {
      expect(verdict(update([run(ANA, 0, item(4, rawString(...bytes)))]))).toBe("malformed");
    }
    expect(verdict(update([run(ANA, 0, typed("\uD7FF\uE000\u{10FFFF}\uFFFD\uFEFF\0"))]))).toBe("ok");
  });
});
