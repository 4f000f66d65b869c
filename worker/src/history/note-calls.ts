// What somebody may ask of a note's past and its settings, once it is known how they stand to it. Asks `can` for every call, and
// answers in plain data with closed codes.
import type { Action, Role } from "@reed/access";
import type { Settings as SettingsJson } from "@reed/api";
import { titleOf } from "@reed/card";
import type { NoteId } from "@reed/log";
import type { Room, WriteResult } from "@reed/room";
import type { Projection } from "../note/projection.ts";
import { refusalFor, type Standing } from "../note/standing.ts";
import type { Settings, SettingsChange } from "../settings/settings.ts";
import type { History } from "./history.ts";
import type { Scrub } from "./scrub.ts";
import type { Version, VersionEntry } from "./version-table.ts";

export type PastCode =
  | "not_found"
  | "forbidden"
  | "invalid"
  | "locked"
  | "text_too_large"
  | "too_many_versions"
  | "too_many_settings"
  | "compliance_on"
  | "overloaded";

export interface PastRefusal {
  readonly code: PastCode;
}

export interface WrittenAnswer {
  readonly seq: number;
}

export interface TextsAnswer {
  readonly before: string;
  readonly after: string;
}

export interface NoteAnswer {
  readonly role: Role;
  readonly title: string;
  readonly modifiedUs: number | null;
  readonly isCompliant: boolean;
  readonly settings: SettingsJson;
}

export interface NoteCallsOptions {
  readonly noteId: NoteId;
  readonly room: Room;
  readonly projection: Projection;
  readonly history: History;
  readonly scrub: Scrub;
  readonly settings: Settings;
  /** How the caller stands to the note; asked again before each call, for access may have ended meanwhile. */
  standing(): Standing | null;
  /** To be awaited before the document is asked for. */
  ready(): Promise<void>;
}

export class NoteCalls {
  readonly #options: NoteCallsOptions;

  constructor(options: NoteCallsOptions) {
    this.#options = options;
  }

  info(): Promise<NoteAnswer | PastRefusal> {
    return this.#as("read", async ({ role }) => {
      const { projection, room, settings, ready } = this.#options;
      if (!projection.isWarm) await ready();
      const { text, modifiedUs } = projection.read();
      const isCompliant = room.ledger?.isCompliant ?? false;
      return { role, title: titleOf(text) ?? "", modifiedUs, isCompliant, settings: settings.read() };
    });
  }

  /** Newest first; `beforeSeq`: those older than it. */
  versions(limit: number, beforeSeq?: number): Promise<readonly VersionEntry[] | PastRefusal> {
    return this.#as("see_history", () => this.#options.history.list(limit, beforeSeq));
  }

  version(seq: number): Promise<Version | PastRefusal> {
    return this.#as("see_history", () => this.#options.history.find(seq) ?? { code: "not_found" });
  }

  /** The texts of a version and of another; null: of now. */
  texts(seq: number, against: number | null): Promise<TextsAnswer | PastRefusal> {
    return this.#as("see_history", async () => {
      const { history, projection, ready } = this.#options;
      if (against === null && !projection.isWarm) await ready();
      const before = history.find(seq)?.text;
      const after = against === null ? projection.read().text : history.find(against)?.text;
      return before === undefined || after === undefined ? { code: "not_found" } : { before, after };
    });
  }

  keepVersion(name: string): Promise<VersionEntry | PastRefusal> {
    return this.#as("name_versions", async () => {
      const entry = await this.#options.history.keep(name);
      return entry === "too_many" ? { code: "too_many_versions" } : entry;
    });
  }

  nameVersion(seq: number, name: string | null): Promise<VersionEntry | PastRefusal> {
    return this.#as("name_versions", () => {
      const entry = this.#options.history.name(seq, name);
      if (entry === "not_found") return { code: entry };
      return entry === "too_many" ? { code: "too_many_versions" } : entry;
    });
  }

  restore(seq: number): Promise<WrittenAnswer | PastRefusal> {
    return this.#as("write_text", async ({ role, attribution }) => {
      const { history, room } = this.#options;
      const isLocked = role !== "owner" && this.#options.settings.read().locked;
      if (isLocked) return { code: "locked" };
      const result = await history.restore(seq, attribution);
      return result === "not_found" || room.ledger === null ? { code: "not_found" } : answerOf(result);
    });
  }

  /** `confirm`: the note's own id. */
  scrub(confirm: string): Promise<WrittenAnswer | PastRefusal> {
    return this.#as("scrub", async ({ attribution }) => {
      const { noteId, room, scrub } = this.#options;
      if (confirm !== noteId) return { code: "invalid" };
      if (room.ledger?.isCompliant === true) return { code: "compliance_on" };
      return answerOf(await scrub.begin(attribution));
    });
  }

  setCompliance(isOn: boolean): Promise<WrittenAnswer | PastRefusal> {
    return this.#as("set_compliance", async ({ attribution }) => {
      const { room, scrub } = this.#options;
      if (room.ledger?.isCompliant === isOn) return { seq: room.ledger.head.seq };
      if (isOn && scrub.isPending) return { code: "overloaded" };
      return answerOf(await room.control([], { type: "compliance", isOn }, attribution));
    });
  }

  settings(): Promise<SettingsJson | PastRefusal> {
    return this.#as("read", () => this.#options.settings.read());
  }

  changeSettings(change: SettingsChange): Promise<SettingsJson | PastRefusal> {
    return this.#as("change_settings", async ({ attribution }) => {
      const { settings } = this.#options;
      const result = await settings.write(change, attribution);
      if (result === "invalid") return { code: result };
      return result.ok ? settings.read() : { code: codeOf(result.code) };
    });
  }

  async #as<T>(
    action: Action,
    call: (standing: Standing) => T | PastRefusal | Promise<T | PastRefusal>,
  ): Promise<T | PastRefusal> {
    const standing = this.#options.standing();
    const code = refusalFor(standing, action);
    return standing === null || code !== null ? { code: code ?? "not_found" } : call(standing);
  }
}

function answerOf(result: WriteResult): WrittenAnswer | PastRefusal {
  return result.ok ? { seq: result.seq } : { code: codeOf(result.code) };
}

/** What the log refused, as a caller without a replica understands it. */
function codeOf(code: Extract<WriteResult, { ok: false }>["code"]): PastCode {
  switch (code) {
    case "forbidden":
    case "register_role":
      return "forbidden";
    case "locked":
      return "locked";
    case "note_full":
      return "text_too_large";
    case "register_too_many":
      return "too_many_settings";
    case "control_invalid":
      return "compliance_on";
    default:
      return "overloaded";
  }
}
