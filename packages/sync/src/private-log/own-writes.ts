// What this device has written to its registers and not yet seen in the log. An entry leaves the engine either by being read back
// or by being refused; which of the two is told by the registers: an entry that was taken has won, or has lost to a later one.
import { compareBytes, toHex } from "@reed/bytes";
import { decodeRegisterPayload, type RegisterState } from "@reed/log";

interface Entry {
  readonly payload: Uint8Array;
  /** Whether it was said again with another time already. */
  readonly isRepeat: boolean;
}

export interface Lost {
  readonly payload: Uint8Array;
  readonly isRepeat: boolean;
}

export class OwnWrites {
  readonly #entries = new Map<string, Entry>();

  get payloads(): readonly Uint8Array[] {
    return [...this.#entries.values()].map(({ payload }) => payload);
  }

  has(payload: Uint8Array): boolean {
    return this.#entries.has(toHex(payload));
  }

  add(payload: Uint8Array, isRepeat = false): void {
    this.#entries.set(toHex(payload), { payload, isRepeat });
  }

  clear(): void {
    this.#entries.clear();
  }

  /** Forgets what is neither in `pending` nor missing from the log, and returns what is missing from both, oldest first. */
  settle(pending: readonly Uint8Array[], log: RegisterState, device: Uint8Array): readonly Lost[] {
    const waiting = new Set<string>(pending.map(toHex));
    const gone = [...this.#entries].filter(([key]) => !waiting.has(key));
    for (const [key] of gone) this.#entries.delete(key);
    return gone.map(([, entry]) => entry).filter(({ payload }) => !isInLog(payload, log, device));
  }
}

/** Whether every register of `payload`, by `device`, stands in the log as written or was overwritten by a later write. */
export function isInLog(payload: Uint8Array, { cells }: RegisterState, device: Uint8Array): boolean {
  const { timeUs, set } = decodeRegisterPayload(payload) ?? { timeUs: 0, set: [] };
  return set.every(([key]) => {
    const cell = cells.get(key);
    if (cell === undefined) return false;
    return cell.timeUs === timeUs ? compareBytes(cell.device, device) >= 0 : cell.timeUs > timeUs;
  });
}
