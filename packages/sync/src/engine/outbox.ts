// Local edits that no op carries yet, oldest first, and when they should leave.
import { TEXT_BUCKET } from "@reed/log";
import { flushAtUs } from "./batching.ts";

/** Updates are gathered up to this size; a larger one goes alone. Well below the limit of an op's body. */
const MAX_GROUP_BYTES = 256 * 1024;

export interface OutboxEntry {
  readonly id: number;
  readonly bucket: string;
  /** For the text a Yjs V1 update. */
  readonly payload: Uint8Array;
}

export class Outbox {
  #entries: (OutboxEntry & { isStored: boolean })[] = [];
  #firstEditUs = 0;
  #lastEditUs = 0;
  #isUrgent = false;

  constructor(stored: readonly OutboxEntry[]) {
    this.#entries = stored.map((entry) => ({ ...entry, isStored: true }));
    this.#isUrgent = stored.length > 0;
  }

  get size(): number {
    return this.#entries.length;
  }

  get unstored(): number {
    return this.#entries.filter(({ isStored }) => !isStored).length;
  }

  /** What waits for `bucket`, oldest first. */
  waitingFor(bucket: string): readonly Uint8Array[] {
    return this.#entries.filter((entry) => entry.bucket === bucket).map(({ payload }) => payload);
  }

  add(entry: OutboxEntry, nowUs: number): void {
    if (this.#entries.length === 0) this.#firstEditUs = nowUs;
    this.#lastEditUs = nowUs;
    this.#entries.push({ ...entry, isStored: false });
  }

  markStored(id: number): void {
    for (const entry of this.#entries) if (entry.id === id) entry.isStored = true;
  }

  /** Puts back what a signed op carried: it is older than all the rest and has waited long enough. */
  putBack(entry: OutboxEntry): void {
    this.#entries.unshift({ ...entry, isStored: true });
    this.#isUrgent = true;
  }

  hurry(): void {
    this.#isUrgent = this.#entries.length > 0;
  }

  /** The clock was changed by so much. */
  shift(byUs: number): void {
    this.#firstEditUs += byUs;
    this.#lastEditUs += byUs;
  }

  /** When the next flush is due; null where nothing waits. */
  dueUs(hasPeers: boolean): number | null {
    if (this.#entries.length === 0) return null;
    return this.#isUrgent ? 0 : flushAtUs(this.#firstEditUs, this.#lastEditUs, hasPeers);
  }

  /** The next entries that fit one op, which the caller takes over: a run of text updates, or one entry of another bucket. */
  take(): readonly OutboxEntry[] {
    let bytes = 0;
    const bucket = this.#entries[0]?.bucket;
    const end = this.#entries.findIndex(
      (entry, index) =>
        (bytes += entry.payload.length) > MAX_GROUP_BYTES ||
        entry.bucket !== bucket ||
        (index > 0 && bucket !== TEXT_BUCKET),
    );
    const taken = this.#entries.splice(0, end === -1 ? this.#entries.length : Math.max(1, end));
    if (this.#entries.length === 0) this.#isUrgent = false;
    return taken;
  }

  /** Takes all text out; entries of other buckets stay. */
  takeText(): readonly OutboxEntry[] {
    const taken = this.#entries.filter(({ bucket }) => bucket === TEXT_BUCKET);
    this.#entries = this.#entries.filter(({ bucket }) => bucket !== TEXT_BUCKET);
    this.#isUrgent = this.#isUrgent && this.#entries.length > 0;
    return taken;
  }
}
