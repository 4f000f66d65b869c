import { afterEach, describe, expect, it, vi } from "vitest";
import { oneTabAtATime } from "./one-at-a-time.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

const work = vi.fn<() => Promise<string>>(async () => "done");

function browserWith(request: ((name: string, run: () => Promise<unknown>) => Promise<unknown>) | null): void {
  work.mockClear();
  vi.stubGlobal("navigator", request === null ? {} : { locks: { request } });
}

describe("a turn among tabs", () => {
  it("is taken under a lock", async () => {
    const names: string[] = [];
    browserWith((name, run) => {
      names.push(name);
      return run();
    });
    expect(await oneTabAtATime("session", work)).toBe("done");
    expect(names).toEqual(["reed/1/session"]);
  });

  it("is taken at once where there are no locks, and where a frame is refused them", async () => {
    browserWith(null);
    expect(await oneTabAtATime("session", work)).toBe("done");
    browserWith(() => Promise.reject(new DOMException("storage is blocked", "SecurityError")));
    expect(await oneTabAtATime("session", work)).toBe("done");
    expect(work).toHaveBeenCalledOnce();
  });

  it("is not taken twice where the work itself fails", async () => {
    browserWith((_, run) => run());
    work.mockRejectedValueOnce(new Error("refused"));
    await expect(oneTabAtATime("session", work)).rejects.toThrow("refused");
    expect(work).toHaveBeenCalledOnce();
  });
});
