// What of strangers' and one's own words is shown: presence, summaries, drafts.
import { encodeUtf8, toBase64Url } from "@reed/bytes";
import { sha256 } from "@reed/crypto";
import { Ledger } from "@reed/log";
import { MAX_PRESENCE_BYTES } from "@reed/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanName, decodePresence, encodePresence, hasParted } from "./presence.ts";
import { insertedText } from "./refused-text.ts";
import { summaryOf } from "./summary.ts";

const json = (value: unknown): Uint8Array => encodeUtf8(JSON.stringify(value));

describe("how far peers have read", () => {
  const peerAt = (read: { readonly seq: number; readonly chain: Uint8Array } | null) =>
    new Map([[1, encodePresence({ name: "Ana", color: "#12abef", caret: null, read })]]);

  it("[W37] is held against this replica's own log, where it knows the position", () => {
    const docId = new Uint8Array(32).fill(3);
    const ledger = new Ledger(docId, { sha256, below: "trust" });
    expect(hasParted(peerAt({ seq: 0, chain: docId }), ledger)).toBe(false);
    expect(hasParted(peerAt({ seq: 0, chain: new Uint8Array(32) }), ledger)).toBe(true);
    expect(hasParted(peerAt({ seq: 7, chain: new Uint8Array(32) }), ledger)).toBe(false);
    expect(hasParted(peerAt(null), ledger)).toBe(false);
    expect(hasParted(peerAt({ seq: 0, chain: new Uint8Array(32) }), null)).toBe(false);
  });
});

describe("presence", () => {
  const caret = { anchor: Uint8Array.of(1, 2), head: Uint8Array.of(3) };

  it("[W37] reads back, with a caret and without", () => {
    for (const presence of [
      { name: "Ana", color: "#12abef", caret, read: { seq: 7, chain: new Uint8Array(32).fill(9) } },
      { name: "한 😀", color: "#000000", caret: null, read: null },
    ]) {
      expect(decodePresence(encodePresence(presence))).toEqual(presence);
    }
  });

  it("[W37] goes without its caret where it would be larger than 1024 bytes", () => {
    const long = { anchor: new Uint8Array(800), head: new Uint8Array(1) };
    const bytes = encodePresence({ name: "😀".repeat(99), color: "#000000", caret: long, read: null });
    expect(bytes.length).toBeLessThanOrEqual(MAX_PRESENCE_BYTES);
    expect(decodePresence(bytes)).toEqual({ name: "😀".repeat(40), color: "#000000", caret: null, read: null });
  });

  it.each<[string, string]>([
    ["  Ana \n Bo ", "Ana  Bo"],
    ["\u202Eevil\u2066", "evil"],
    ["a\u0000\u001B[31m\u200B", "a[31m"],
    ["\u2028\u2029\uFEFF", "Guest"],
    ["", "Guest"],
    ["x".repeat(41), "x".repeat(40)],
    [`${"x".repeat(39)} y`, "x".repeat(39)],
    ["\uD800a", "\uFFFDa"],
    ["<b>Ana</b>", "<b>Ana</b>"],
  ])("[W37] shows the name %j as %j", (name, shown) => {
    expect(cleanName(name)).toBe(shown);
    expect(decodePresence(json({ n: name.toWellFormed(), c: "#000000" }))?.name).toBe(shown);
  });

  it.each<[string, Uint8Array]>([
    ["no name", json({ c: "#000000" })],
    ["a name that is no text", json({ n: 1, c: "#000000" })],
    ["a colour with more in it", json({ n: "a", c: "#000000;background:url(x)" })],
    ["a colour in capitals", json({ n: "a", c: "#ABCDEF" })],
    ["a short colour", json({ n: "a", c: "#abc" })],
    ["a caret that is not base64url", json({ n: "a", c: "#000000", a: "*", h: "AA" })],
    ["a list", json([])],
    ["null", json(null)],
    ["nothing", new Uint8Array()],
    ["bytes that are not UTF-8", Uint8Array.of(0xff)],
  ])("[W37] is not one with %s", (_what, bytes) => {
    expect(decodePresence(bytes)).toBeNull();
  });

  it("[W37] of any bytes is one or is not, without a throw", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => new TextEncoder().encode(text)),
        ),
        (bytes) => {
          const presence = decodePresence(bytes);
          if (presence !== null) expect([...presence.name].length).toBeLessThanOrEqual(40);
        },
      ),
    );
  });

  it("[W37] half a caret is none", () => {
    expect(decodePresence(json({ n: "a", c: "#000000", a: toBase64Url(caret.anchor) }))?.caret).toBeNull();
  });
});

describe("the summary of a note", () => {
  it.each<[string, string]>([
    ["", ""],
    ["\n  \n", ""],
    ["\n\n# Groceries\nmilk", "Groceries"],
    ["###### deep", "deep"],
    ["- [x] first task", "first task"],
    ["* item", "item"],
    ["> said", "said"],
    ["#hashtag", "#hashtag"],
    ["x".repeat(500), "x".repeat(120)],
    [`${"x".repeat(119)}😀`, `${"x".repeat(119)}\uFFFD`],
  ])("has as the title of %j %j", (text, title) => {
    expect(summaryOf(text).title).toBe(title);
  });

  it("goes on with the lines after the title, without marks", () => {
    expect(summaryOf("# Groceries\n\n- [x] milk\n2. rye  \n> said").excerpt).toBe("milk · rye · said");
    expect(summaryOf(`a\n${"long ".repeat(100)}`).excerpt).toHaveLength(150);
    expect(summaryOf("alone").excerpt).toBe("");
  });

  it("counts tasks, and those that are done", () => {
    const text = "- [ ] a\n- [x] b\n  * [X] c\n1. [ ] d\n12) [x] e\n- [] f\n-[x] g\ntext - [x] h\n+ [ ] i";
    expect(summaryOf(text)).toMatchObject({ tasksDone: 3, tasksTotal: 6 });
  });
});

describe("refused text", () => {
  it.each<[string, string, string]>([
    ["", "abc", "abc"],
    ["hello world", "hello big world", "big "],
    ["abc", "abc", ""],
    ["abc", "ac", ""],
    ["aa", "aaa", "a"],
    ["one two", "one 2 two 3", "2 two 3"],
    ["😀", "😁", "\uFFFD"],
  ])("of %j grown to %j is %j", (theirs, mine, draft) => {
    expect(insertedText(theirs, mine)).toBe(draft);
  });
});
