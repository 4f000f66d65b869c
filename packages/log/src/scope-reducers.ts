// What a log of each scope knows: its buckets, and whether it can be shared.
import { TEXT_BUCKET } from "./body.ts";
import type { AnyReducer, Buckets } from "./buckets.ts";
import type { Scope } from "./genesis.ts";
import { META_BUCKET, noteRegisters } from "./registers/note-registers.ts";
import { privateRegisters } from "./registers/private-registers.ts";

const REGISTERS = { note: noteRegisters, private: privateRegisters } as const;

export function reducersOf(scope: Scope): readonly AnyReducer[] {
  return [REGISTERS[scope].reducer];
}

/** Whether logs of `scope` take entries for `bucket`: only notes have a text. */
export function hasBucket(scope: Scope, bucket: string): boolean {
  return scope === "note" || bucket !== TEXT_BUCKET;
}

/** Whether a log of `scope` can be given to anybody besides its first owner. */
export function isShared(scope: Scope): boolean {
  return scope === "note";
}

/** Whether the owner has locked the text. */
export function isLocked(scope: Scope, buckets: Buckets): boolean {
  return scope === "note" && noteRegisters.read(buckets.fold(noteRegisters.reducer)).locked === true;
}

/** Whether an entry was written by a program that is newer than this one: a server must not judge it. */
export function isAhead(scope: Scope, bucket: string, payload: Uint8Array): boolean {
  return bucket === META_BUCKET && REGISTERS[scope].isAhead(payload);
}
