// The people of the loss drill. Each writes numbered words, and knows which of them it was told are saved, so that of any text it
// can be said whether it holds what was promised.
import type { NoteReference, OpenNote } from "@reed/sync";
import { MemoryStore, openHeadlessDevice } from "@reed/sync/headless";

const SETTLE_MS = 60_000;
const ARRIVE_MS = 20_000;

export interface Person {
  readonly name: string;
  readonly store: MemoryStore;
  readonly reference: NoteReference;
  /** Open between `join` and `leave`. */
  note: OpenNote | null;
  /** The number of its newest word. */
  words: number;
  /** How many of its words it was last told are saved. */
  promised: number;
  /** Its words up to this one were deleted since. */
  wiped: number;
}

export function newPerson(name: string, reference: NoteReference, store = new MemoryStore()): Person {
  return { name, store, reference, note: null, words: 0, promised: 0, wiped: 0 };
}

/** Opens the note on what the person's device kept. */
export async function join(person: Person, url: string): Promise<OpenNote> {
  const device = await openHeadlessDevice(url, person.store);
  person.note = device.open(person.reference);
  return person.note;
}

export function leave(person: Person): void {
  person.note?.close();
  person.note = null;
}

/** Resolves when `fact` holds, which is asked after each change of the note; rejects after a minute. */
export function until(note: OpenNote, what: string, fact: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`not within ${SETTLE_MS} ms: ${what}; state ${note.status().save}, ${note.status().problem}`));
    }, SETTLE_MS);
    const check = (): void => {
      if (!fact()) return;
      clearTimeout(timer);
      stop();
      resolve();
    };
    const stop = note.subscribe(check);
    check();
  });
}

/** Adds a word to the end of the text. */
export function say(person: Person): void {
  if (person.note === null) throw new Error(`${person.name} is not there`);
  person.words += 1;
  const { text } = person.note;
  text.insert(text.length, wordOf(person, person.words));
}

/** What the text must be made of when all is saved: each of these once. */
export function allWords(people: readonly Person[]): readonly string[] {
  return people.flatMap((person) => between(person, person.words));
}

/** Throws where `text` lacks a word that somebody was told is saved, or has one twice, or has what nobody wrote. */
export function assertHolds(text: string, people: readonly Person[], who: string): void {
  const found = text.split(SEPARATOR).slice(0, -1);
  const words = new Set(found);
  if (words.size !== found.length) throw new Error(`${who} has ${found.length - words.size} words twice`);
  const written = new Set(people.flatMap((person) => upTo(person, person.words)));
  const foreign = found.find((word) => !written.has(`${word}${SEPARATOR}`));
  if (foreign !== undefined || !(text === "" || text.endsWith(SEPARATOR)))
    throw new Error(`${who} has words that nobody wrote: ${foreign ?? text.slice(-20)}`);
  for (const person of people) {
    const lost = between(person, person.promised).find((word) => !words.has(word.slice(0, -1)));
    if (lost !== undefined) throw new Error(`${who} lacks ${lost}, which ${person.name} was told is saved`);
  }
}

/** As assertHolds, for a note that still takes in what it is sent: throws where it does not hold after a while either. */
export async function holdsWithin(note: OpenNote, people: readonly Person[], who: string): Promise<void> {
  const giveUpMs = Date.now() + ARRIVE_MS;
  for (;;) {
    try {
      return assertHolds(note.text.toString(), people, who);
    } catch (error) {
      if (Date.now() > giveUpMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** Throws where a device was told of a fault, took text out of the note, or found its copy wrong. */
export async function assertSound(person: Person): Promise<void> {
  const { note, name, store, reference } = person;
  if (note === null) return;
  const { problem, drafts } = note.status();
  const [record] = (await store.notes()).filter(({ noteId }) => noteId === reference.noteId);
  const evidence = record === undefined ? [] : await store.evidence(record.noteId);
  if (problem !== null || drafts.length > 0 || evidence.length > 0)
    throw new Error(`${name}: problem ${problem}, ${drafts.length} drafts, ${evidence.length} pieces of evidence`);
}

const SEPARATOR = ";";

const wordOf = ({ name }: Pick<Person, "name">, number: number): string => `${name}${number}${SEPARATOR}`;

const upTo = (person: Person, last: number): readonly string[] =>
  Array.from({ length: last }, (_, index) => wordOf(person, index + 1));

const between = (person: Person, last: number): readonly string[] => upTo(person, last).slice(person.wiped);
