// The rules of docs/spec/*.md against the titles of the tests (docs/spec/README.md has the syntax), and the titles that other
// documents quote. Pure: texts in, problems out.

export interface Source {
  /** For messages. */
  readonly file: string;
  readonly text: string;
}

interface Found {
  readonly id: string;
  readonly where: string;
  readonly isWithdrawn: boolean;
}

const ID = "[A-Z]{1,3}[0-9]+[a-z]?";
/** A rule begins a line, perhaps as a list item, with its bold id. */
const RULE = new RegExp(`^[ \\t]*(?:[-*+] |[0-9]+\\. )?\\*\\*(${ID})\\*\\*( \\(withdrawn\\))?`, "gm");
/** A title begins with the ids of the rules that the test proves. */
const TITLE = new RegExp(`["'\`]((?:\\[${ID}\\] ?)+)`, "g");

/** A document names a test as `file`: "title", "another title". A title may go on in the next line. */
const QUOTE = /`([^`\s]+\.(?:test|spec)\.tsx?)`((?:[:,]?\s+"[^"]+")*)/g;

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

export function rulesIn({ file, text }: Source): readonly Found[] {
  return [...text.matchAll(RULE)].map((match) => ({
    id: match[1] ?? "",
    where: `${file}:${lineOf(text, match.index)}`,
    isWithdrawn: match[2] !== undefined,
  }));
}

export function provedIn({ file, text }: Source): readonly Found[] {
  return [...text.matchAll(TITLE)].flatMap((match) =>
    [...(match[1] ?? "").matchAll(/\[([^\]]+)\]/g)].map((id) => ({
      id: id[1] ?? "",
      where: `${file}:${lineOf(text, match.index)}`,
      isWithdrawn: false,
    })),
  );
}

/** One sentence per rule without a test, test of an unknown or withdrawn rule, and id that two rules have. */
export function checkSpecs(specs: readonly Source[], tests: readonly Source[]): readonly string[] {
  const rules = specs.flatMap(rulesIn);
  const proofs = tests.flatMap(provedIn);
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const proved = new Set(proofs.map(({ id }) => id));
  const twice = rules.filter((rule) => byId.get(rule.id) !== rule);
  return [
    ...twice.map((rule) => `${rule.where}: ${rule.id} is also the id of ${byId.get(rule.id)?.where ?? "another rule"}`),
    ...rules
      .filter((rule) => byId.get(rule.id) === rule && !rule.isWithdrawn && !proved.has(rule.id))
      .map((rule) => `${rule.where}: no test proves ${rule.id}`),
    ...proofs
      .filter(({ id }) => !byId.has(id) || byId.get(id)?.isWithdrawn === true)
      .map(({ id, where }) => `${where}: ${id} is ${byId.has(id) ? "withdrawn" : "no rule of docs/spec"}`),
  ];
}

/** One sentence per test file that `documents` name and that is not among `tests`, and per title that they quote of one and it lacks. */
export function checkQuotes(documents: readonly Source[], tests: readonly Source[]): readonly string[] {
  const textOf = new Map(tests.map(({ file, text }) => [file, withSingleSpaces(text)]));
  return documents.flatMap(({ file, text }) =>
    [...text.matchAll(QUOTE)].flatMap(({ 1: quoted = "", 2: titles = "", index }) => {
      const where = `${file}:${lineOf(text, index)}`;
      const source = textOf.get(quoted);
      if (source === undefined) return [`${where}: there is no test file ${quoted}`];
      return [...titles.matchAll(/"([^"]+)"/g)]
        .map((match) => withSingleSpaces(match[1] ?? ""))
        .filter((title) => !isTitleIn(source, title))
        .map((title) => `${where}: no test of ${quoted} is called "${title}"`);
    }),
  );
}

/** A title is the first thing in the brackets of a call. */
function isTitleIn(source: string, title: string): boolean {
  return ['"', "'", "`"].some((mark) => ["(", "( "].some((before) => source.includes(before + mark + title + mark)));
}

function withSingleSpaces(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}
