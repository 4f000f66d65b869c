import { noteIdOf } from "@reed/log";
import { expect, it } from "vitest";
import { type BlobMarks, type BlobStore, ORPHAN_AFTER_MS, sweepOrphans } from "./snapshot-blobs.ts";

const DAY_MS = 86_400_000;
const noteId = noteIdOf(new Uint8Array(32).fill(1));

/** A bucket by its keys, and what the object knows of those without a name. Pages are of two keys. */
function world(keys: readonly string[], lostOnDay: Readonly<Record<string, number>> = {}) {
  const there = new Set(keys);
  let marks: ReadonlyMap<string, number> = new Map(Object.entries(lostOnDay).map(([key, day]) => [key, day * DAY_MS]));
  const list = (options: R2ListOptions = {}) => {
    const from = Number(options.cursor ?? 0);
    // Only keys are looked at.
    const objects = [...keys].slice(from, from + 2).map((key) => ({ key })) as R2Object[];
    const page = { objects, delimitedPrefixes: [] };
    return Promise.resolve(
      from + 2 < keys.length
        ? { ...page, truncated: true as const, cursor: String(from + 2) }
        : { ...page, truncated: false as const },
    );
  };
  const blobs: BlobStore = {
    put: () => Promise.reject(new Error("a sweep puts nothing")),
    get: () => Promise.reject(new Error("a sweep reads nothing")),
    list,
    delete: (gone) => Promise.resolve([gone].flat().forEach((key) => there.delete(key))),
  };
  const memory: BlobMarks = {
    read: () => marks,
    write: (next) => {
      marks = next;
    },
  };
  return {
    there: () => [...there],
    marked: () => [...marks.keys()],
    sweep: (named: readonly string[], day: number) => sweepOrphans(blobs, noteId, () => named, memory, day * DAY_MS),
  };
}

it("[S45] a blob that was put long ago and lost its name just now stays, for an object of yesterday names it", async () => {
  const { sweep, there } = world(["s2", "s3", "s4"], { s2: 70.95 });
  expect(await sweep(["s3", "s4"], 71.1)).toBe(70.95 * DAY_MS + ORPHAN_AFTER_MS + 1);
  expect(there()).toEqual(["s2", "s3", "s4"]);
  expect(await sweep(["s3", "s4"], 102)).toBeNull();
  expect(there()).toEqual(["s3", "s4"]);
});

it("[S45] a blob of which nobody knows since when it has no name has none from now on", async () => {
  const { sweep, there, marked } = world(["s1", "s2", "s3", "s4", "s5"]);
  expect(await sweep(["s4"], 50)).toBe(50 * DAY_MS + ORPHAN_AFTER_MS + 1);
  expect([there().length, marked()]).toEqual([5, ["s1", "s2", "s3", "s5"]]);
  expect(await sweep(["s4"], 82)).toBeNull();
  expect([there(), marked()]).toEqual([["s4"], []]);
});

it("[S45] a blob that has a name again, after its object was brought back, begins anew when it loses it", async () => {
  const { sweep, there } = world(["s1", "s2"], { s1: 10 });
  expect(await sweep(["s1", "s2"], 30)).toBeNull();
  expect(await sweep(["s2"], 60)).not.toBeNull();
  expect(there()).toEqual(["s1", "s2"]);
});
