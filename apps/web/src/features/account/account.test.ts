import { describe, expect, it } from "vitest";
import { agentWords, faultOf, passwordFault, syncedWords } from "./account-words.ts";
import { collectExport } from "./collect-export.ts";

const nowMs = new Date(2026, 10, 21, 10, 30).getTime();

describe("the form to sign in", () => {
  it("says which field is missing", () => {
    expect(faultOf({ username: " ", password: "x" }, false)?.sentence).toContain("username");
    expect(faultOf({ username: "ana", password: "" }, false)?.sentence).toContain("password");
    expect(faultOf({ username: "ana", password: "x" }, false)).toBeNull();
  });

  it("holds a new account to the rules, in capitals too", () => {
    expect(faultOf({ username: "Ana.B-2", password: "eight or more" }, true)).toBeNull();
    expect(faultOf({ username: "an", password: "eight or more" }, true)?.sentence).toContain("username");
    expect(faultOf({ username: "ana!", password: "eight or more" }, true)?.sentence).toContain("username");
    expect(faultOf({ username: "ana", password: "seven 7" }, true)?.sentence).toContain("too short");
  });

  it("counts characters as people do", () => {
    expect(passwordFault("👩‍🌾".repeat(3))).toBeNull();
    expect(passwordFault("🔑".repeat(7))?.sentence).toContain("too short");
    expect(passwordFault("a".repeat(201))?.sentence).toContain("too long");
  });
});

describe("devices and sessions", () => {
  it("say when they were last heard of", () => {
    expect(syncedWords(null, nowMs)).toBe("not synced yet");
    expect(syncedWords(new Date(nowMs).toISOString(), nowMs)).toBe("synced just now");
    expect(syncedWords(new Date(nowMs - 86_400_000).toISOString(), nowMs)).toBe("last synced yesterday");
  });

  it.each([
    ["Firefox on Windows", "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"],
    [
      "Chrome on Android",
      "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML) Chrome/141.0 Mobile Safari/537.36",
    ],
    ["Safari on iPhone", "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1"],
    ["A program", "curl/8.14.1"],
    ["A program", null],
  ])("are called %s", (words, userAgent) => {
    expect(agentWords(userAgent)).toBe(words);
  });
});

describe("an export", () => {
  const lines = (...parts: readonly object[]) => parts.map((part) => `${JSON.stringify(part)}\n`).join("");
  const account = { type: "account" };
  const note = (id: string) => ({ type: "note", id });

  it("is one file, whatever number of answers it came in", async () => {
    const pages: Readonly<Record<string, string>> = {
      first: lines(account, note("a"), { type: "end", notes: 1, nextCursor: "second" }),
      second: lines(account, note("b"), { type: "end", notes: 1, nextCursor: null }),
    };
    expect(await collectExport(async (cursor = "first") => pages[cursor] ?? "")).toEqual({
      text: lines(account, note("a"), note("b"), { type: "end", notes: 1, nextCursor: null }),
      notes: 2,
    });
  });

  it("that was cut off is none", async () => {
    await expect(collectExport(async () => lines(account, note("a")))).rejects.toMatchObject({ code: "unexpected" });
  });
});
