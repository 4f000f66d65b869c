// Text as the picture can draw it: no character without a glyph reaches the renderer, so no picture shows empty boxes.
import { undrawable } from "../fonts/shelf.ts";

/** Stands for a passage in letters that no face has. */
const MISSING = "…";
const INVISIBLE =
  /[\u00AD\u061C\u115F\u1160\u180E\u200B\u200E\u200F\u2060-\u2064\u206A-\u206F]|\u034F|[\uFE00-\uFE0D]|[\u{E0100}-\u{E01EF}]/gu;
// Tags spell the flags of regions after a black flag and mean nothing elsewhere.
const STRAY_TAGS = /(?<![\u{1F3F4}\u{E0020}-\u{E007F}])[\u{E0020}-\u{E007F}]+/gu;
const SIGN = /[\p{S}\p{P}\p{Co}\p{Cn}]|\p{Extended_Pictographic}/u;

/**
 * `text` in composed form. Passages in a script that no face has become one "…"; pictures and signs without a glyph go.
 */
export function drawableText(text: string): string {
  const composed = text.normalize("NFC").replace(INVISIBLE, "").replace(STRAY_TAGS, "");
  const missing = undrawable(composed);
  if (missing.size === 0) return composed;
  let drawn = "";
  let isMissing = false;
  for (const character of composed) {
    if (!missing.has(character)) {
      if (isMissing && character === " ") continue;
      if (isMissing) drawn += " ";
      isMissing = false;
      drawn += character;
    } else if (!SIGN.test(character) && !isMissing) {
      isMissing = true;
      drawn += MISSING;
    }
  }
  return drawn;
}
