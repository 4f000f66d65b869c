// What a note holds besides its text, as this tab has it: from its own leader, or as the leader in another tab told it.
import { sha256 } from "@reed/crypto";
import {
  Ledger,
  META_BUCKET,
  noteRegisters,
  type NoteRegisters,
  type NoteRegisterWrites,
  type Reducer,
  type RegisterState,
} from "@reed/log";
import { repeatAt } from "./registers/repeat.ts";
import { foldPending } from "./registers/fold-pending.ts";
import type { TabMessage } from "./tabs/channel.ts";

/** A log as far as it was read, and what waits to join it. */
export interface Source {
  readonly ledger: Ledger | null;
  pending(bucket: string): readonly Uint8Array[];
}

export const NO_SOURCE: Source = { ledger: null, pending: () => [] };

export type ToldBuckets = TabMessage & { readonly type: "buckets" };

/** A clock that is still wrong after so many tries is not mended by another. */
const MAX_REPEATS = 8;

export class NoteBuckets {
  readonly #source: () => Source;
  #settings: NoteRegisters | null = null;
  #lastSettingUs = 0;
  #repeats = 0;

  constructor(source: () => Source) {
    this.#source = source;
  }

  settings(): NoteRegisters {
    this.#settings ??= noteRegisters.read(this.#registers());
    return this.#settings;
  }

  /** The entry that sets these, later than everything that is there. */
  entryOf(settings: NoteRegisterWrites, nowUs: number): Uint8Array {
    this.#lastSettingUs = noteRegisters.nextTimeUs(this.#registers(), this.#lastSettingUs, nowUs);
    return noteRegisters.write(settings, this.#lastSettingUs);
  }

  /** A setting that was refused because this device's clock was wrong when it was made, with the time that it should have had. */
  repeatOf(bucket: string, payload: Uint8Array, code: string, nowUs: number): Uint8Array | null {
    const isLate = bucket === META_BUCKET && code === "register_time" && this.#repeats < MAX_REPEATS;
    if (isLate) this.#repeats += 1;
    return isLate ? repeatAt(payload, nowUs) : null;
  }

  fold<State, Change, Fault extends string>(reducer: Reducer<State, Change, Fault>): State {
    return this.#source().ledger?.fold(reducer) ?? reducer.empty();
  }

  /** Something in them changed. */
  changed(): void {
    this.#settings = null;
  }

  /** What the other tabs are told. */
  tell(): ToldBuckets {
    const source = this.#source();
    return {
      type: "buckets",
      ledger: source.ledger?.save() ?? null,
      pending: new Map([[META_BUCKET, source.pending(META_BUCKET)]]),
    };
  }

  #registers(): RegisterState {
    const source = this.#source();
    return foldPending(noteRegisters, source.ledger, source.pending(META_BUCKET));
  }
}

/** What a leader told, as a source. */
export function toldSource({ ledger, pending }: ToldBuckets): Source {
  return {
    ledger: ledger === null ? null : Ledger.load(ledger, { sha256, below: "trust" }),
    pending: (bucket) => pending.get(bucket) ?? [],
  };
}
