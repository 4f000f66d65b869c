// The settings of one note: registers in its log, read from the fold and written by the gateway for whoever calls.
import type { Settings as SettingsJson } from "@reed/api";
import {
  type Attribution,
  META_BUCKET,
  NOTE_COLORS,
  noteRegisters,
  type NoteRegisterWrites,
  PREVIEW_LEVELS,
} from "@reed/log";
import type { Room, WriteResult } from "@reed/room";

export interface SettingsChange {
  readonly color?: string | null | undefined;
  readonly icon?: string | null | undefined;
  readonly tags?:
    | { readonly add?: readonly string[] | undefined; readonly remove?: readonly string[] | undefined }
    | undefined;
  readonly locked?: boolean | undefined;
  readonly preview?: string | null | undefined;
}

export class Settings {
  readonly #room: () => Room;
  readonly #nowUs: () => number;
  #lastUs = 0;

  constructor(room: () => Room, nowUs: () => number) {
    this.#room = room;
    this.#nowUs = nowUs;
  }

  read(): SettingsJson {
    const { ledger } = this.#room();
    const state = ledger?.fold(noteRegisters.reducer) ?? noteRegisters.reducer.empty();
    const { color, icon, tags, locked, preview } = noteRegisters.read(state);
    const set = [...tags].flatMap(([tag, isSet]) => (isSet ? [tag] : []));
    return { color, icon, tags: set.toSorted(), locked: locked === true, preview };
  }

  /** One op with all of `change`. "invalid" for values that no register takes; `forbidden` for a role that it doesn't take them from. */
  async write(change: SettingsChange, attribution: Attribution): Promise<WriteResult | "invalid"> {
    const payload = this.#payloadOf(change);
    return payload === null ? "invalid" : this.#room().write(META_BUCKET, payload, attribution);
  }

  #payloadOf(change: SettingsChange): Uint8Array | null {
    const { ledger } = this.#room();
    const writes = writesOf(change);
    if (ledger === null || writes === null) return null;
    const state = ledger.fold(noteRegisters.reducer);
    const timeUs = noteRegisters.nextTimeUs(state, this.#lastUs, this.#nowUs());
    try {
      const payload = noteRegisters.write(writes, timeUs);
      this.#lastUs = timeUs;
      return payload;
    } catch (error) {
      if (error instanceof RangeError) return null;
      throw error;
    }
  }
}

function writesOf({ color, icon, tags, locked, preview }: SettingsChange): NoteRegisterWrites | null {
  const [add, remove] = [tags?.add ?? [], tags?.remove ?? []];
  if (add.some((tag) => remove.includes(tag))) return null;
  const [colorOrNone, previewOrNone] = [oneOf(NOTE_COLORS, color), oneOf(PREVIEW_LEVELS, preview)];
  if (colorOrNone === "unknown" || previewOrNone === "unknown") return null;
  const changed = new Map<string, true | null>(add.map((tag) => [tag, true]));
  for (const tag of remove) changed.set(tag, null);
  return {
    ...(colorOrNone === undefined ? {} : { color: colorOrNone }),
    ...(icon === undefined ? {} : { icon }),
    ...(tags === undefined ? {} : { tags: changed }),
    ...(locked === undefined ? {} : { locked }),
    ...(previewOrNone === undefined ? {} : { preview: previewOrNone }),
  };
}

function oneOf<Word extends string>(
  words: readonly Word[],
  given: string | null | undefined,
): Word | null | undefined | "unknown" {
  return given === null || given === undefined ? given : (words.find((word) => word === given) ?? "unknown");
}
