// Where the others are: a caret with a flag, and what they have selected.
//
// Positions are decoded once, when a cursor arrives, and then mapped through changes: decoding walks the document, and must not
// happen for every cursor at every keystroke. A cursor in text that has not arrived yet waits for the next remote change. Only
// what is in the viewport is drawn, and an update that moves nobody changes no decoration.

import { type Extension, type Range, StateEffect, StateField, type Transaction } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  type EditorView,
  type PluginValue,
  ViewPlugin,
  type ViewUpdate,
} from "@codemirror/view";
import { ySyncAnnotation } from "y-codemirror.next";
import type * as Y from "yjs";
import { safeColor } from "../color.ts";
import { decodePosition, isSameCursor, type RemoteCursor } from "../cursor.ts";
import { CaretWidget } from "./caret-widget.ts";

const freshMs = 2500;

interface PlacedCursor {
  readonly cursor: RemoteCursor;
  /** Null: its text has not arrived. */
  readonly place: { readonly anchor: number; readonly head: number } | null;
  /** Moved lately: the flag shows. */
  readonly isFresh: boolean;
}

const setPlaced = StateEffect.define<readonly PlacedCursor[]>();

const placedCursors = StateField.define<readonly PlacedCursor[]>({
  create: () => [],
  update(placed, transaction) {
    let next = placed;
    if (transaction.docChanged && placed.length > 0) next = placed.map((one) => mapped(one, transaction));
    for (const effect of transaction.effects) if (effect.is(setPlaced)) next = effect.value;
    return next;
  },
});

export function remoteCursors(text: Y.Text): Extension {
  return [
    placedCursors,
    ViewPlugin.define((view) => new RemoteCursors(view, text), { decorations: (plugin) => plugin.decorations }),
  ];
}

/** Shows exactly these cursors. Dispatches nothing when they are the ones already shown. */
export function showCursors(view: EditorView, text: Y.Text, cursors: readonly RemoteCursor[]): void {
  const before = new Map(view.state.field(placedCursors).map((one) => [one.cursor.id, one]));
  let isChanged = before.size !== cursors.length;
  const placed = cursors.map((cursor): PlacedCursor => {
    const known = before.get(cursor.id);
    if (known !== undefined && isSameCursor(known.cursor, cursor)) return known;
    isChanged = true;
    return { cursor, place: placeOf(text, cursor), isFresh: true };
  });
  if (isChanged) view.dispatch({ effects: setPlaced.of(placed) });
}

class RemoteCursors implements PluginValue {
  decorations: DecorationSet = Decoration.none;
  readonly #view: EditorView;
  readonly #text: Y.Text;
  readonly #fading = new Map<
    string,
    { readonly cursor: RemoteCursor; readonly timer: ReturnType<typeof setTimeout> }
  >();
  #isPlacing = false;

  constructor(view: EditorView, text: Y.Text) {
    this.#view = view;
    this.#text = text;
  }

  update(update: ViewUpdate): void {
    const placed = update.state.field(placedCursors);
    const isSet = update.transactions.some((transaction) => transaction.effects.some((effect) => effect.is(setPlaced)));
    if (isSet) this.#fadeLater(placed);
    if (isSet || (update.viewportChanged && placed.length > 0)) this.decorations = draw(update.view, placed);
    else if (update.docChanged) this.decorations = this.decorations.map(update.changes);
    const hasArrived = update.transactions.some((transaction) => transaction.annotation(ySyncAnnotation) !== undefined);
    if (hasArrived && placed.some((one) => one.place === null)) this.#placeLater();
  }

  destroy(): void {
    for (const { timer } of this.#fading.values()) clearTimeout(timer);
    this.#fading.clear();
    this.#isPlacing = false;
  }

  #fadeLater(placed: readonly PlacedCursor[]): void {
    for (const { cursor, isFresh } of placed) {
      const fading = this.#fading.get(cursor.id);
      if (!isFresh || fading?.cursor === cursor) continue;
      if (fading !== undefined) clearTimeout(fading.timer);
      this.#fading.set(cursor.id, { cursor, timer: setTimeout(() => this.#fade(cursor.id), freshMs) });
    }
  }

  #fade(id: string): void {
    this.#fading.delete(id);
    this.#replace((one) => (one.cursor.id === id && one.isFresh ? { ...one, isFresh: false } : one));
  }

  /** A view can't be updated from within its own update. */
  #placeLater(): void {
    if (this.#isPlacing) return;
    this.#isPlacing = true;
    queueMicrotask(() => {
      if (!this.#isPlacing) return;
      this.#isPlacing = false;
      this.#replace((one) => {
        const place = one.place ?? placeOf(this.#text, one.cursor);
        return place === one.place ? one : { ...one, place };
      });
    });
  }

  #replace(change: (one: PlacedCursor) => PlacedCursor): void {
    const placed = this.#view.state.field(placedCursors);
    const next = placed.map(change);
    if (next.some((one, at) => one !== placed[at])) this.#view.dispatch({ effects: setPlaced.of(next) });
  }
}

function draw(view: EditorView, placed: readonly PlacedCursor[]): DecorationSet {
  const { from: top, to: bottom } = view.viewport;
  const ranges: Range<Decoration>[] = [];
  for (const { cursor, place, isFresh } of placed) {
    if (place === null) continue;
    const from = Math.max(Math.min(place.anchor, place.head), top);
    const to = Math.min(Math.max(place.anchor, place.head), bottom);
    if (from < to) {
      ranges.push(
        Decoration.mark({
          class: "reed-selected",
          attributes: { style: `--reed-person: ${safeColor(cursor.color)}` },
        }).range(from, to),
      );
    }
    if (place.head >= top && place.head <= bottom) {
      ranges.push(
        Decoration.widget({
          widget: new CaretWidget({ ...cursor, isFresh }),
          side: place.head < place.anchor ? 1 : -1,
        }).range(place.head),
      );
    }
  }
  return Decoration.set(ranges, true);
}

function placeOf(text: Y.Text, cursor: RemoteCursor): PlacedCursor["place"] {
  const anchor = decodePosition(text, cursor.anchor);
  const head = decodePosition(text, cursor.head);
  return anchor === null || head === null ? null : { anchor, head };
}

function mapped(one: PlacedCursor, transaction: Transaction): PlacedCursor {
  if (one.place === null) return one;
  // To the right: a person's own text arrives before their next caret, and the caret belongs after it.
  return {
    ...one,
    place: {
      anchor: transaction.changes.mapPos(one.place.anchor, 1),
      head: transaction.changes.mapPos(one.place.head, 1),
    },
  };
}
