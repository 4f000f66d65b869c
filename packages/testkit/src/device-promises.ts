// What a device was promised: every edit that was stored and never refused ends up in the server's log, and what its text held when
// the log was begun anew is in the text that follows.
import type { DeviceDocument } from "./device-document.ts";
import type { LogOracle } from "./log-oracle.ts";
import type { Marks } from "./marks.ts";
import { assertThat } from "./violation.ts";

/** An edit of this device. made: may be lost in a crash. stored: must survive one. */
interface Edit {
  readonly id: number;
  readonly client: number;
  /** The client's clock after it. */
  readonly end: number;
  readonly update: Uint8Array;
  isStored: boolean;
}

export class DevicePromises {
  readonly #name: string;
  readonly #author: Uint8Array;
  readonly #oracle: LogOracle;
  readonly #marks: Marks;
  #edits: Edit[] = [];
  /** What was said in the roll, by its outbox id. */
  readonly #sayings = new Map<number, { readonly words: string; isStored: boolean }>();
  /** What must be in the text in the end. */
  #owed = new Set<string>();
  /** Edits of before the log was begun anew that the disk did not have then: their words are owed, but for a crash. */
  readonly #unstored = new Set<number>();

  constructor(name: string, author: Uint8Array, oracle: LogOracle, marks: Marks) {
    this.#name = name;
    this.#author = author;
    this.#oracle = oracle;
    this.#marks = marks;
  }

  made(id: number, { client, clock }: DeviceDocument, update: Uint8Array): void {
    this.#edits.push({ id, client, end: clock, update, isStored: false });
  }

  said(id: number, words: string): void {
    this.#sayings.set(id, { words, isStored: false });
  }

  stored(id: number): void {
    const saying = this.#sayings.get(id);
    if (saying !== undefined) saying.isStored = true;
    for (const edit of this.#edits) if (edit.id === id) edit.isStored = true;
    this.#unstored.delete(id);
  }

  /** The device forgot what was not stored. Returns how many edits that was. */
  forgetUnstored(): number {
    for (const [id, { isStored }] of this.#sayings) if (!isStored) this.#sayings.delete(id);
    const lost = this.#edits.filter(({ isStored }) => !isStored).length + this.#unstored.size;
    this.#edits = this.#edits.filter(({ isStored }) => isStored);
    this.#unstored.clear();
    return lost;
  }

  /** What was refused need not turn up. */
  forgive(): void {
    this.#sayings.clear();
    // A deletion of what was refused too is in no log, and changes nothing in any.
    this.#edits = this.#edits.filter((edit) => this.#isSaved(edit) && this.#oracle.holds([edit.update]));
  }

  /** The log was begun anew while the device showed `text`: its edits are of another log, its words are owed. */
  part(text: string): void {
    for (const { id, isStored } of this.#edits) if (!isStored) this.#unstored.add(id);
    this.#edits = [];
    this.#sayings.clear();
    for (const mark of this.#marks.of(text)) this.#owed.add(mark);
  }

  assertSaved(): void {
    for (const edit of this.#edits)
      assertThat(
        this.#isSaved(edit),
        "saved means that it is in the server's log",
        () => `${this.#name}, edit ${edit.id}`,
      );
  }

  #isSaved({ client, end }: Edit): boolean {
    return this.#oracle.clockOf(client) >= end;
  }

  /** Each edit that was stored and not refused changes nothing any more in the document that the log makes. */
  assertHeld(): void {
    const isKnown = this.#oracle.holds(this.#edits.map(({ update }) => update));
    assertThat(isKnown, "no stored edit is lost", () => this.#name);
    const unheard = [...this.#sayings.values()].filter(({ words }) => !this.#oracle.buckets.has(this.#author, words));
    assertThat(unheard.length === 0, "no stored entry is lost", () => `${this.#name}: ${unheard[0]?.words}`);
    const missing = this.#marks.missing(this.#owed, this.#oracle.text);
    assertThat(
      missing.length === 0,
      "what a device still had is written again when the log was begun anew",
      () => `${this.#name}: ${missing.join("")} of ${[...this.#owed].join("")}`,
    );
  }
}
