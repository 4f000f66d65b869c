import { describe, expect, it } from "vitest";
import { isSnapshotDue } from "./snapshot-trigger.ts";

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
