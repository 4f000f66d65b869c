// When the text follows the log: a second after the first change, and under load in intervals, for each time costs five rows. A
// note that may have become too large is looked at sooner.
import type { LogRow } from "@reed/log";
import type { Due } from "../host/due.ts";
import { pause } from "../host/pause.ts";
import { MAX_TEXT_BYTES, type Projection, type Stretch } from "./projection.ts";

const AFTER_CHANGE_MS = 1000;
const INTERVAL_MS = 15_000;
/** Followed without a pause: some ten ms, in which nobody else is served. */
const STRETCH: Stretch = { rows: 200, parts: 1000 };
/** Of one run. Another costs rows. */
const STRETCHES = 10;

type FollowedText = Pick<Projection, "textBytes" | "update">;

export class TextDuty {
  readonly #projection: FollowedText;
  readonly #due: Pick<Due, "set">;
  #doneMs = Number.NEGATIVE_INFINITY;
  /** Of all that was appended since; an envelope is never smaller than the text that it brings. */
  #newBytes = 0;

  constructor(projection: FollowedText, due: Pick<Due, "set">) {
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

  /** Follows the log for some stretches, and lets others be served in between; says when to go on, or null at its end. */
  async run(nowMs: number): Promise<number | null> {
    this.#doneMs = nowMs;
    for (let count = 0; count < STRETCHES; count += 1) {
      if (count > 0) await pause();
      if (!this.#projection.update(STRETCH)) continue;
      this.#newBytes = 0;
      return null;
    }
    return nowMs;
  }
}
