// The calls about what a note says: its text, its past and its settings, each handed to whoever decides it.
import type { ScrubResponse, Settings } from "@reed/api";
import type { NoteAnswer, NoteCalls, PastRefusal, TextsAnswer, WrittenAnswer } from "../history/note-calls.ts";
import type { Version, VersionEntry } from "../history/version-table.ts";
import type { SettingsChange } from "../settings/settings.ts";
import type { NoteExport, TextIo, TextRead, TextRefusal, TextWrite, TextWritten } from "../text-io/text-io.ts";
import type { Company } from "./company.ts";
import type { Note } from "./note.ts";
import type { PersonOf } from "./people.ts";
import { SharingCalls } from "./sharing-calls.ts";
import type { Actor } from "./standing.ts";

const NOT_FOUND = { code: "not_found" } as const;

export abstract class ContentCalls extends SharingCalls {
  /** The note, once the gateway can write; null where there is none. A value: methods can be called from afar. */
  protected abstract readonly opened: () => Promise<Note | null>;
  protected override readonly company = async (): Promise<Company | null> => (await this.opened())?.company ?? null;

  /** `knownSeqs`: positions whose text the caller has. */
  readText(actor: Actor, knownSeqs: readonly number[]): Promise<TextRead | TextRefusal> {
    return this.#texts(actor, (texts) => texts.read(knownSeqs));
  }

  writeText(actor: Actor, write: TextWrite): Promise<TextWritten | TextRefusal> {
    return this.#texts(actor, (texts) => texts.write(write));
  }

  exportNote(actor: Actor): Promise<NoteExport | TextRefusal> {
    return this.#texts(actor, (texts) => texts.export());
  }

  /** Of a note in the trash its owner is told so, and that they own it, though they only read. */
  async info(actor: Actor): Promise<(NoteAnswer & { readonly trashedUs: number | null }) | PastRefusal> {
    const found = await this.#past(actor, (calls) => calls.info());
    if ("code" in found) return found;
    const trashedUs = (await this.company())?.facts.state.trashedUs ?? null;
    return { ...found, role: trashedUs === null ? found.role : "owner", trashedUs };
  }

  versions(actor: Actor, limit: number, beforeSeq?: number): Promise<readonly VersionEntry[] | PastRefusal> {
    return this.#past(actor, (calls) => calls.versions(limit, beforeSeq));
  }

  /** Principals as history shows them: who they are now, by name where that is known. */
  async personsOf(principals: readonly string[]): Promise<readonly PersonOf[]> {
    const company = await this.company();
    return principals.map((principal) => company?.people.personOf(principal) ?? { principal, name: null });
  }

  version(actor: Actor, seq: number): Promise<Version | PastRefusal> {
    return this.#past(actor, (calls) => calls.version(seq));
  }

  versionTexts(actor: Actor, seq: number, against: number | null): Promise<TextsAnswer | PastRefusal> {
    return this.#past(actor, (calls) => calls.texts(seq, against));
  }

  keepVersion(actor: Actor, name: string): Promise<VersionEntry | PastRefusal> {
    return this.#past(actor, (calls) => calls.keepVersion(name));
  }

  nameVersion(actor: Actor, seq: number, name: string | null): Promise<VersionEntry | PastRefusal> {
    return this.#past(actor, (calls) => calls.nameVersion(seq, name));
  }

  restoreVersion(actor: Actor, seq: number): Promise<WrittenAnswer | PastRefusal> {
    return this.#past(actor, (calls) => calls.restore(seq));
  }

  /** What was removed is dropped before this answers, or, where that takes long or fails, by the alarm. */
  async scrub(actor: Actor, confirm: string): Promise<ScrubResponse | PastRefusal> {
    const scrubbed = await this.#past(actor, (calls) => calls.scrub(confirm));
    if ("code" in scrubbed) return scrubbed;
    return { seq: scrubbed.seq, isDone: (await (await this.opened())?.scrub.finish()) ?? true };
  }

  setCompliance(actor: Actor, isOn: boolean): Promise<WrittenAnswer | PastRefusal> {
    return this.#past(actor, (calls) => calls.setCompliance(isOn));
  }

  settings(actor: Actor): Promise<Settings | PastRefusal> {
    return this.#past(actor, (calls) => calls.settings());
  }

  changeSettings(actor: Actor, change: SettingsChange): Promise<Settings | PastRefusal> {
    return this.#past(actor, (calls) => calls.changeSettings(change));
  }

  async #past<T>(actor: Actor, ask: (calls: NoteCalls) => Promise<T | PastRefusal>): Promise<T | PastRefusal> {
    const note = await this.opened();
    return note === null ? NOT_FOUND : ask(note.past(actor));
  }

  async #texts<T>(actor: Actor, ask: (texts: TextIo) => Promise<T | TextRefusal>): Promise<T | TextRefusal> {
    const note = await this.opened();
    return note === null ? NOT_FOUND : ask(note.texts(actor));
  }
}
