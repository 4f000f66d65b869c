import { PNG } from "pngjs";
import { describe, expect, it } from "vitest";
import { encodePng } from "./png.ts";

/** Three rows of two pixels, the last of them half transparent. */
const PIXELS = Uint8Array.from([
  1, 2, 3, 255, 4, 5, 6, 255, 7, 8, 9, 255, 10, 11, 12, 255, 13, 14, 15, 255, 16, 17, 18, 99,
]);

describe("a PNG", () => {
  it("[CA12] has the pixels that it was made of, solid", () => {
    const { width, height, data } = PNG.sync.read(Buffer.from(encodePng(PIXELS, 2, 3)));
    expect([width, height]).toEqual([2, 3]);
    expect([...data]).toEqual([...PIXELS.slice(0, -1), 255]);
  });

  it("[CA12] is not made of too few pixels", () => {
    expect(() => encodePng(PIXELS, 2, 2)).toThrow(RangeError);
  });
});
