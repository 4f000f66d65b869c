// A note that was made here is the channel's: everybody in it may write. The server learns of the note a moment after it was made,
// and may be out of reach for longer; until then the note is its maker's only.

/** Answers of a server that does not know the note yet, or not yet whose it is, or that can't be reached. */
const EARLY: ReadonlySet<string> = new Set([
  "not_found",
  "forbidden",
  "unreachable",
  "unavailable",
  "overloaded",
  "rate_limited",
]);
const WAITS_MS = [200, 300, 500, 1000, 2000, 4000, 8000, 15_000, 30_000, 60_000];

/** Resolves once the channel has it; rejects where the server will not have it so. `give` rejects with an error that has a code. */
export async function introduce(give: () => Promise<unknown>, wait: (ms: number) => Promise<void>): Promise<void> {
  for (const waitMs of WAITS_MS) {
    try {
      await give();
      return;
    } catch (error) {
      const code = typeof error === "object" && error !== null && "code" in error ? error.code : null;
      if (typeof code === "string" && !EARLY.has(code)) throw error;
    }
    await wait(waitMs);
  }
  await give();
}
