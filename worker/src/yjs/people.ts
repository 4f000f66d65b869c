// One person in two tongues: Reed's presence (docs/spec/wire.md, W37) and what editors on y-protocols show each other, by the
// custom of y-codemirror and y-prosemirror: `{user: {name, color}, cursor: {anchor, head}}`, both ends relative positions.
import { decodeUtf8, encodeUtf8, fromBase64Url, toBase64Url } from "@reed/bytes";
import { MAX_PRESENCE_BYTES } from "@reed/protocol";
import * as v from "valibot";
import * as Y from "yjs";

/** As it may be shown; whoever shows it cleans it once more. */
const MAX_NAME_LENGTH = 40;
const NAMELESS = "Guest";
const COLOR = /^#[0-9a-f]{6}$/;
/** For editors that name none, or one that is not of this form. */
const COLORS = ["#1f6f8b", "#8a4f9e", "#a3562a", "#3d7a37", "#b0395a", "#4a5fb5"] as const;

const idSchema = v.object({ client: v.pipe(v.number(), v.safeInteger()), clock: v.pipe(v.number(), v.safeInteger()) });
const positionSchema = v.object({
  item: v.optional(v.nullable(idSchema)),
  tname: v.optional(v.nullable(v.string())),
  assoc: v.optional(v.nullable(v.pipe(v.number(), v.safeInteger()))),
});
const stateSchema = v.object({
  user: v.fallback(v.object({ name: v.fallback(v.string(), ""), color: v.fallback(v.string(), "") }), {
    name: "",
    color: "",
  }),
  cursor: v.fallback(v.nullable(v.object({ anchor: positionSchema, head: positionSchema })), null),
});
const presenceSchema = v.object({
  n: v.string(),
  c: v.string(),
  a: v.optional(v.string()),
  h: v.optional(v.string()),
});

/** Reed's presence for the awareness state `json` of `client`. The caret is left out where it can't be read or doesn't fit. */
export function presenceOf(json: string, client: number): Uint8Array {
  const { user, cursor } = v.parse(stateSchema, JSON.parse(json));
  const name = [...user.name.toWellFormed()].slice(0, MAX_NAME_LENGTH).join("");
  const color = user.color.toLowerCase();
  const person = { n: name === "" ? NAMELESS : name, c: COLOR.test(color) ? color : colorOf(client) };
  const bare = encodeUtf8(JSON.stringify(person));
  const [a, h] = cursor === null ? [null, null] : [encodePosition(cursor.anchor), encodePosition(cursor.head)];
  if (a === null || h === null) return bare;
  const full = encodeUtf8(JSON.stringify({ ...person, a, h }));
  return full.length <= MAX_PRESENCE_BYTES ? full : bare;
}

/** The awareness state, as JSON text, for a presence of one of Reed's own people; null where it is none. */
export function stateOf(presence: Uint8Array): string | null {
  try {
    const { n, c, a, h } = v.parse(presenceSchema, JSON.parse(decodeUtf8(presence)));
    const [anchor, head] = a === undefined || h === undefined ? [null, null] : [decodePosition(a), decodePosition(h)];
    const cursor = anchor === null || head === null ? null : { anchor, head };
    return JSON.stringify({ user: { name: n, color: COLOR.test(c) ? c : COLORS[0] }, cursor });
  } catch {
    // Presence is not read on its way in; what its sender made of it is not shown.
    return null;
  }
}

function colorOf(client: number): string {
  return COLORS[client % COLORS.length] ?? COLORS[0];
}

function encodePosition({ item, tname, assoc }: v.InferOutput<typeof positionSchema>): string | null {
  try {
    const position = Y.createRelativePositionFromJSON({ item, tname, assoc });
    return toBase64Url(Y.encodeRelativePosition(position));
  } catch {
    // Neither an item nor a root: a position in nothing.
    return null;
  }
}

/** With every field, the empty ones as null: editors look at them without asking. */
function decodePosition(text: string) {
  try {
    const { type, tname, item, assoc } = Y.decodeRelativePosition(fromBase64Url(text));
    return { type, tname, item, assoc };
  } catch {
    return null;
  }
}
