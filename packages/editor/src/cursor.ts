// Carets as they travel: encoded Y.RelativePositions, which stay in place while others type. Decoding is where bytes from
// somebody else come in; nothing they hold may throw further than here or add a root to the document.

import * as Y from "yjs";

export interface CursorRange {
  readonly anchor: Uint8Array;
  readonly head: Uint8Array;
}

/** Somebody else's caret. `color` and `name` are as they came; they are made safe where they are drawn. */
export interface RemoteCursor extends CursorRange {
  readonly id: string;
  readonly name: string;
  readonly color: string;
}

/** The encoded position of `index` (UTF-16 units) in `text`. */
export function encodePosition(text: Y.Text, index: number): Uint8Array {
  return Y.encodeRelativePosition(Y.createRelativePositionFromTypeIndex(text, index));
}

/** The index in `text`, or null: not decodable, of another type, or in text that has not arrived yet. */
export function decodePosition(text: Y.Text, bytes: Uint8Array): number | null {
  const doc = text.doc;
  if (doc === null) return null;
  try {
    const relative = Y.decodeRelativePosition(bytes);
    // Looking up an unknown root name would create it.
    const root: unknown = relative.tname === null ? text : doc.share.get(relative.tname);
    if (root !== text) return null;
    const absolute = Y.createAbsolutePositionFromRelativePosition(relative, doc);
    return absolute === null || absolute.type !== text ? null : Math.min(absolute.index, text.length);
  } catch {
    // Yjs throws plain errors on malformed bytes; a caret that can't be read is a caret that isn't shown.
    return null;
  }
}

/** True when both are the same caret, drawn the same. */
export function isSameCursor(left: RemoteCursor, right: RemoteCursor): boolean {
  return (
    left.name === right.name &&
    left.color === right.color &&
    isSameBytes(left.anchor, right.anchor) &&
    isSameBytes(left.head, right.head)
  );
}

function isSameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}
