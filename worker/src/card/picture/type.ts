// What the words of one picture are set with: decided once for the whole of it, handed to all that set words.
import type { DrawnEmoji } from "../fonts/emoji.ts";
import type { Face } from "../fonts/slice.ts";

export interface Type {
  /** Faces after the leading one, in the order in which they are tried. */
  readonly fallbacks: readonly Face[];
  /** Emoji that have a drawing. */
  readonly emoji: DrawnEmoji;
  /** Of the rows: 1, or more where there are few of them. */
  readonly scale: number;
}

/** A length of the plain scale in whole pixels. */
export function scaled(length: number, { scale }: Type): number {
  return Math.round(length * scale);
}
