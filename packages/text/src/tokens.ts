// Text cut into the units that a diff compares. Joined, tokens are the text again; none ends inside a surrogate pair.

/** Lines, each with its end. */
export function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+/g) ?? [];
}

/** In turn: a letter of a script without spaces between words, a word of another, spaces, a flag, an emoji or any other mark. */
const WORDS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]\p{M}*|[[\p{L}\p{N}\p{M}\p{Pc}]--[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]]+|[ \t]+|\p{RI}{2}|[^](?:[\uFE0F\u20E3\p{EMod}]|\u200D\p{ExtPict})*/gv;

/** Words, runs of spaces, emoji whole, and every other character by itself. */
export function wordsOf(text: string): readonly string[] {
  return text.match(WORDS) ?? [];
}
