// When the text is made anew: a second after the first change, at most every two seconds. The alarm is written only if none is
// set, so a burst of edits costs one.

const AFTER_CHANGE_MS = 1000;
const LEAST_INTERVAL_MS = 2000;

export class ProjectionAlarm {
  readonly #storage: DurableObjectStorage;
  #isSet = false;
  #doneAtMs = Number.NEGATIVE_INFINITY;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  schedule(nowMs: number): void {
    if (this.#isSet) return;
    this.#isSet = true;
    // Not awaited: it becomes durable together with the rows that asked for it.
    void this.#storage.setAlarm(Math.max(nowMs + AFTER_CHANGE_MS, this.#doneAtMs + LEAST_INTERVAL_MS));
  }

  /** It rang, or is not wanted any more. */
  done(nowMs: number): void {
    this.#isSet = false;
    this.#doneAtMs = nowMs;
  }
}
