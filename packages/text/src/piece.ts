/** A stretch of a comparison: "same" and "removed" make up the text before, "same" and "added" the text after. */
export interface Piece {
  readonly type: "same" | "added" | "removed";
  readonly text: string;
}

/** `pieces` in their least form: none empty, no two of one type in a row, and what was removed before what was added for it. */
export function tidyPieces(pieces: Iterable<Piece>): readonly Piece[] {
  const tidy: Piece[] = [];
  let same = "";
  let removed = "";
  let added = "";
  const push = (type: Piece["type"], text: string): void => {
    if (text !== "") tidy.push({ type, text });
  };
  for (const { type, text } of pieces) {
    if (type === "same") {
      if (text === "") continue;
      push("removed", removed);
      push("added", added);
      removed = added = "";
      same += text;
      continue;
    }
    push("same", same);
    same = "";
    if (type === "removed") removed += text;
    else added += text;
  }
  push("same", same);
  push("removed", removed);
  push("added", added);
  return tidy;
}
