// What every log store promises, as one suite: each implementation calls it from its own tests.
import type { LogRow, LogStore } from "@reed/log";
import { afterEach, describe, expect, it } from "vitest";
import { type Random, randomOf } from "./prng.ts";

export interface OpenedLogStore {
  readonly store: LogStore;
  /** The same log after the process ended and began anew; null where nothing is kept. */
  readonly reopen: (() => Promise<LogStore>) | null;
  readonly close: () => Promise<void>;
}

/** Describes the suite for one implementation; `open` gives an empty log each time. */
export function describeLogStore(name: string, open: () => Promise<OpenedLogStore>): void {
  describe(`${name} keeps a log`, () => {
    let opened: OpenedLogStore | null = null;
    const start = async (): Promise<OpenedLogStore> => {
      opened = await open();
      return opened;
    };

    afterEach(async () => {
      await opened?.close();
      opened = null;
    });

    it("begins empty", async () => {
      const { store } = await start();
      expect(await store.lastSeq()).toBe(0);
      expect(await store.read(1, 10)).toEqual([]);
    });

    it("gives back every byte of what was appended, in order", async () => {
      const { store } = await start();
      const rows = rowsFrom(1, 5);
      await store.append(rows.slice(0, 2));
      await store.append(rows.slice(2));
      expect(plain(await store.read(1, 10))).toEqual(plain(rows));
      expect(await store.lastSeq()).toBe(5);
    });

    it("keeps bodies of all sizes and receive times beyond 32 bits", async () => {
      const { store } = await start();
      const rows = [0, 1, 255, 70_000, 800_000].map((length, index) => rowOf(index + 1, randomOf(length), length));
      await store.append(rows);
      expect(plain(await store.read(1, 10))).toEqual(plain(rows));
    });

    it("reads windows: from any position, at most the limit, nothing beyond the end", async () => {
      const { store } = await start();
      await store.append(rowsFrom(1, 9));
      expect((await store.read(4, 3)).map(({ seq }) => seq)).toEqual([4, 5, 6]);
      expect((await store.read(8, 100)).map(({ seq }) => seq)).toEqual([8, 9]);
      expect(await store.read(10, 5)).toEqual([]);
      expect(await store.read(3, 0)).toEqual([]);
    });

    it("takes an empty batch as nothing", async () => {
      const { store } = await start();
      await store.append([]);
      expect(await store.lastSeq()).toBe(0);
    });

    it.each([
      ["a gap before the batch", [3]],
      ["a gap inside the batch", [2, 4]],
      ["a position that is taken", [1]],
      ["a batch that runs backwards", [3, 2]],
    ])("refuses %s, and changes nothing", async (_, seqs) => {
      const { store } = await start();
      const first = rowsFrom(1, 1);
      await store.append(first);
      const append = async (): Promise<void> => store.append(seqs.map((seq) => rowOf(seq, randomOf(seq + 100), 10)));
      await expect(append()).rejects.toThrow(RangeError);
      expect(plain(await store.read(1, 10))).toEqual(plain(first));
      expect(await store.lastSeq()).toBe(1);
    });

    it("goes on after a refusal as if nothing had been asked", async () => {
      const { store } = await start();
      await expect((async () => store.append(rowsFrom(2, 1)))()).rejects.toThrow(RangeError);
      await store.append(rowsFrom(1, 3));
      expect(await store.lastSeq()).toBe(3);
    });

    it("has its first row at 1 until rows are dropped", async () => {
      const { store } = await start();
      expect(await store.firstSeq()).toBe(1);
      await store.append(rowsFrom(1, 3));
      expect(await store.firstSeq()).toBe(1);
    });

    it("drops its oldest rows: up to a position, at most the limit, never the newest", async () => {
      const { store } = await start();
      await store.append(rowsFrom(1, 9));
      expect(await store.drop(0, 100)).toBe(0);
      expect(await store.drop(9, 0)).toBe(0);
      expect(await store.drop(3, 2)).toBe(2);
      expect([await store.firstSeq(), await store.lastSeq()]).toEqual([3, 9]);
      expect((await store.read(1, 2)).map(({ seq }) => seq)).toEqual([3, 4]);
      expect(await store.drop(3, 100)).toBe(1);
      expect(await store.drop(3, 100)).toBe(0);
      expect(await store.drop(100, 100)).toBe(5);
      expect([await store.firstSeq(), await store.lastSeq()]).toEqual([9, 9]);
      expect(await store.drop(100, 100)).toBe(0);
    });

    it("goes on after its newest row when older ones were dropped, also after a new start", async () => {
      const { store, reopen } = await start();
      await store.append(rowsFrom(1, 4));
      await store.drop(4, 100);
      const again = reopen === null ? store : await reopen();
      expect([await again.firstSeq(), await again.lastSeq()]).toEqual([4, 4]);
      await expect((async () => again.append(rowsFrom(4, 1)))()).rejects.toThrow(RangeError);
      await again.append(rowsFrom(5, 1));
      expect((await again.read(1, 10)).map(({ seq }) => seq)).toEqual([4, 5]);
    });

    it("has after a new start what it had before, and goes on from there", async () => {
      const { store, reopen } = await start();
      const rows = rowsFrom(1, 4);
      await store.append(rows);
      if (reopen === null) return expect(await store.lastSeq()).toBe(4);
      const again = await reopen();
      expect(plain(await again.read(1, 10))).toEqual(plain(rows));
      await again.append(rowsFrom(5, 1));
      expect(await again.lastSeq()).toBe(5);
    });
  });
}

function rowsFrom(seq: number, count: number): readonly LogRow[] {
  return Array.from({ length: count }, (_, index) => rowOf(seq + index, randomOf(seq + index), 300 + index));
}

function rowOf(seq: number, random: Random, length: number): LogRow {
  const envelope = new Uint8Array(length).map((_, index) => (index * 7 + seq) & 0xff);
  return { seq, recvUs: 1_750_000_000_000_000 + seq, opId: random.bytes(32), chain: random.bytes(32), envelope };
}

/** Rows with their own fields only, bytes as plain arrays of one class. */
function plain(rows: readonly LogRow[]): readonly LogRow[] {
  return rows.map(({ seq, recvUs, opId, chain, envelope }) => ({
    seq,
    recvUs,
    opId: new Uint8Array(opId),
    chain: new Uint8Array(chain),
    envelope: new Uint8Array(envelope),
  }));
}
