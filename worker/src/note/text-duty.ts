// When the text follows the log: a second after the first change, and under load in intervals, for each time costs five rows. A
// note that may have become too large is looked at sooner.
import type { LogRow } from "@reed/log";
import type { Due } from "../host/due.ts";
import { MAX_TEXT_BYTES, type Projection, type Stretch } from "./projection.ts";

const AFTER_CHANGE_MS = 1000;
const INTERVAL_MS = 15_000;
const STRETCH: Stretch = { rows: 2000, parts: 10_000 };

export class TextDuty {
  readonly #projection: Projection;
  readonly #due: Due;
  #doneMs = Number.NEGATIVE_INFINITY;
  /** Of all that was appended since; an envelope is never smaller than the text that it brings. */
  #newBytes = 0;

  constructor(projection: Projection, due: Due) {
    this.#projection = projection;
    this.#due = due;
  }

  /** A full note takes only updates that insert nothing. */
  get isFull(): boolean {
    return this.#projection.textBytes > MAX_TEXT_BYTES;
  }

  onAppend(rows: readonly LogRow[], nowMs: number): void {
    this.#newBytes = rows.reduce((sum, { envelope }) => sum + envelope.length, this.#newBytes);
    const isPressing = !this.isFull && this.#projection.textBytes + this.#newBytes > MAX_TEXT_BYTES;
    const intervalMs = isPressing ? AFTER_CHANGE_MS : INTERVAL_MS;
    this.#due.set("project", Math.max(nowMs + AFTER_CHANGE_MS, this.#doneMs + intervalMs));
  }

  /** Follows the log for a stretch; says when to go on, or null at its end. */
  run(nowMs: number): number | null {
    const isAtHead = this.#projection.update(STRETCH);
    this.#doneMs = nowMs;
    if (!isAtHead) return nowMs;
    this.#newBytes = 0;
    return null;
  }
}
