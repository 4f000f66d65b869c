// What somebody wrote that did not get in: the part of `mine` that `theirs` lacks, as one run, for the draft they keep.

/** The middle of `mine` between the longest beginning and the longest end that it shares with `theirs`. */
export function insertedText(theirs: string, mine: string): string {
  const shorter = Math.min(theirs.length, mine.length);
  let start = 0;
  while (start < shorter && theirs[start] === mine[start]) start += 1;
  let end = 0;
  while (end < shorter - start && theirs.at(-1 - end) === mine.at(-1 - end)) end += 1;
  return mine.slice(start, mine.length - end).toWellFormed();
}
