// A text that comes in whole, as Yjs updates of a fresh client: Markdown with "\n" alone, in pieces that each fit one op.
import * as Y from "yjs";

/** Inserts above this are split; UTF-8 takes at most three bytes a unit, an op's body 768 KiB. */
const PIECE_UNITS = 128 * 1024;

/** The one form in which notes keep text. */
export function normaliseText(text: string): string {
  return text.replace(/\r\n?/g, "\n").toWellFormed();
}

/** `text` must be normalised. */
export function updatesOfText(text: string): readonly Uint8Array[] {
  const doc = new Y.Doc();
  const updates: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array) => updates.push(update));
  const root = doc.getText("text");
  for (const piece of piecesOf(text)) root.insert(root.length, piece);
  doc.destroy();
  return updates;
}

/** Runs of at most PIECE_UNITS, never cut inside a pair of surrogates. */
function piecesOf(text: string): readonly string[] {
  const pieces: string[] = [];
  for (let start = 0; start < text.length;) {
    const end = start + PIECE_UNITS;
    const isInsidePair = end < text.length && (text.charCodeAt(end - 1) & 0xfc00) === 0xd800;
    pieces.push(text.slice(start, isInsidePair ? end - 1 : end));
    start = isInsidePair ? end - 1 : end;
  }
  return pieces;
}
