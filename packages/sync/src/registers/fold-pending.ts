// A register set as this device sees it: what the log has, and over it what the device has written and not yet read back.
import type { Role } from "@reed/access";
import type { BucketEntry, Ledger, noteRegisters, privateRegisters, RegisterState } from "@reed/log";

type RegisterSet = typeof noteRegisters | typeof privateRegisters;

/** A device of the highest role, at the end of the log: the server has the last word on what is really taken. */
const HERE: Omit<BucketEntry, "payload"> = {
  seq: Number.MAX_SAFE_INTEGER,
  recvUs: Number.MAX_SAFE_INTEGER,
  wallTimeUs: Number.MAX_SAFE_INTEGER,
  opId: new Uint8Array(32),
  author: new Uint8Array(32),
  by: [],
  role: "owner" satisfies Role,
  claimant: "",
};

/** The state of `set` in `ledger` with the payloads `pending` written over it; the ledger's own stays as it is. */
export function foldPending(
  { reducer }: RegisterSet,
  ledger: Ledger | null,
  pending: readonly Uint8Array[],
): RegisterState {
  const kept = ledger === null ? reducer.empty() : ledger.fold(reducer);
  if (pending.length === 0) return kept;
  return pending.reduce(
    (state, payload) => {
      const entry = { ...HERE, payload };
      const judged = reducer.judge(state, entry);
      return judged.ok ? reducer.apply(state, entry, judged.change) : state;
    },
    reducer.load(reducer.save(kept)),
  );
}
