// What a device is called in its owner's list, from what its browser says of itself.

const PROGRAMS: readonly (readonly [RegExp, string])[] = [
  [/\bDiscord\b/i, "Discord"],
  [/\bEdgA?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\b(?:Firefox|FxiOS)\//, "Firefox"],
  [/\b(?:Chrome|CriOS|Chromium|HeadlessChrome)\//, "Chrome"],
  [/\bSafari\//, "Safari"],
  [/^curl\//, "curl"],
];

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bAndroid\b/, "Android"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bWindows\b/, "Windows"],
  [/\bMacintosh\b|\bMac OS X\b/, "macOS"],
  [/\bLinux\b/, "Linux"],
];

/** "Firefox on Linux"; as much of it as is known, else "Device". Never a word of the header itself. */
export function deviceNameOf(userAgent: string): string {
  const program = firstOf(PROGRAMS, userAgent);
  const system = firstOf(SYSTEMS, userAgent);
  if (program !== null && system !== null) return `${program} on ${system}`;
  return program ?? system ?? "Device";
}

function firstOf(names: readonly (readonly [RegExp, string])[], userAgent: string): string | null {
  return names.find(([pattern]) => pattern.test(userAgent))?.[1] ?? null;
}
