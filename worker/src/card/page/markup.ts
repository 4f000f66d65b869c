// HTML that is safe by construction: text becomes HTML only through `markup`, which escapes it. What was escaped once is an
// object, never a string, so that no text can pass for it.

/** A piece of HTML. Comes only from `markup` and `trusted`. */
export class Markup {
  readonly #html: string;

  constructor(html: string) {
    this.#html = html;
  }

  toString(): string {
    return this.#html;
  }
}

export type MarkupValue = string | number | Markup | null | readonly MarkupValue[];

const SPECIAL = /[&<>"']/g;
const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** The template's own text as it stands; strings and numbers escaped, for content and for quoted attributes; lists joined; null left out. */
export function markup(template: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  let html = template[0] ?? "";
  for (const [index, value] of values.entries()) html += htmlOf(value) + (template[index + 1] ?? "");
  return new Markup(html);
}

/** HTML that this project's own build wrote, as it is. */
export function trusted(html: string): Markup {
  return new Markup(html);
}

function htmlOf(value: MarkupValue): string {
  if (value === null) return "";
  if (value instanceof Markup) return value.toString();
  if (typeof value === "string") return value.replace(SPECIAL, (character) => ENTITIES[character] ?? "");
  if (typeof value === "number") return String(value);
  return value.map(htmlOf).join("");
}
