// The drawn parts of the picture: boxes of tasks and the mark. SVG, handed to the renderer as bytes under these names.
import { encodeUtf8 } from "@reed/bytes";
import { INK_3, PAPERS, REED } from "./palette.ts";

export const BOX_DONE = "box-done";
export const BOX_OPEN = "box-open";
export const MARK = "mark";
export const MARK_FAINT = "mark-faint";
export const LOCK_FAINT = "lock-faint";

const boxDone = `<svg xmlns="http://www.w3.org/2000/svg" width="72" height="72" viewBox="0 0 36 36"><rect width="36" height="36" rx="9" fill="${REED}"/><path d="M10.5 18.6l5 5.2 10-11.4" fill="none" stroke="${PAPERS.paper}" stroke-width="3.6" stroke-linecap="round" stroke-linejoin="round"/></svg>`;
const boxOpen = `<svg xmlns="http://www.w3.org/2000/svg" width="72" height="72" viewBox="0 0 36 36"><rect x="1.5" y="1.5" width="33" height="33" rx="7.5" fill="none" stroke="${INK_3}" stroke-width="3"/></svg>`;
// A reed: a stem with two leaves.
const leaves =
  "M11 28V10.5C11 5 15 1.4 21.6.8c.6 6.7-3 11.400-8.100 11.800V28zM11 17.600C6 17.800 2.100 14.500 1.600 8.700 7 8.900 10.300 11.600 11 15z";

function mark(opacity: number): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="96" height="120" viewBox="0 0 24 30"><path d="${leaves}" fill="${REED}" fill-opacity="${opacity}"/></svg>`;
}

const lock = `<svg xmlns="http://www.w3.org/2000/svg" width="96" height="120" viewBox="0 0 24 30"><path d="M7 14V9.500a5 5 0 0 1 10 0V14" fill="none" stroke="${REED}" stroke-width="2.400" stroke-linecap="round" stroke-opacity=".16"/><rect x="3" y="14" width="18" height="13" rx="3.200" fill="${REED}" fill-opacity=".16"/></svg>`;

/** SVG, and the name under which nodes show it. */
export interface Drawing {
  readonly src: string;
  readonly data: Uint8Array;
}

export const DRAWINGS: readonly Drawing[] = [
  { src: BOX_DONE, data: encodeUtf8(boxDone) },
  { src: BOX_OPEN, data: encodeUtf8(boxOpen) },
  { src: MARK, data: encodeUtf8(mark(1)) },
  { src: LOCK_FAINT, data: encodeUtf8(lock) },
  { src: MARK_FAINT, data: encodeUtf8(mark(0.1)) },
];
