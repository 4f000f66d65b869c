// Words that can be found again in any text, whatever became of the document that they were typed into: each mark is one character
// that nobody types twice. A mark that somebody erased, or that was refused, need not turn up.
const FIRST = 0xac00;
const COUNT = 11_172;

export class Marks {
  readonly #gone = new Set<string>();
  #next = 0;

  /** A mark that was never used before. */
  next(): string {
    const mark = String.fromCharCode(FIRST + this.#next);
    this.#next = (this.#next + 1) % COUNT;
    return mark;
  }

  of(text: string): ReadonlySet<string> {
    return new Set(text.match(/[\uAC00-\uD7A3]/g) ?? []);
  }

  /** A text became another by somebody's own hand, or for a reason that excuses it. */
  changed(before: string, after: string): void {
    const left = this.of(after);
    for (const mark of this.of(before)) if (!left.has(mark)) this.#gone.add(mark);
  }

  /** Those of `marks` that `text` lacks and nobody took away. */
  missing(marks: ReadonlySet<string>, text: string): readonly string[] {
    const there = this.of(text);
    return [...marks].filter((mark) => !there.has(mark) && !this.#gone.has(mark));
  }
}
