import { expect, it } from "vitest";
import { Bench } from "./engine/bench.test-support.ts";
import { foldStored } from "./fold-store.ts";

it("folds up to a position that the store reaches, and to none beyond it", async () => {
  const { rows } = await Bench.ready();
  const stored = { checkpoint: null, rows, outbox: [], inFlight: [], ctr: 1 };
  const last = rows.at(-1)?.seq ?? 0;
  expect(last).toBeGreaterThan(1);
  expect(foldStored(stored, last)).not.toBeNull();
  expect(foldStored(stored, last - 1)).not.toBeNull();
  expect(foldStored(stored, last + 1)).toBeNull();
  expect(foldStored({ ...stored, rows: [] }, 1)).toBeNull();
});
