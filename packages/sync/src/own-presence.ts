// What this person's presence says: who they are, where their caret is, and how far this device has read.
import type { Cursor } from "@reed/log";
import { type Caret, encodePresence } from "./presence.ts";
import { Throttle } from "./throttle.ts";

const INTERVAL_MS = 100;

interface PresenceOf {
  /** Whether others see that this person is here. */
  readonly isSeen: boolean;
  readonly profile: () => { readonly name: string; readonly color: string };
  readonly read: () => Cursor | null;
  readonly show: (payload: Uint8Array) => void;
}

export class OwnPresence {
  readonly #of: PresenceOf;
  readonly #due: Throttle;
  #caret: Caret | null = null;

  constructor(of: PresenceOf) {
    this.#of = of;
    this.#due = new Throttle(INTERVAL_MS, () => of.show(this.encode()));
  }

  point(caret: Caret | null): void {
    this.#caret = caret;
  }

  encode(): Uint8Array {
    if (!this.#of.isSeen) return new Uint8Array();
    return encodePresence({ ...this.#of.profile(), caret: this.#caret, read: this.#of.read() });
  }

  schedule(): void {
    this.#due.schedule();
  }

  cancel(): void {
    this.#due.cancel();
  }
}
