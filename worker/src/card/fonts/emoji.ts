// Emoji in colour: drawings beside the app, in files of neighbours, each read only when a picture needs one of its emoji. What has no
// drawing is drawn by the emoji face in one colour.

const EMOJI = /\p{RGI_Emoji}/gv;
const PRESENTATION = /\uFE0F/g;
/** Code points that share a file, as bits. */
const NEIGHBOURS = 5;
/** Drawings in one picture: each costs the renderer as much as a line. */
const MOST_EMOJI = 40;

/** Drawings of a file, SVG by key. */
export type EmojiFile = Readonly<Record<string, string>>;

/** Emoji to the names under which the renderer knows their drawings. */
export type DrawnEmoji = ReadonlyMap<string, string>;

export interface EmojiPiece {
  readonly text: string;
  /** Name of the drawing; null for text. */
  readonly drawing: string | null;
}

/** The emoji of `texts`, each once, at most forty. */
export function emojiIn(texts: readonly string[]): readonly string[] {
  return [...new Set(texts.flatMap((text) => text.match(EMOJI) ?? []))].slice(0, MOST_EMOJI);
}

/** Code points in base 16: the key of its drawing. The sign that asks for colour counts only within joined emoji. */
export function emojiKey(emoji: string): string {
  const spelt = emoji.includes("\u200D") ? emoji : emoji.replace(PRESENTATION, "");
  return [...spelt].map((character) => (character.codePointAt(0) ?? 0).toString(16)).join("-");
}

/** Where the Worker finds the drawing with `key` among its static files. */
export function emojiAsset(key: string): string {
  return `/card-emoji/${(Number.parseInt(key, 16) >> NEIGHBOURS).toString(16)}.json`;
}

/** `text` in pieces, those that have a drawing apart. */
export function emojiPieces(text: string, drawn: DrawnEmoji): readonly EmojiPiece[] {
  if (drawn.size === 0) return [{ text, drawing: null }];
  const pieces: EmojiPiece[] = [];
  let end = 0;
  for (const match of text.matchAll(EMOJI)) {
    const drawing = drawn.get(match[0]);
    if (drawing === undefined) continue;
    if (match.index > end) pieces.push({ text: text.slice(end, match.index), drawing: null });
    pieces.push({ text: match[0], drawing });
    end = match.index + match[0].length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), drawing: null });
  return pieces;
}
