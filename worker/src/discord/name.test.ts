import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { discordName } from "./name.ts";

/** Any code points, halves of pairs among them; many of the first ones, where markup is. */
const anything = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0x7f }), fc.integer({ min: 0, max: 0x10ffff })), { maxLength: 60 })
  .map((points) => String.fromCodePoint(...points));

describe("the name of somebody from Discord", () => {
  it("[D12] is what Discord shows, else the username", () => {
    expect(discordName("Ana Sofía", "ana_s")).toBe("Ana Sofía");
    expect(discordName("", "ana_s")).toBe("ana_s");
    for (const unseen of ["\u200b\u2060", " \u3164 ", "\u2800", "\u115f\u1160\uffa0"])
      expect(discordName(unseen, "ana.s")).toBe("ana.s");
    expect(discordName("", "")).toBe("Somebody");
    expect(discordName("***", "<>")).toBe("Somebody");
  });

  it("[D12] has no markup, no control characters and nothing that turns its direction", () => {
    expect(discordName("<script>alert(1)</script>", "x")).toBe("scriptalert(1)/script");
    expect(discordName("[me](https://evil.example) **bold** ||hidden|| `code`", "x")).toBe(
      "me(https://evil.example) bold hidden cod",
    );
    expect(discordName("a\u202Ebc\u2066d\u0000\u0007e\nf\u2028g", "x")).toBe("abcde f g");
    expect(discordName("\ud800a\udc00", "x")).toBe("a");
  });

  it("[D12] keeps scripts and emoji that need their joiners", () => {
    expect(discordName("👩‍🚀 مى‌خواهم", "x")).toBe("👩‍🚀 مى‌خواهم");
  });

  it("[D12] is 1 to 40 code points in one line, whatever comes", () => {
    expect([...discordName("🦆".repeat(10_000), "x")]).toHaveLength(40);
    expect(discordName(`${"a".repeat(39)} ${"b".repeat(20)}`, "x")).toBe("a".repeat(39));
    fc.assert(
      fc.property(anything, anything, (shown, username) => {
        const name = discordName(shown, username);
        expect([...name].length).toBeGreaterThan(0);
        expect([...name].length).toBeLessThanOrEqual(40);
        expect(name).toBe(name.trim());
        expect(name).not.toMatch(/[\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069<>`*~|\\[\]]/u);
        expect(discordName(name, "")).toBe(name);
      }),
    );
  });
});
