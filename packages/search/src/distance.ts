// How far two words are from each other, in the edits that people make: a letter too many, too few or wrong, two that changed places.

/** From this length on a word may be misspelt by one edit, and by two. */
const ONE_EDIT_FROM = 5;
const TWO_EDITS_FROM = 9;

/** How many edits a word as it was typed may be away from one of a note. One that lost a letter is shorter than what was meant. */
export function editsAllowed(typedLength: number): 0 | 1 | 2 {
  if (typedLength >= TWO_EDITS_FROM) return 2;
  return typedLength >= ONE_EDIT_FROM - 1 ? 1 : 0;
}

/** Whether `typed` may be a misspelling of `word` with so many edits: shorter words are typed as they are. */
export function isNear(typed: string, word: string, edits: number): boolean {
  return word.length >= ONE_EDIT_FROM && editDistance(typed, word, edits) <= edits;
}

/** The number of edits from `a` to `b`, or `most` + 1 where there are more. In UTF-16 units. */
export function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let start = 0;
  const shorter = Math.min(a.length, b.length);
  while (start < shorter && a.charCodeAt(start) === b.charCodeAt(start)) start += 1;
  let end = 0;
  while (end < shorter - start && a.charCodeAt(a.length - 1 - end) === b.charCodeAt(b.length - 1 - end)) end += 1;
  const distance = tableDistance(a.slice(start, a.length - end), b.slice(start, b.length - end), most);
  return Math.min(distance, most + 1);
}

/** Optimal string alignment, row by row; ends early where nothing can come below `most`. */
function tableDistance(a: string, b: string, most: number): number {
  if (a.length === 0 || b.length === 0) return a.length + b.length;
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    let best = row;
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a.charCodeAt(row - 1) === b.charCodeAt(column - 1);
      let cost = Math.min(
        (above[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (isSame ? 0 : 1),
      );
      const isSwap =
        row > 1 &&
        column > 1 &&
        a.charCodeAt(row - 1) === b.charCodeAt(column - 2) &&
        a.charCodeAt(row - 2) === b.charCodeAt(column - 1);
      if (isSwap) cost = Math.min(cost, (before[column - 2] ?? 0) + 1);
      current.push(cost);
      best = Math.min(best, cost);
    }
    if (best > most) return most + 1;
    before = above;
    above = current;
  }
  return above[b.length] ?? most + 1;
}
