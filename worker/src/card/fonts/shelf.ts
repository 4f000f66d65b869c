// Which font slices a picture needs. A character is drawn in the first face that has it, in an order that depends on the
// text only, so the same card gives the same picture in every isolate, whatever was drawn there before.
import { covers, type Face, type FontSlice, type Range, unpackRanges } from "./slice.ts";
import { SLICES } from "./slices.ts";

/** Faces that lead a run; the others only fill in what these lack. */
export type LeadFace = "Text" | "Text Italic" | "Mono";

export interface FacedText {
  readonly face: LeadFace;
  readonly text: string;
}

export interface FontPlan {
  /** Everything the texts need, each once. */
  readonly slices: readonly FontSlice[];
  /** Faces after the leading one, in the order in which they are tried. */
  readonly fallbacks: readonly Face[];
}

const LEADS: readonly Face[] = ["Text", "Text Italic", "Mono"];
const ALPHABETS: readonly Face[] = ["Text", "Noto", "Arabic", "Hebrew", "Thai"];
const SIGNS: readonly Face[] = ["Emoji", "Symbols"];
/** Characters that shape their neighbours and have no form of their own; any font may be asked to draw them. */
const FORMLESS = /^(?:\u200C|\u200D|\uFE0E|\uFE0F|[\u{E0020}-\u{E007F}])$/u;

const rangesBySlice = new Map<FontSlice, readonly Range[]>();
const slicesByFace = Map.groupBy(SLICES, (slice) => slice.face);
const EVERYTHING: readonly Face[] = [...slicesByFace.keys()].filter((face) => face === "Text" || !LEADS.includes(face));

/** The characters of `text` that no face has. */
export function undrawable(text: string): ReadonlySet<string> {
  return new Set(
    [...new Set(text)].filter((character) => !FORMLESS.test(character) && !isInSomeFace(character.codePointAt(0) ?? 0)),
  );
}

export function planFonts(texts: readonly FacedText[]): FontPlan {
  const fallbacks = fallbackOrder(texts.map((text) => text.text).join(""));
  const slices = new Set<FontSlice>();
  for (const { face, text } of texts) {
    for (const character of new Set(text)) {
      for (const slice of slicesFor(character, [face, ...fallbacks])) slices.add(slice);
    }
  }
  return { slices: [...slices], fallbacks };
}

/** Han characters are shared: kana says that they are Japanese, Hangul that they are Korean. */
function fallbackOrder(text: string): readonly Face[] {
  const han: readonly Face[] = /[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)
    ? ["Japanese", "Chinese", "Korean"]
    : /\p{Script=Hangul}/u.test(text)
      ? ["Korean", "Chinese", "Japanese"]
      : ["Chinese", "Japanese", "Korean"];
  return [...ALPHABETS, ...han, ...SIGNS];
}

/** The slices of the first face that has the character. Emoji that join are drawn by one slice only if it has all of them, so
 * every slice of the emoji face that has the character is taken; other faces have each character once. */
function slicesFor(character: string, faces: readonly Face[]): readonly FontSlice[] {
  if (FORMLESS.test(character)) return [];
  const codePoint = character.codePointAt(0) ?? 0;
  for (const face of faces) {
    const slices = slicesWith(face, codePoint);
    if (slices.length > 0) return face === "Emoji" ? slices : slices.slice(0, 1);
  }
  return [];
}

function slicesWith(face: Face, codePoint: number): readonly FontSlice[] {
  return (slicesByFace.get(face) ?? []).filter((slice) => covers(rangesOf(slice), codePoint));
}

function isInSomeFace(codePoint: number): boolean {
  return EVERYTHING.some((face) => (slicesByFace.get(face) ?? []).some((slice) => covers(rangesOf(slice), codePoint)));
}

export function rangesOf(slice: FontSlice): readonly Range[] {
  const known = rangesBySlice.get(slice);
  if (known !== undefined) return known;
  const ranges = unpackRanges(slice.ranges);
  rangesBySlice.set(slice, ranges);
  return ranges;
}
