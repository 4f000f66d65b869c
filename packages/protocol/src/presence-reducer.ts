// Presence as a bucket: who shows what, the last payload of each connection winning. Its entries are never logged; they are numbered
// by their arrival. The room folds them for newcomers, a replica folds what it is sent.
import { DecodeError, Reader, Writer } from "@reed/bytes";
import type { BucketEntry, CborValue, Judged, Principal, Reducer } from "@reed/log";
import type { Role } from "@reed/access";
import { MAX_PRESENCE_BYTES } from "./limits.ts";

/** The payload of each connection that shows one. */
export type Presences = ReadonlyMap<number, Uint8Array>;

export interface PresenceChange {
  readonly connection: number;
  /** Empty: shows nothing any longer. */
  readonly payload: Uint8Array;
}

export type PresenceFault = "presence_author" | "presence_size";

const CONNECTION_BYTES = 4;
const MAX_CONNECTION = 0xffff_ffff;

export const presenceReducer: Reducer<Presences, PresenceChange, PresenceFault> = {
  bucket: "presence",
  empty: () => new Map(),

  judge(_: Presences, { author, payload }: BucketEntry): Judged<PresenceChange, PresenceFault> {
    if (author.length !== CONNECTION_BYTES) return { ok: false, fault: "presence_author" };
    if (payload.length > MAX_PRESENCE_BYTES) return { ok: false, fault: "presence_size" };
    return { ok: true, change: { connection: new Reader(author).u32(), payload } };
  },

  apply(state: Map<number, Uint8Array>, _: BucketEntry, { connection, payload }: PresenceChange): Presences {
    if (payload.length === 0) state.delete(connection);
    else state.set(connection, payload.slice());
    return state;
  },

  save: (state: Presences): CborValue =>
    [...state].toSorted(([a], [b]) => a - b).map(([connection, payload]) => [connection, payload]),

  load(saved: unknown): Presences {
    if (!Array.isArray(saved)) throw new DecodeError("form", 0, "presences");
    return new Map(saved.map(readPresence));
  },
};

/** What a connection shows, as an entry: the `arrival`-th of all, from 1. */
export function presenceEntry(
  shown: PresenceChange & { readonly by: readonly Principal[]; readonly role: Role | null },
  arrival: number,
  nowUs: number,
): BucketEntry {
  return {
    seq: arrival,
    recvUs: nowUs,
    wallTimeUs: nowUs,
    opId: NO_OP,
    author: new Writer(CONNECTION_BYTES).u32(shown.connection).finish(),
    by: shown.by,
    role: shown.role,
    claimant: String(shown.connection),
    payload: shown.payload,
  };
}

const NO_OP = new Uint8Array(32);

function readPresence(value: unknown): [number, Uint8Array] {
  const [connection, payload] = pairOf(value);
  const isNumber = typeof connection === "number" && Number.isInteger(connection) && connection >= 0;
  if (!isNumber || connection > MAX_CONNECTION || !(payload instanceof Uint8Array)) throw wrongPresence();
  if (payload.length === 0 || payload.length > MAX_PRESENCE_BYTES) throw wrongPresence();
  return [connection, payload];
}

function pairOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) && value.length === 2 ? value : [];
}

function wrongPresence(): DecodeError {
  return new DecodeError("form", 0, "presence");
}
