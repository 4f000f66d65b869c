// Search over what the device has of every note: title, excerpt, tags and people. Every term that occurs is kept once, with the notes
// that have it, so that a question looks at some thousand terms and not at ten thousand notes. Pure; the index is built a part at a
// time by whoever has the time.
import type { Highlight } from "@reed/api";
import { excerptAt, firstMatch, matchOf, parseQuery, type QueryTerm, termSetOf } from "@reed/search";
import type { ShelfEntry } from "./shelf.ts";

const MAX_FOUND = 50;
/** What a term in the title is better by than one elsewhere. */
const TITLE_BONUS = 0.6;

interface Hit {
  readonly cost: number;
  readonly terms: number;
}

interface Indexed {
  /** What its terms were made of. */
  readonly source: string;
  readonly title: ReadonlySet<string>;
  readonly terms: ReadonlySet<string>;
}

export class ShelfIndex {
  readonly #byTerm = new Map<string, Set<string>>();
  readonly #indexed = new Map<string, Indexed>();
  #entries: ReadonlyMap<string, ShelfEntry> = new Map();
  /** Notes whose terms are to be made, or made anew. */
  #waiting: string[] = [];

  get isReady(): boolean {
    return this.#waiting.length === 0;
  }

  /** These are the entries now; what is other than before is taken in by `grow`. */
  show(entries: readonly ShelfEntry[]): void {
    this.#entries = new Map(entries.flatMap((entry) => (entry.trashedAt === null ? [[entry.id, entry]] : [])));
    for (const id of this.#indexed.keys()) if (!this.#entries.has(id)) this.#drop(id);
    this.#waiting = [...this.#entries.values()]
      .filter((entry) => this.#indexed.get(entry.id)?.source !== searchedText(entry))
      .map(({ id }) => id);
  }

  /** Takes in some more notes. */
  grow(count: number): void {
    for (const id of this.#waiting.splice(0, count)) {
      const entry = this.#entries.get(id);
      if (entry === undefined) continue;
      this.#drop(id);
      const source = searchedText(entry);
      const terms = termSetOf(source);
      this.#indexed.set(id, { source, title: termSetOf(entry.title), terms });
      for (const term of terms) this.#add(term, id);
    }
  }

  search(query: string): readonly ShelfEntry[] {
    const terms = parseQuery(query);
    if (terms.length === 0) return [];
    const hits = new Map<string, Hit>();
    for (const term of terms) this.#look(term, hits);
    const most = Math.max(0, ...[...hits.values()].map((hit) => hit.terms));
    // Where nothing has all of it, what has most of it is shown; less than half is nothing.
    if (most * 2 < terms.length) return [];
    const order = new Map([...this.#entries.keys()].map((id, index) => [id, index]));
    return [...hits]
      .filter(([, hit]) => hit.terms === most)
      .toSorted(([a, left], [b, right]) => left.cost - right.cost || (order.get(a) ?? 0) - (order.get(b) ?? 0))
      .slice(0, MAX_FOUND)
      .flatMap(([id]) => {
        const entry = this.#entries.get(id);
        return entry === undefined ? [] : [{ ...entry, highlights: highlightsOf(entry, terms) }];
      });
  }

  /** Adds the cost of the best match of `term` to every note that has one. */
  #look(term: QueryTerm, hits: Map<string, Hit>): void {
    const best = new Map<string, number>();
    for (const [known, ids] of this.#byTerm) {
      const cost = matchOf(known, term);
      if (cost === null) continue;
      for (const id of ids) {
        const found = cost - (this.#indexed.get(id)?.title.has(known) === true ? TITLE_BONUS : 0);
        if (found < (best.get(id) ?? Number.POSITIVE_INFINITY)) best.set(id, found);
      }
    }
    for (const [id, cost] of best) {
      const hit = hits.get(id) ?? { cost: 0, terms: 0 };
      hits.set(id, { cost: hit.cost + cost, terms: hit.terms + 1 });
    }
  }

  #add(term: string, id: string): void {
    const ids = this.#byTerm.get(term);
    if (ids === undefined) this.#byTerm.set(term, new Set([id]));
    else ids.add(id);
  }

  #drop(id: string): void {
    for (const term of this.#indexed.get(id)?.terms ?? []) {
      const ids = this.#byTerm.get(term);
      ids?.delete(id);
      if (ids?.size === 0) this.#byTerm.delete(term);
    }
    this.#indexed.delete(id);
  }
}

function searchedText({ title, excerpt, tags, ownTags, createdBy, members }: ShelfEntry): string {
  const names = members.map(({ name }) => name);
  return [title, excerpt, ...tags, ...ownTags, createdBy?.name ?? "", ...names].join("\n");
}

function highlightsOf({ title, excerpt }: ShelfEntry, terms: readonly QueryTerm[]): readonly Highlight[] {
  const isWanted = (term: string): boolean => terms.some((wanted) => matchOf(term, wanted) !== null);
  return (
    [
      ["title", title],
      ["text", excerpt],
    ] as const
  ).flatMap(([field, text]) => {
    const span = firstMatch(text, isWanted);
    return span === null ? [] : [{ field, ...excerptAt(text, span) }];
  });
}
