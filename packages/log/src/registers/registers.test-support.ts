// Register ops without a log around them: entries as a ledger would hand them over, and a calendar event in the two versions that
// the rules about versions are shown with.
import type { Role } from "@reed/access";
import { type CborValue, encodeCbor } from "../cbor.ts";
import { type BucketEntry, foldEntries, type Reducer } from "../reducer.ts";
import { defineRegisters } from "./define.ts";
import { one } from "./field.ts";
import { integer, text, time } from "./types.ts";

export interface Write {
  readonly set: Readonly<Record<string, CborValue>>;
  readonly v?: number | undefined;
  readonly t?: number | undefined;
  /** The header's clock; the time of the edit unless stated. */
  readonly wallTimeUs?: number | undefined;
  /** The first byte of the device's key. */
  readonly device?: number | undefined;
  /** The first byte of the op id. */
  readonly op?: number | undefined;
  readonly role?: Role | null | undefined;
}

export const T = 1_700_000_000_000_000;

function id(first: number): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, index) => (index === 0 ? first : 7));
}

export function payloadOf({ set, v = 1, t = T }: Write): Uint8Array {
  return encodeCbor({ v, t, set });
}

export function entryOf(payload: Uint8Array, write: Omit<Write, "set"> = {}): BucketEntry {
  const { t = T, wallTimeUs = t, device = 1, op = 1, role = "owner" } = write;
  return { seq: 9, recvUs: T, wallTimeUs, opId: id(op), author: id(device), by: [], role, claimant: "", payload };
}

export function entry(write: Write): BucketEntry {
  return entryOf(payloadOf(write), write);
}

/** What `reducer` says to one write on top of others, all of which must hold. */
export function faultOf<State, Change>(
  reducer: Reducer<State, Change>,
  last: Write | BucketEntry,
  before: readonly Write[] = [],
): string | null {
  const state = foldStrictly(reducer, before.map(entry));
  const judged = reducer.judge(state, "payload" in last ? last : entry(last));
  return judged.ok ? null : judged.fault;
}

/** The fold of entries that must all hold. */
export function foldStrictly<State, Change>(reducer: Reducer<State, Change>, entries: readonly BucketEntry[]): State {
  return entries.reduce((state, next) => {
    const judged = reducer.judge(state, next);
    if (!judged.ok) throw new Error(judged.fault);
    return reducer.apply(state, next, judged.change);
  }, reducer.empty());
}

export function fold<State, Change>(reducer: Reducer<State, Change>, writes: readonly Write[]): State {
  return foldEntries(reducer, writes.map(entry));
}

/** Up to the year 9999 in ms, so that no time in µs since 1970-04 is taken for one in ms. */
const timeMs = integer({ min: 0, max: 253_402_300_799_999 });
const title = one(text(200));

/** A title and a time. */
export const calendarV1 = defineRegisters({
  bucket: "event",
  version: 1,
  fields: { title, startsAt: one(timeMs) },
});

/** Its time has µs, and there is the offset of the place from UTC. */
export const calendarV2 = defineRegisters({
  bucket: "event",
  version: 2,
  fields: {
    title,
    startsAt: one(time, { was: [{ through: 1, type: timeMs }] }),
    offsetMinutes: one(integer({ min: -1080, max: 1080 }), { since: 2 }),
  },
  migrations: {
    1: (values) =>
      new Map(
        [...values].map(([key, value]) => [
          key,
          key === "startsAt" && typeof value === "number" ? value * 1000 : value,
        ]),
      ),
  },
});
