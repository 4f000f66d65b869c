// Colours come from other people. Only #rrggbb reaches a style attribute; anything else becomes a quiet grey.

const fallback = "#5e6863";

/** The colour itself when it is #rrggbb, else grey. */
export function safeColor(color: string): string {
  return /^#[0-9a-f]{6}$/iu.test(color) ? color.toLowerCase() : fallback;
}

/** Black-ish or white: whichever reads better on `color` (#rrggbb), by WCAG relative luminance. */
export function textOn(color: string): "#ffffff" | "#141917" {
  const channel = (at: number): number => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  const luminance = 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
  // The luminance of #141917 is 0.0091; the two contrasts are equal where (l+.05)/.0591 = 1.05/(l+.05).
  return (luminance + 0.05) ** 2 > 1.05 * 0.0591 ? "#141917" : "#ffffff";
}

/** A name as it may be drawn: one line, no control or direction characters, at most 32 characters; "Guest" if nothing is left. */
export function safeName(name: string): string {
  const plain = name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (found) =>
    found === "\u200d" || found === "\u200c" ? found : " ",
  );
  const short = Array.from(plain.trim().replace(/\s+/gu, " ")).slice(0, 32).join("").trim();
  return short === "" ? "Guest" : short;
}
