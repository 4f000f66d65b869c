import { noteIdOf } from "@reed/log";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { DocumentAwayError, findBase } from "./document-base.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const options = {
  noteId: noteIdOf(new Uint8Array(32)),
  sql: { run: () => [{ seq: 5, blob_key: "snap/x" }], transaction: (work: () => void) => work() },
  firstSeq: () => 5,
  begunSeq: () => 0,
};

it("[S44] a bucket that never answers holds nobody up for more than 10 s", async () => {
  const found = findBase({ ...options, blobs: { get: () => new Promise<never>(() => undefined) } });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await found).toEqual({ type: "away" });
  expect(vi.getTimerCount()).toBe(0);
});

it("[S44] a blob that is no snapshot is as good as none", async () => {
  const blob = { arrayBuffer: () => Promise.resolve(new ArrayBuffer(9)) } as R2ObjectBody; // nothing else is asked of it
  const found = (firstSeq: number) =>
    findBase({
      ...options,
      firstSeq: () => firstSeq,
      blobs: { get: () => Promise.resolve(blob) },
    });
  expect(await found(1)).toEqual({ type: "found", base: null, isOfNewest: false });
  expect(await found(5)).toEqual({ type: "lost" });
});

it("[S44] without a bucket the document is away, and not lost", async () => {
  expect(await findBase({ ...options, blobs: null })).toEqual({ type: "away" });
  expect(new DocumentAwayError("away")).toMatchObject({ code: "away", overloaded: true });
});
