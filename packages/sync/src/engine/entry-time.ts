// The time inside a register entry is the time of the edit by the device's clock, which may be fast; no op may carry a time above
// its own (docs/spec/registers.md). So it is brought down when the op is made, whose time follows the server's clock.
import { decodeRegisterPayload, encodeRegisterPayload, type Ledger, META_BUCKET, type Op } from "@reed/log";

/** `payload` as an op can carry it that comes after `pending` at `nowUs`. Later ops get later times. */
export function inTime(
  bucket: string,
  payload: Uint8Array,
  {
    ledger,
    device,
    inFlight,
    nowUs,
  }: {
    readonly ledger: Ledger;
    readonly device: Uint8Array;
    readonly inFlight: readonly Pick<Op, "wallTimeUs">[];
    readonly nowUs: number;
  },
): Uint8Array {
  const registers = bucket === META_BUCKET ? decodeRegisterPayload(payload) : null;
  const lastUs = (inFlight.at(-1) ?? ledger.author(device))?.wallTimeUs ?? 0;
  const latestUs = Math.max(lastUs + 1, nowUs);
  if (registers === null || registers.timeUs <= latestUs) return payload;
  return encodeRegisterPayload({ ...registers, timeUs: latestUs });
}
