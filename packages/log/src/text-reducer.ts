// The note's text as a bucket: what a log must know of a Yjs document to judge the next update, which is its state vector and
// who owns each clientID, and nothing of its content.
import { DecodeError } from "@reed/bytes";
import { TEXT_BUCKET } from "./body.ts";
import { type CborValue, CborMap } from "./cbor.ts";
import type { BucketEntry, Judged, Reducer } from "./reducer.ts";
import {
  applyTextUpdate,
  checkTextUpdate,
  emptyTextState,
  type TextState,
  type TextUpdateEffect,
  type TextUpdateFault,
} from "./text-update.ts";

type TextFault = `text_${TextUpdateFault}`;

const MAX_CLIENT = 0xffff_ffff;

export const textReducer: Reducer<TextState, TextUpdateEffect, TextFault> = {
  bucket: TEXT_BUCKET,
  empty: emptyTextState,

  judge(state: TextState, { payload, claimant }: BucketEntry): Judged<TextUpdateEffect, TextFault> {
    const verdict = checkTextUpdate(payload, claimant, state);
    return verdict.ok ? { ok: true, change: verdict.effect } : { ok: false, fault: `text_${verdict.fault}` };
  },

  apply(state: TextState, { claimant }: BucketEntry, change: TextUpdateEffect): TextState {
    applyTextUpdate(state, claimant, change);
    return state;
  },

  /** `[client, clock, index of its claimant]` for each clientID, the claimants, and the clientIDs that are retired. */
  save({ vector, claims, retired }: TextState): CborValue {
    const claimants = [...new Set(claims.values())].toSorted();
    const indexes = new Map(claimants.map((claimant, index) => [claimant, index]));
    const clients = [...vector]
      .toSorted(([a], [b]) => a - b)
      .map(([client, clock]) => [client, clock, indexes.get(claims.get(client) ?? "") ?? 0]);
    return { claimants, clients, retired: [...retired].toSorted((a, b) => a - b) };
  },

  load(saved: unknown): TextState {
    const map = new CborMap(saved, ["claimants", "clients", "retired"]);
    const claimants = map.list("claimants", Number.MAX_SAFE_INTEGER);
    const state = emptyTextState();
    for (const entry of map.list("clients", Number.MAX_SAFE_INTEGER)) {
      const [client, clock, index] = integersOf(entry, 3);
      const claimant = claimants[index ?? 0];
      if (client === undefined || client > MAX_CLIENT || clock === undefined || typeof claimant !== "string")
        throw new DecodeError("form", 0, "client of the text");
      state.vector.set(client, clock);
      state.claims.set(client, claimant);
    }
    for (const client of integersOf(map.value("retired"), null)) {
      if (client > MAX_CLIENT) throw new DecodeError("form", 0, "retired client of the text");
      state.retired.add(client);
    }
    return state;
  },
};

/** `count` null: any number of them. */
function integersOf(value: unknown, count: number | null): readonly number[] {
  const row: readonly unknown[] = Array.isArray(value) ? value : [];
  const integers = row.filter(
    (item): item is number => typeof item === "number" && Number.isSafeInteger(item) && item >= 0,
  );
  const isWhole = Array.isArray(value) && integers.length === row.length && integers.length === (count ?? row.length);
  if (!isWhole) throw new DecodeError("form", 0, "row of integers");
  return integers;
}
