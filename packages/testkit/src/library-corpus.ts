// A library's worth of notes in six scripts, and questions about them as people misspell them: all of it follows from one seed. The
// words are real: the names of countries, languages and currencies that the language's own tables have. Prose that the caller
// brings is used for the notes in Latin letters.
import type { Random } from "./prng.ts";

export const CORPUS_SCRIPTS = ["latin", "cyrillic", "greek", "arabic", "devanagari", "cjk"] as const;
export type CorpusScript = (typeof CORPUS_SCRIPTS)[number];

export interface CorpusNote {
  readonly number: number;
  readonly script: CorpusScript;
  readonly title: string;
  /** Begins with the title. */
  readonly text: string;
  /** Longer words of title and text, in their order. */
  readonly titleWords: readonly string[];
  readonly textWords: readonly string[];
}

export interface CorpusQuestion {
  readonly note: CorpusNote;
  readonly typed: string;
}

const LANGUAGES: Readonly<Record<CorpusScript, readonly string[]>> = {
  latin: ["en", "de", "fr", "es", "pl", "tr"],
  cyrillic: ["ru", "uk"],
  greek: ["el"],
  arabic: ["ar", "fa"],
  devanagari: ["hi", "mr"],
  cjk: ["zh", "ja"],
};

/** Letters that a slip puts into a word. */
const LETTERS: Readonly<Record<CorpusScript, string>> = {
  latin: "abcdefghijklmnopqrstuvwxyz",
  cyrillic: "абвгдежзийклмнопрстуфхцчшщыьэюя",
  greek: "αβγδεζηθικλμνξοπρστυφχψω",
  arabic: "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
  devanagari: "कखगघचछजझटठडढतथदधनपफबभमयरलवशषसह",
  cjk: "天地人山水火木金土日月大小中国学生年会",
};

const MIN_EDITED = 5;
const CODE_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** `prose`: words of a text in Latin letters, in their order; may be empty. */
export function corpusOf(count: number, random: Random, prose: readonly string[] = []): readonly CorpusNote[] {
  const words = new Map(CORPUS_SCRIPTS.map((script) => [script, vocabularyOf(script)] as const));
  return Array.from({ length: count }, (_, number) => {
    const script = CORPUS_SCRIPTS[number % CORPUS_SCRIPTS.length] ?? "latin";
    return noteOf(number, script, words.get(script) ?? [], random, script === "latin" ? prose : []);
  });
}

/**
 * Two words of a title, or three of a text, of those that few other notes have: what one remembers of a note. Every word of five
 * letters or more has one slip in it. Words of Han and kana are typed whole, or two characters of them.
 */
export function questionsAbout(notes: readonly CorpusNote[], count: number, random: Random): readonly CorpusQuestion[] {
  const spread = new Map<string, number>();
  for (const { titleWords, textWords } of notes)
    for (const word of new Set([...titleWords, ...textWords])) spread.set(word, (spread.get(word) ?? 0) + 1);
  const rarest = (words: readonly string[]): readonly string[] => {
    const sorted = [...new Set(words)].toSorted((a, b) => (spread.get(a) ?? 0) - (spread.get(b) ?? 0));
    return sorted.slice(0, Math.max(3, sorted.length / 2));
  };
  return Array.from({ length: count }, (_, index) => {
    const script = CORPUS_SCRIPTS[index % CORPUS_SCRIPTS.length];
    const note = random.pick(notes.filter((candidate) => candidate.script === script));
    const isTitle = random.chance(0.5) || note.textWords.length < 3;
    const words = isTitle ? pickSome(note.titleWords, 2, random) : pickSome(rarest(note.textWords), 3, random);
    const typed = note.script === "cjk" ? words.map((word) => shortened(word, random)) : words;
    return { note, typed: typed.map((word) => misspelt(word, note.script, random)).join(" ") };
  });
}

function noteOf(
  number: number,
  script: CorpusScript,
  words: readonly string[],
  random: Random,
  prose: readonly string[],
): CorpusNote {
  const separator = script === "cjk" ? "" : " ";
  const titleWords = Array.from({ length: 3 + random.below(2) }, () => random.pick(words));
  const title = titleWords.join(separator);
  const lines: string[] = [];
  const textWords: string[] = [];
  for (let line = 0; line < 2 + random.below(8); line += 1) {
    const length = 6 + random.below(14);
    const from = random.below(Math.max(1, prose.length - length));
    const some = prose.length > 0 ? prose.slice(from, from + length) : Array.from({ length }, () => random.pick(words));
    textWords.push(...some.filter((word) => isWhole(word, script)));
    lines.push(`${line % 3 === 2 ? "- [ ] " : ""}${some.join(script === "cjk" ? "，" : " ")}`);
  }
  return { number, script, title, text: `${title}\n\n${lines.join("\n")}`, titleWords, textWords };
}

function vocabularyOf(script: CorpusScript): readonly string[] {
  const words = new Set<string>();
  for (const language of LANGUAGES[script])
    for (const name of namesIn(language))
      for (const word of name.split(/[\s()（）・,،\-–/.0-9’'`]+/u)) if (isWhole(word, script)) words.add(word);
  return [...words].toSorted();
}

/** What a language calls regions, languages and currencies. */
function* namesIn(language: string): Generator<string, void, undefined> {
  const pairs = [...CODE_LETTERS].flatMap((first) => [...CODE_LETTERS].map((second) => first + second));
  const kinds = [
    ["region", pairs],
    ["language", pairs.map((code) => code.toLowerCase())],
    ["currency", Intl.supportedValuesOf("currency")],
  ] as const;
  for (const [type, codes] of kinds) {
    const names = new Intl.DisplayNames([language], { type, fallback: "none" });
    for (const code of codes) {
      const name = names.of(code);
      if (name !== undefined) yield name;
    }
  }
}

const OF_SCRIPT: Readonly<Record<CorpusScript, RegExp>> = {
  latin: /^[\p{Script=Latin}\p{M}]{4,}$/u,
  cyrillic: /^[\p{Script=Cyrillic}\p{M}]{4,}$/u,
  greek: /^[\p{Script=Greek}\p{M}]{4,}$/u,
  arabic: /^[\p{Script=Arabic}\p{M}]{4,}$/u,
  devanagari: /^[\p{Script=Devanagari}]{4,}$/u,
  cjk: /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]{2,}$/u,
};

function isWhole(word: string, script: CorpusScript): boolean {
  return OF_SCRIPT[script].test(word);
}

function pickSome(words: readonly string[], count: number, random: Random): readonly string[] {
  const left = [...new Set(words)];
  const picked: string[] = [];
  while (picked.length < count && left.length > 0) picked.push(...left.splice(random.below(left.length), 1));
  return picked;
}

/** Half of the time only two characters of it, as one types a word. */
function shortened(word: string, random: Random): string {
  const characters = [...word];
  return characters.length > 2 && random.chance(0.5) ? characters.slice(0, 2).join("") : word;
}

function misspelt(word: string, script: CorpusScript, random: Random): string {
  const letters = [...word];
  if (letters.length < MIN_EDITED) return word;
  const at = random.below(letters.length);
  const letter = random.pick([...LETTERS[script]]);
  switch (random.below(4)) {
    case 0:
      letters.splice(at, 1);
      break;
    case 1:
      letters.splice(at, 0, letter);
      break;
    case 2:
      letters.splice(at, 1, letter);
      break;
    default: {
      const from = Math.min(at, letters.length - 2);
      letters.splice(from, 2, letters[from + 1] ?? "", letters[from] ?? "");
    }
  }
  return letters.join("");
}
