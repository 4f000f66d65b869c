import { afterEach, expect, it, vi } from "vitest";
import { copyText } from "./copy-text.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

it("copies what is there", async () => {
  const writeText = vi.fn<(text: string) => Promise<void>>().mockResolvedValue(undefined);
  vi.stubGlobal("navigator", { clipboard: { writeText } });
  expect(await copyText("hello")).toEqual({ type: "copied" });
  expect(writeText).toHaveBeenCalledWith("hello");
});

it("hands the text back where the clipboard is refused or missing", async () => {
  vi.stubGlobal("navigator", { clipboard: { writeText: () => Promise.reject(new Error("not allowed")) } });
  expect(await copyText("hello")).toEqual({ type: "refused", text: "hello" });
  vi.stubGlobal("navigator", {});
  expect(await copyText(Promise.resolve("later"))).toEqual({ type: "refused", text: "later" });
});

it("rejects when the text itself can't be had", async () => {
  await expect(copyText(Promise.reject(new Error("offline")))).rejects.toThrow("offline");
});
