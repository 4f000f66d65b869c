// Colours of the picture: the paper of the note, and the same inks on every paper.

import { NOTE_COLORS } from "@reed/log";

/** The paper of each note colour. All have the lightness of sand, so the inks keep their contrast. */
export const PAPERS = {
  paper: "#FFFDF7",
  sand: "#FFF4D9",
  reed: "#E8F5EC",
  sky: "#E6F3FC",
  rose: "#FDEDF1",
  indigo: "#EEEFFD",
  moss: "#F2F5DC",
  clay: "#FDEBDF",
  plum: "#F8ECF8",
  stone: "#F2F1EE",
} as const satisfies Record<(typeof NOTE_COLORS)[number], string>;

export type Paper = keyof typeof PAPERS;

/** The paper of a colour as the note keeps it. */
export function paperOf(color: string | null): Paper {
  return NOTE_COLORS.find((known) => known === color) ?? "paper";
}

export const INK = "#1F2623";
export const INK_2 = "#5E6863";
export const INK_3 = "#98A09B";
export const REED = "#2C6E5A";
export const STRUCK = "#98A09B99";
/** Bar of a quote, line under a link. */
export const RULE = "#98A09BB3";
export const TRACK = "#1F262318";
export const SHADE = "#1F26230D";

/** White or ink, whichever reads better on `color` (#rrggbb). */
export function inkOn(color: string): string {
  const value = Number.parseInt(color.slice(1), 16);
  const [red, green, blue] = [value >> 16, (value >> 8) & 0xff, value & 0xff].map(linear);
  const luminance = 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
  return luminance > 0.36 ? INK : "#FFFFFF";
}

function linear(channel: number): number {
  const share = channel / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}
