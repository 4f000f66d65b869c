// A bucket is one kind of content that rides the log: the text, the registers, presence beside it, and whatever comes later. How
// its entries are judged, what they do and how the result rests in a snapshot is one interface. Every method is pure and total:
// the server and each replica call them at the same place of the log and get the same answers (docs/spec/log.md, L45-L49).
import type { Role } from "@reed/access";
import type { CborValue } from "./cbor.ts";
import type { Principal } from "./principal.ts";

/** One contribution to a bucket, at its place. */
export interface BucketEntry {
  readonly seq: number;
  readonly recvUs: number;
  readonly wallTimeUs: number;
  readonly opId: Uint8Array;
  /** The device's key, 32 bytes; for presence the number of its connection, 4 bytes. */
  readonly author: Uint8Array;
  /** For whom it speaks: the device's principals, or the one that the gateway names. */
  readonly by: readonly Principal[];
  /** The highest role of `by` at `recvUs`. */
  readonly role: Role | null;
  /** Who owns what the entry makes: the author's key in hex; where the gateway writes, that and the principal it writes for. */
  readonly claimant: string;
  readonly payload: Uint8Array;
}

/** `change`: what `apply` will do, worked out once. */
export type Judged<Change, Fault extends string = string> =
  | { readonly ok: true; readonly change: Change }
  | { readonly ok: false; readonly fault: Fault };

export interface Reducer<State, Change, Fault extends string = string> {
  readonly bucket: string;
  empty(): State;
  /** Whether the entry holds here; changes nothing. */
  judge(state: State, entry: BucketEntry): Judged<Change, Fault>;
  /** The state after an entry that `judge` accepted in this very state; it may be `state` itself, changed. */
  apply(state: State, entry: BucketEntry, change: Change): State;
  save(state: State): CborValue;
  /** What `save` gave, read back; throws a DecodeError. */
  load(saved: unknown): State;
}

/** A reducer with its state. */
export class Bucket<State, Change, Fault extends string = string> {
  readonly reducer: Reducer<State, Change, Fault>;
  #state: State;

  constructor(reducer: Reducer<State, Change, Fault>) {
    this.reducer = reducer;
    this.#state = reducer.empty();
  }

  get state(): State {
    return this.#state;
  }

  judge(entry: BucketEntry): Judged<Change, Fault> {
    return this.reducer.judge(this.#state, entry);
  }

  apply(entry: BucketEntry, change: Change): void {
    this.#state = this.reducer.apply(this.#state, entry, change);
  }

  save(): CborValue {
    return this.reducer.save(this.#state);
  }

  /** Throws a DecodeError. */
  load(saved: unknown): void {
    this.#state = this.reducer.load(saved);
  }
}

/** What `entries` make of a bucket, in their order; an entry that the reducer refuses is void. */
export function foldEntries<State, Change>(reducer: Reducer<State, Change>, entries: readonly BucketEntry[]): State {
  return entries.reduce((state, entry) => {
    const judged = reducer.judge(state, entry);
    return judged.ok ? reducer.apply(state, entry, judged.change) : state;
  }, reducer.empty());
}
