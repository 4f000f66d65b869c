// Where two lists of tokens surely meet: tokens that each has just once, as many as stand in one order in both (patience diff).
// In n log n steps, so it splits what is too much for one search.

/** A token's index in the one list and in the other. */
export type Anchor = readonly [before: number, after: number];

/** The longest run of anchors that ascends in both lists. */
export function anchorsOf(before: readonly string[], after: readonly string[]): readonly Anchor[] {
  const placesAfter = uniquePlaces(after);
  const common = [...uniquePlaces(before)].flatMap(([token, place]): readonly Anchor[] => {
    const placeAfter = placesAfter.get(token);
    return placeAfter === undefined ? [] : [[place, placeAfter]];
  });
  return longestAscending(common);
}

/** Index of each token that `tokens` has once, ascending. */
function uniquePlaces(tokens: readonly string[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  const repeated = new Set<string>();
  for (const [place, token] of tokens.entries()) {
    if (places.has(token)) repeated.add(token);
    else places.set(token, place);
  }
  for (const token of repeated) places.delete(token);
  return places;
}

interface Link {
  readonly anchor: Anchor;
  readonly last: Link | undefined;
}

/** Of `anchors`, ascending by their first index, the longest run that ascends by the second too. */
function longestAscending(anchors: readonly Anchor[]): readonly Anchor[] {
  /** For each length the run of that length that ends lowest. */
  const runs: Link[] = [];
  for (const anchor of anchors) {
    let low = 0;
    let high = runs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((runs[middle]?.anchor[1] ?? Infinity) > anchor[1]) high = middle;
      else low = middle + 1;
    }
    runs[low] = { anchor, last: runs[low - 1] };
  }
  const longest: Anchor[] = [];
  for (let link = runs.at(-1); link !== undefined; link = link.last) longest.push(link.anchor);
  return longest.toReversed();
}
