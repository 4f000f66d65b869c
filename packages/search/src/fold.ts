// What makes two spellings of a word the same to search: case, accents and other marks that people leave out, and forms of a
// letter that depend on its place. Marks that change a word (the vowel signs of Devanagari, say) stay.

/** Accents; pointing of Hebrew and Arabic with tatweel and hamza; nukta; joiners; variation selectors; apostrophes' kin. */
const DROPPED =
  /[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u093c\u200c\u200d\ufe00-\ufe0f]/g;

const LETTERS: ReadonlyMap<string, string> = new Map([
  ["ß", "ss"],
  ["æ", "ae"],
  ["œ", "oe"],
  ["ø", "o"],
  ["ł", "l"],
  ["đ", "d"],
  ["ð", "d"],
  ["þ", "th"],
  ["ı", "i"],
  ["ς", "σ"],
  ["ى", "ي"],
  ["ی", "ي"],
  ["ة", "ه"],
  ["ک", "ك"],
  ["ך", "כ"],
  ["ם", "מ"],
  ["ן", "נ"],
  ["ף", "פ"],
  ["ץ", "צ"],
]);
const REPLACED = new RegExp(`[${[...LETTERS.keys()].join("")}]`, "g");
const KATAKANA = /[\u30a1-\u30f6]/g;
/** From a katakana letter to the hiragana letter of the same sound. */
const KANA_STEP = 0x60;

const ASCII = /^[\x00-\x7f]*$/;

/** The folded form of `text`: equal for spellings that search takes for the same. May be of another length. */
export function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return text
    .toLowerCase()
    .normalize("NFKD")
    .replace(DROPPED, "")
    .normalize("NFC")
    .toLowerCase()
    .replace(REPLACED, (letter) => LETTERS.get(letter) ?? letter)
    .replace(KATAKANA, (letter) => String.fromCharCode(letter.charCodeAt(0) - KANA_STEP));
}
