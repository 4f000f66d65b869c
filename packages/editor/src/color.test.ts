import { describe, expect, it } from "vitest";
import { safeColor, safeName, textOn } from "./color.ts";

describe("colours from other people", () => {
  it.each(["red", "#fff", "#12345678", "#1234567", "#b8456a; background: url(https://example.org)", "var(--x)", ""])(
    "turns %o into grey",
    (color) => {
      expect(safeColor(color)).toBe("#5e6863");
    },
  );

  it("keeps #rrggbb", () => {
    expect(safeColor("#B8456A")).toBe("#b8456a");
  });

  it("writes on them in what reads better", () => {
    expect(textOn("#2c6e5a")).toBe("#ffffff");
    expect(textOn("#ffe08a")).toBe("#141917");
  });
});

describe("names from other people", () => {
  it("are one line without direction marks, and short", () => {
    expect(safeName("  Ana\n\u202eevil\u0007 ")).toBe("Ana evil");
    expect(safeName("x".repeat(100))).toHaveLength(32);
    expect(safeName("\u200b\n")).toBe("Guest");
  });

  it("keep the joiners that emoji and scripts need", () => {
    expect(safeName("👩‍🌾")).toBe("👩‍🌾");
  });
});
