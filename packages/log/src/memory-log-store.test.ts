import { describe, expect, it } from "vitest";
import type { LogRow } from "./log-store.ts";
import { MemoryLogStore } from "./memory-log-store.ts";

const rowAt = (seq: number): LogRow => ({
  seq,
  recvUs: seq * 10,
  opId: new Uint8Array(32).fill(seq),
  chain: new Uint8Array(32).fill(seq + 1),
  envelope: Uint8Array.of(seq),
});

describe("a log in memory", () => {
  it("[S2] takes rows that continue it, all of them or none", () => {
    const store = new MemoryLogStore();
    store.append([rowAt(1), rowAt(2)]);
    for (const rows of [[rowAt(4)], [rowAt(2)], [rowAt(3), rowAt(5)], [rowAt(3), rowAt(3)], [rowAt(0)]]) {
      expect(() => store.append(rows)).toThrow(RangeError);
    }
    expect(store.lastSeq()).toBe(2);
    store.append([]);
    store.append([rowAt(3)]);
    expect(store.lastSeq()).toBe(3);
  });

  it("[S3] reads rows from a position on, in order, as many as are asked for", () => {
    const store = new MemoryLogStore();
    expect([store.lastSeq(), store.read(1, 10)]).toEqual([0, []]);
    store.append([1, 2, 3, 4].map(rowAt));
    expect(store.read(2, 2)).toEqual([rowAt(2), rowAt(3)]);
    expect(store.read(4, 9)).toEqual([rowAt(4)]);
    expect(store.read(5, 9)).toEqual([]);
  });
});
