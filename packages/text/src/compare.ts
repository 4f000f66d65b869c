// From one text to another by lines first and then, in the lines that changed, by words: lines that stayed are never searched for
// words, so that a word is not matched with its like three paragraphs on. Everything that compares texts starts here.
import { type Piece, tidyPieces } from "./piece.ts";
import { type Budget, diffTokens } from "./token-diff.ts";
import { linesOf, wordsOf } from "./tokens.ts";

/** Less than a second, which only texts made for it come near. */
const STEPS = 2 ** 27;

/** The words that changed; where the texts lie too far apart for the budget, more than those. */
export function compareTexts(before: string, after: string): readonly Change[] {
  const budget: Budget = { steps: STEPS };
  const lines = changesIn(diffTokens(linesOf(before), linesOf(after), budget));
  return changesIn(
    lines.flatMap((change) =>
      change.type === "same" ? [change] : diffTokens(wordsOf(change.removed), wordsOf(change.added), budget),
    ),
  );
}

/** A stretch that stayed, or what went and what came for it. */
export type Change =
  | { readonly type: "same"; readonly text: string }
  | { readonly type: "change"; readonly removed: string; readonly added: string };

function changesIn(pieces: Iterable<Piece>): readonly Change[] {
  const changes: Change[] = [];
  for (const { type, text } of tidyPieces(pieces)) {
    const last = changes.at(-1);
    if (type === "same") changes.push({ type, text });
    else if (last?.type === "change") changes.splice(-1, 1, { ...last, added: text });
    else changes.push({ type: "change", removed: type === "removed" ? text : "", added: type === "added" ? text : "" });
  }
  return changes;
}
