// One file of a font: some characters of one face. The table of all slices is made from the font packages by
// make/slices.ts; a slice's bytes are a static file beside the app and are read only when a picture needs them.

/** Names under which the renderer knows the faces; in the order in which they are tried for a character. */
export type Face =
  | "Text"
  | "Text Italic"
  | "Mono"
  | "Noto"
  | "Arabic"
  | "Hebrew"
  | "Thai"
  | "Chinese"
  | "Japanese"
  | "Korean"
  | "Emoji"
  | "Symbols";

export interface FontSlice {
  readonly face: Face;
  /** Exact coverage, from the file's cmap; unpack with `unpackRanges`. */
  readonly ranges: string;
  /** Of the font packages; `assetOf` has its address. */
  readonly file: string;
}

/** Where the Worker finds the slice among its static files. */
export function assetOf({ file }: FontSlice): string {
  return `/card-fonts/${file.slice(file.lastIndexOf("/") + 1)}`;
}

/** First and last code point, both included. */
export type Range = readonly [first: number, last: number];

/** Ascending ranges to text: for each the distance from the end of the one before, and its length less one, in base 36. */
export function packRanges(ranges: readonly Range[]): string {
  let end = 0;
  const packed: string[] = [];
  for (const [first, last] of ranges) {
    const distance = (first - end).toString(36);
    packed.push(last === first ? distance : `${distance}-${(last - first).toString(36)}`);
    end = last;
  }
  return packed.join(",");
}

/** Inverse of `packRanges`. */
export function unpackRanges(packed: string): readonly Range[] {
  let end = 0;
  return packed.split(",").map((range) => {
    const [distance = "0", length = "0"] = range.split("-");
    const first = end + Number.parseInt(distance, 36);
    end = first + Number.parseInt(length, 36);
    return [first, end];
  });
}

/** Whether one of the ascending `ranges` holds `codePoint`. */
export function covers(ranges: readonly Range[], codePoint: number): boolean {
  let low = 0;
  let high = ranges.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const [first, last] = ranges[middle] ?? [0, 0];
    if (codePoint < first) high = middle - 1;
    else if (codePoint > last) low = middle + 1;
    else return true;
  }
  return false;
}
