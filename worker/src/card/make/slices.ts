// Writes fonts/slices.ts, the table of font slices, from the installed font packages. Run after one of them changes:
//   node worker/src/card/make/slices.ts
import { readdirSync, writeFileSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Face, packRanges, type Range } from "../fonts/slice.ts";
import { codePointsOf } from "./woff2-cmap.ts";

interface FaceFiles {
  readonly face: Face;
  readonly package: string;
  /** Names of the files of the package that make the face. */
  readonly slices: RegExp;
}

const FACES: readonly FaceFiles[] = [
  {
    face: "Text",
    package: "@fontsource-variable/atkinson-hyperlegible-next",
    slices: /-(latin|latin-ext)-wght-normal\.woff2$/,
  },
  {
    face: "Text Italic",
    package: "@fontsource-variable/atkinson-hyperlegible-next",
    slices: /-(latin|latin-ext)-wght-italic\.woff2$/,
  },
  { face: "Mono", package: "@fontsource/atkinson-hyperlegible-mono", slices: /-(latin|latin-ext)-400-normal\.woff2$/ },
  {
    face: "Noto",
    package: "@fontsource-variable/noto-sans",
    slices: /-(cyrillic|cyrillic-ext|greek|greek-ext|vietnamese|latin-ext|devanagari)-wght-normal\.woff2$/,
  },
  { face: "Arabic", package: "@fontsource-variable/noto-sans-arabic", slices: /-arabic-arabic-wght-normal\.woff2$/ },
  { face: "Hebrew", package: "@fontsource-variable/noto-sans-hebrew", slices: /-hebrew-hebrew-wght-normal\.woff2$/ },
  { face: "Thai", package: "@fontsource-variable/noto-sans-thai", slices: /-thai-thai-wght-normal\.woff2$/ },
  { face: "Chinese", package: "@fontsource-variable/noto-sans-sc", slices: /-\d+-wght-normal\.woff2$/ },
  { face: "Japanese", package: "@fontsource-variable/noto-sans-jp", slices: /-\d+-wght-normal\.woff2$/ },
  { face: "Korean", package: "@fontsource-variable/noto-sans-kr", slices: /-\d+-wght-normal\.woff2$/ },
  { face: "Emoji", package: "@fontsource-variable/noto-emoji", slices: /-\d+-wght-normal\.woff2$/ },
  { face: "Symbols", package: "@fontsource/noto-sans-symbols-2", slices: /-2-(symbols|braille)-400-normal\.woff2$/ },
];
/** Faces in which a character that the text face has is drawn all the same. */
const OWN_LATIN = new Set<Face>(["Text", "Text Italic", "Mono"]);
const PRINTABLE = 0x20;

const textCodePoints = new Set<number>();
const rows: string[] = [];
for (const { face, package: name, slices } of FACES) {
  const folder = join(dirname(fileURLToPath(import.meta.resolve(`${name}/unicode.json`))), "files");
  const files = readdirSync(folder).filter((file) => slices.test(file));
  for (const file of files.toSorted(byNumber)) {
    const codePoints = codePointsOf(join(folder, file)).filter((codePoint) => codePoint >= PRINTABLE);
    if (face === "Text") for (const codePoint of codePoints) textCodePoints.add(codePoint);
    const own = OWN_LATIN.has(face) ? codePoints : codePoints.filter((codePoint) => !textCodePoints.has(codePoint));
    if (own.length === 0) continue;
    rows.push(`  { face: "${face}", ranges: "${packRanges(rangesOf(own))}", file: "${name}/files/${file}" },`);
  }
}
const head = `// Made by make/slices.ts from the font packages; not edited by hand.
import type { FontSlice } from "./slice.ts";

export const SLICES: readonly FontSlice[] = [
`;
writeFileSync(join(import.meta.dirname, "../fonts/slices.ts"), `${head}${rows.join("\n")}\n];\n`);
writeSync(1, `${rows.length} slices\n`);

/** "latin" before "latin-ext", 9 before 10: of two slices with the same character the first is taken. */
function byNumber(left: string, right: string): number {
  return left.length - right.length || left.localeCompare(right, "en");
}

function rangesOf(codePoints: readonly number[]): readonly Range[] {
  const ranges: [number, number][] = [];
  for (const codePoint of codePoints) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] + 1 === codePoint) last[1] = codePoint;
    else ranges.push([codePoint, codePoint]);
  }
  return ranges;
}
