// The language of a note as far as its letters alone tell it. Scripts that several languages share tell nothing, and a wrong
// language is worse than none: it is read out with the wrong voice.

const SAMPLE_LENGTH = 2000;

const TELLING: readonly (readonly [RegExp, string])[] = [
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/u, "ja"],
  [/\p{Script=Hangul}/u, "ko"],
  [/\p{Script=Han}/u, "zh"],
  [/\p{Script=Thai}/u, "th"],
  [/\p{Script=Greek}/u, "el"],
  [/\p{Script=Hebrew}/u, "he"],
  [/\p{Script=Tamil}/u, "ta"],
  [/\p{Script=Georgian}/u, "ka"],
  [/\p{Script=Armenian}/u, "hy"],
];
const LETTERS = /\p{L}/gu;

/** BCP 47 tag of the language that most letters of the beginning of `text` belong to; null where letters don't tell. */
export function languageOf(text: string): string | null {
  const letters = text.slice(0, SAMPLE_LENGTH).toWellFormed().match(LETTERS) ?? [];
  const kana = letters.some((letter) => TELLING[0]?.[0].test(letter) === true);
  const counts = new Map<string, number>();
  for (const letter of letters) {
    const found = TELLING.find(([script]) => script.test(letter))?.[1];
    const tag = found === "zh" && kana ? "ja" : (found ?? "");
    counts.set(tag, (counts.get(tag) ?? 0) + 1);
  }
  const [tag = ""] = [...counts].toSorted(([, left], [, right]) => right - left)[0] ?? [];
  return tag === "" ? null : tag;
}
