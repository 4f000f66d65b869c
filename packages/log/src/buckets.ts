// The buckets of one log: the text, the registers of its scope, and whatever else is written to it.
import { compareBytes, DecodeError, decodeUtf8, encodeUtf8 } from "@reed/bytes";
import { TEXT_BUCKET } from "./body.ts";
import { type CborValue, CborMap } from "./cbor.ts";
import type { LedgerFault } from "./fault.ts";
import { type KeptEntries, keepEntries } from "./kept-bucket.ts";
import { Bucket, type BucketEntry, foldEntries, type Judged, type Reducer } from "./reducer.ts";
import { textReducer } from "./text-reducer.ts";
import type { TextState, TextUpdateEffect } from "./text-update.ts";

/** Buckets besides the text, so that their names can't fill the memory. */
export const MAX_BUCKETS = 32;

/** A reducer whose state and change only it knows. */
export type AnyReducer = Reducer<unknown, unknown, LedgerFault>;

export class Buckets {
  readonly text: Bucket<TextState, TextUpdateEffect, LedgerFault> = new Bucket(textReducer);
  readonly #known = new Map<string, Bucket<unknown, unknown, LedgerFault>>();
  readonly #kept = new Map<string, Bucket<KeptEntries, null, LedgerFault>>();

  /** `reducers`: for the buckets that are known besides the text. */
  constructor(reducers: readonly AnyReducer[]) {
    this.#known.set(TEXT_BUCKET, this.text);
    for (const reducer of reducers) this.#known.set(reducer.bucket, new Bucket(reducer));
  }

  judge(name: string, entry: BucketEntry): Judged<unknown, LedgerFault> {
    const bucket = this.#known.get(name) ?? this.#kept.get(name);
    if (bucket !== undefined) return bucket.judge(entry);
    return this.#kept.size < MAX_BUCKETS ? keptBucket(name).judge(entry) : { ok: false, fault: "bucket_full" };
  }

  /** Does what `judge` said of the same entry. */
  apply(name: string, entry: BucketEntry, change: unknown): void {
    const known = this.#known.get(name);
    if (known !== undefined) return known.apply(entry, change);
    const kept = this.#kept.get(name) ?? keptBucket(name);
    this.#kept.set(name, kept);
    kept.apply(entry, null);
  }

  /** The entries of a bucket that no reducer here knows, in order. */
  entries(name: string): readonly BucketEntry[] {
    return this.#kept.get(name)?.state.entries ?? [];
  }

  /** The state of `reducer` in this log: one of the log's own, or what it makes of the entries that were kept for its bucket. */
  fold<State, Change, Fault extends string>(reducer: Reducer<State, Change, Fault>): State {
    const bucket = this.#known.get(reducer.bucket);
    const isSame = bucket !== undefined && Object.is(bucket.reducer, reducer);
    // A bucket's state was made by its reducer and by nothing else.
    return isSame ? (bucket.state as State) : foldEntries(reducer, this.entries(reducer.bucket));
  }

  /** One row a bucket, by its name. Names are bytes here: people choose them, and text in CBOR does not hold every one of them. */
  save(): CborValue {
    return [...this.#known, ...this.#kept]
      .map(([name, bucket]) => ({ name: encodeUtf8(name), state: bucket.save() }))
      .toSorted((a, b) => compareBytes(a.name, b.name));
  }

  /** Throws a DecodeError. */
  static load(saved: unknown, reducers: readonly AnyReducer[]): Buckets {
    if (!Array.isArray(saved)) throw new DecodeError("form", 0, "buckets");
    const buckets = new Buckets(reducers);
    for (const row of saved) {
      const map = new CborMap(row, ["name", "state"]);
      const name = decodeUtf8(map.bytes("name"));
      const state = map.value("state");
      const known = buckets.#known.get(name);
      if (known !== undefined) {
        known.load(state);
        continue;
      }
      const kept = keptBucket(name);
      kept.load(state);
      buckets.#kept.set(name, kept);
    }
    return buckets;
  }
}

function keptBucket(name: string): Bucket<KeptEntries, null, LedgerFault> {
  return new Bucket(keepEntries(name));
}
