import { describe, expect, it } from "vitest";
import { isSnapshotDue, snapshotAtMs } from "./snapshot-trigger.ts";

const KIB = 1024;

describe("a snapshot is due", () => {
  it("after 500 ops, however small", () => {
    expect(isSnapshotDue({ ops: 499, bytes: 1 }, 0)).toBe(false);
    expect(isSnapshotDue({ ops: 500, bytes: 1 }, 0)).toBe(true);
    expect(isSnapshotDue({ ops: 500, bytes: 1 }, 1000 * KIB)).toBe(true);
  });

  it("after as many bytes as the newest one has, and never for fewer than 64 KiB", () => {
    expect(isSnapshotDue({ ops: 1, bytes: 64 * KIB - 1 }, 0)).toBe(false);
    expect(isSnapshotDue({ ops: 1, bytes: 64 * KIB }, 0)).toBe(true);
    expect(isSnapshotDue({ ops: 1, bytes: 99 * KIB }, 100 * KIB)).toBe(false);
    expect(isSnapshotDue({ ops: 1, bytes: 100 * KIB }, 100 * KIB)).toBe(true);
  });
});

describe("a snapshot that is due is made", () => {
  const tail = (ops: number) => ({ ops, bytes: 1 });

  it("2 s later, with what is typed until then", () => {
    expect(snapshotAtMs(tail(500), 50_000, Number.NEGATIVE_INFINITY)).toBe(52_000);
    expect(snapshotAtMs(tail(500), 50_000, 42_000)).toBe(52_000);
  });

  it("10 s after the last one at the earliest, unless 4000 ops wait for it", () => {
    expect(snapshotAtMs(tail(3999), 50_000, 45_000)).toBe(55_000);
    expect(snapshotAtMs(tail(4000), 50_000, 45_000)).toBe(52_000);
  });

  it("10 s from now at the latest where the clock went back", () => {
    expect(snapshotAtMs(tail(500), 50_000, 90_000)).toBe(60_000);
  });
});
