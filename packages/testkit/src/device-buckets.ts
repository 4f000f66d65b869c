// What a device writes besides the text: the note's settings, which the server judges, and the roll, a bucket that no program of the
// server knows and that every reader folds for itself.
import { decodeUtf8, encodeUtf8 } from "@reed/bytes";
import { type Ledger, noteRegisters, type Reducer } from "@reed/log";
import type { Random } from "./prng.ts";

export const ROLL_BUCKET = "roll";

/** Who said what, in the order of the log. */
const rollReducer: Reducer<readonly string[], string> = {
  bucket: ROLL_BUCKET,
  empty: () => [],
  judge: (_, { claimant, payload }) => ({ ok: true, change: `${claimant} ${decodeUtf8(payload)}` }),
  apply: (roll, _, said) => [...roll, said],
  save: (roll) => roll,
  load: (saved) => (Array.isArray(saved) ? saved.map(String) : []),
};

const COLORS = ["sand", "sky", "rose", "moss"] as const;
const ICONS = ["🌾", "🌊", null] as const;

/** What all replicas at rest must agree on: the settings, then the roll. */
export function bucketsOf(ledger: Ledger): string {
  const { color, icon } = noteRegisters.read(ledger.fold(noteRegisters.reducer));
  return JSON.stringify([color, icon, ledger.fold(rollReducer)]);
}

export class DeviceBuckets {
  readonly #random: Random;
  #lastUs = 0;
  #said = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** The entry that changes a setting, at `nowUs` by the device's clock. */
  setting(ledger: Ledger, nowUs: number): Uint8Array {
    this.#lastUs = noteRegisters.nextTimeUs(ledger.fold(noteRegisters.reducer), this.#lastUs, nowUs);
    const set = this.#random.chance(0.6) ? { color: this.#random.pick(COLORS) } : { icon: this.#random.pick(ICONS) };
    return noteRegisters.write(set, this.#lastUs);
  }

  /** An entry of the roll, which is never the same twice. */
  saying(): Uint8Array {
    this.#said += 1;
    return encodeUtf8(`${this.#said}`);
  }
}
