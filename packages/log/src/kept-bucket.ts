// A bucket that this code has no reducer for. Its entries are kept as they came, in their order, so a newer program that knows
// the bucket can fold them, also after a snapshot: a new kind of content needs no change of log, wire or server.
import { ROLES, type Role } from "@reed/access";
import { DecodeError } from "@reed/bytes";
import { type CborValue, CborMap } from "./cbor.ts";
import { HASH_BYTES } from "./ids.ts";
import { parsePrincipal, type Principal } from "./principal.ts";
import type { BucketEntry, Judged, Reducer } from "./reducer.ts";

/** Nothing here is ever folded away by the log, so it must stay small: it is part of every snapshot. */
export const MAX_KEPT_BYTES = 256 * 1024;

export interface KeptEntries {
  readonly entries: BucketEntry[];
  bytes: number;
}

const KEYS = ["seq", "recv", "wall", "op", "author", "by", "role", "claimant", "payload"] as const;

/** What an entry takes, about; one that speaks for a single principal, 256 bytes besides its payload. */
function weightOf({ payload, by }: BucketEntry): number {
  return payload.length + 192 + 64 * by.length;
}

export function keepEntries(bucket: string): Reducer<KeptEntries, null, "bucket_full"> {
  return {
    bucket,
    empty: () => ({ entries: [], bytes: 0 }),

    judge(state: KeptEntries, entry: BucketEntry): Judged<null, "bucket_full"> {
      const isRoomy = state.bytes + weightOf(entry) <= MAX_KEPT_BYTES;
      return isRoomy ? { ok: true, change: null } : { ok: false, fault: "bucket_full" };
    },

    apply(state: KeptEntries, entry: BucketEntry): KeptEntries {
      state.entries.push({ ...entry, author: entry.author.slice(), payload: entry.payload.slice() });
      state.bytes += weightOf(entry);
      return state;
    },

    save: ({ entries }: KeptEntries) => entries.map(entryToCbor),

    load(saved: unknown): KeptEntries {
      if (!Array.isArray(saved)) throw new DecodeError("form", 0, "kept entries");
      const entries = saved.map(readEntry);
      return { entries, bytes: entries.reduce((sum, entry) => sum + weightOf(entry), 0) };
    },
  };
}

function entryToCbor(entry: BucketEntry): CborValue {
  return {
    seq: entry.seq,
    recv: entry.recvUs,
    wall: entry.wallTimeUs,
    op: entry.opId,
    author: entry.author,
    by: entry.by,
    role: entry.role,
    claimant: entry.claimant,
    payload: entry.payload,
  };
}

function readEntry(value: unknown): BucketEntry {
  const map = new CborMap(value, KEYS);
  return {
    seq: map.integer("seq"),
    recvUs: map.integer("recv"),
    wallTimeUs: map.integer("wall"),
    opId: map.bytes("op", HASH_BYTES),
    author: map.bytes("author", HASH_BYTES),
    by: map.list("by", Number.MAX_SAFE_INTEGER).map(readPrincipal),
    role: readRole(map.textOrNull("role", 16)),
    claimant: map.text("claimant", 256),
    payload: map.bytes("payload"),
  };
}

export function readPrincipal(value: unknown): Principal {
  const principal = typeof value === "string" ? parsePrincipal(value) : null;
  if (principal === null) throw new DecodeError("form", 0, "principal");
  return principal;
}

function readRole(text: string | null): Role | null {
  const role = ROLES.find((known) => known === text) ?? null;
  if (text !== null && role === null) throw new DecodeError("form", 0, "role");
  return role;
}
