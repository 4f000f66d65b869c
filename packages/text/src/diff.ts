// The difference of two texts as people read it.
import { compareTexts } from "./compare.ts";
import { type Piece, tidyPieces } from "./piece.ts";

/**
 * `before` to `after` in pieces: of the lines that changed, the words that changed. In bounded time, and no piece ends inside a
 * surrogate pair. Empty for two empty texts.
 */
export function diffTexts(before: string, after: string): readonly Piece[] {
  const changes = compareTexts(before, after);
  return tidyPieces(
    changes.flatMap((change, index): readonly Piece[] => {
      const last = changes[index - 1];
      const next = changes[index + 1];
      if (change.type === "change")
        return [
          { type: "removed", text: change.removed },
          { type: "added", text: change.added },
        ];
      const isBetweenReplaced =
        last?.type === "change" && last.removed !== "" && last.added !== "" && next?.type === "change";
      if (!isBetweenReplaced || !isFiller(change.text)) return [change];
      return [
        { type: "removed", text: change.text },
        { type: "added", text: change.text },
      ];
    }),
  );
}

/** Spaces and marks between two words that were replaced say nothing by having stayed: the phrase reads better as one. */
function isFiller(text: string): boolean {
  return !/[\p{L}\p{N}\n]/u.test(text);
}
