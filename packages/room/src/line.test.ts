import { describe, expect, it } from "vitest";
import { Line } from "./line.ts";

/** A line with a clock of its own. A frame is its name; "bad" can't be dealt with. */
class Bench {
  nowMs = 1000;
  readonly taken: (readonly string[])[] = [];
  wakes: { readonly atMs: number; readonly wake: () => void }[] = [];
  error: Error | null = null;
  readonly line: Line<string>;

  constructor(gatherMs: number) {
    this.line = new Line<string>({
      gatherMs,
      nowMs: () => this.nowMs,
      wakeIn: (delayMs, wake) => this.wakes.push({ atMs: this.nowMs + delayMs, wake }),
      take: (frames, fail) => {
        this.taken.push(frames);
        for (const [index, frame] of frames.entries()) if (frame === "bad") fail(index, new Error("bad"));
        if (this.error !== null) throw this.error;
      },
    });
  }

  add(...frames: readonly string[]): Promise<unknown> {
    return Promise.all(frames.map((frame) => this.line.add(Promise.resolve(frame))));
  }

  /** Lets time pass, and wakes the line where it asked for that. */
  pass(ms: number): void {
    this.nowMs += ms;
    const due = this.wakes.filter(({ atMs }) => atMs <= this.nowMs);
    this.wakes = this.wakes.filter(({ atMs }) => atMs > this.nowMs);
    for (const { wake } of due) wake();
  }
}

describe("the line", () => {
  it("takes a frame at once where nothing was taken shortly before", async () => {
    const bench = new Bench(2);
    await bench.add("a");
    bench.nowMs += 2;
    await bench.add("b");
    expect(bench.taken).toEqual([["a"], ["b"]]);
    expect(bench.wakes).toEqual([]);
  });

  it("gathers what comes meanwhile, and takes it in one step", async () => {
    const bench = new Bench(2);
    await bench.add("a");
    const rest = bench.add("b", "c", "d");
    await Promise.resolve();
    await Promise.resolve();
    expect(bench.taken).toEqual([["a"]]);
    expect(bench.wakes).toHaveLength(1);
    bench.pass(2);
    await rest;
    expect(bench.taken).toEqual([["a"], ["b", "c", "d"]]);
  });

  it("is not held up by a clock that goes back", async () => {
    const bench = new Bench(2);
    await bench.add("a");
    bench.nowMs -= 1000;
    const rest = bench.add("b");
    await Promise.resolve();
    await Promise.resolve();
    bench.pass(2);
    await rest;
    expect(bench.taken).toEqual([["a"], ["b"]]);
  });

  it("keeps the order in which frames came, whichever is ready first", async () => {
    const bench = new Bench(0);
    const slow = Promise.withResolvers<string>();
    const first = bench.line.add(slow.promise);
    const rest = bench.add("b", "c");
    await Promise.resolve();
    expect(bench.taken).toEqual([]);
    slow.resolve("a");
    await Promise.all([first, rest]);
    expect(bench.taken).toEqual([["a", "b", "c"]]);
  });

  it("goes on where one frame can't be prepared or dealt with, and says so to whoever brought it", async () => {
    const bench = new Bench(0);
    const slow = Promise.withResolvers<string>();
    const unprepared = bench.line.add(slow.promise);
    const bad = bench.line.add(Promise.resolve("bad"));
    const good = bench.add("b", "c");
    slow.reject(new Error("unprepared"));
    await expect(unprepared).rejects.toThrow("unprepared");
    await expect(bad).rejects.toThrow("bad");
    await good;
    expect(bench.taken.flat()).toEqual(["bad", "b", "c"]);
  });

  it("says it to all where nothing of a step could be dealt with", async () => {
    const bench = new Bench(0);
    bench.error = new Error("disk");
    await expect(bench.add("a")).rejects.toThrow("disk");
    bench.error = null;
    await bench.add("b");
    expect(bench.taken).toEqual([["a"], ["b"]]);
  });

  it("runs a task alone and in its turn, and goes on when it fails", async () => {
    const bench = new Bench(0);
    const slow = Promise.withResolvers<string>();
    const work = Promise.withResolvers<never>();
    const first = bench.line.add(slow.promise);
    const task = bench.line.run(async () => {
      bench.taken.push(["task"]);
      return work.promise;
    });
    const last = bench.add("b");
    slow.resolve("a");
    await first;
    await Promise.resolve();
    expect(bench.taken).toEqual([["a"], ["task"]]);
    work.reject(new Error("task"));
    await expect(task).rejects.toThrow("task");
    await last;
    expect(bench.taken).toEqual([["a"], ["task"], ["b"]]);
  });

  it("runs a task at once where nobody stands before it", async () => {
    const bench = new Bench(2);
    await expect(bench.line.run(() => 7)).resolves.toBe(7);
  });
});
