// What a tab knows of the other buckets while another tab leads: what that one told, and what is still on its way there.
import type { Ledger } from "@reed/log";
import { NO_SOURCE, type Source } from "../note-buckets.ts";
import type { TabEdits } from "./tab-edits.ts";

export class Followed implements Source {
  readonly #edits: TabEdits;
  #told: Source = NO_SOURCE;

  constructor(edits: TabEdits) {
    this.#edits = edits;
  }

  get ledger(): Ledger | null {
    return this.#told.ledger;
  }

  pending(bucket: string): readonly Uint8Array[] {
    return [...this.#told.pending(bucket), ...this.#edits.pending(bucket)];
  }

  hear(told: Source): void {
    this.#told = told;
  }
}
