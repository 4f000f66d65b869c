// The small form of the crowd; `npm run crowd` fills a note with all the people that it serves.
import { expect, test } from "@playwright/test";
import { runCrowd } from "../bench/lib/crowd.ts";

test("twenty people write and thirty read, and all of them have the same log in the end", async ({ baseURL }) => {
  const { ack, edits, faults } = await runCrowd({
    serverUrl: baseURL ?? "",
    editors: 20,
    readers: 30,
    editsPerSecond: 1,
    seconds: 10,
    isFull: false,
    seed: Date.now() % 100_000,
  });
  expect(faults).toEqual([]);
  expect(edits).toBeGreaterThan(150);
  expect(ack.count).toBe(edits);
  // One second is promised to a full note on a machine of its own; here many tests share one.
  expect(ack.percentile(0.5)).toBeLessThan(1000);
});
