// What the tests of the device's stores keep in them.
import { type LogRow, noteIdOf } from "@reed/log";
import type { Checkpoint, DeviceRecord, Evidence } from "./replica-store.ts";

export const NOTE = noteIdOf(new Uint8Array(32).fill(1));
export const OTHER = noteIdOf(new Uint8Array(32).fill(2));

export const DEVICE: DeviceRecord = {
  handle: new Uint8Array(32).fill(3),
  publicKey: new Uint8Array(32).fill(4),
  name: "Ana",
  color: "#123456",
  guest: null,
  platformKey: null,
};

export const rowAt = (seq: number): LogRow => ({
  seq,
  recvUs: seq * 10,
  opId: new Uint8Array(32).fill(seq),
  chain: new Uint8Array(32).fill(seq + 1),
  envelope: Uint8Array.of(seq),
});
export const rowsFrom = (seq: number, count: number): readonly LogRow[] =>
  Array.from({ length: count }, (_, index) => rowAt(seq + index));
export const inFlight = (key: string) => ({ key, envelope: Uint8Array.of(9) });
export const edit = (id: number, bucket = "text") => ({ id, bucket, payload: Uint8Array.of(id & 0xff) });
export const checkpointAt = (seq: number): Checkpoint => ({
  at: { seq, chain: new Uint8Array(32).fill(seq + 1) },
  ledger: new Uint8Array(3).fill(seq),
  document: new Uint8Array(5).fill(seq),
});
export const evidence = (atMs: number): Evidence => ({ atMs, kind: "diverged", bytes: Uint8Array.of(atMs) });
