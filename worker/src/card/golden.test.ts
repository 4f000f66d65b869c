import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pixelmatch from "pixelmatch";
import { PNG } from "pngjs";
import { describe, expect, it } from "vitest";
import { GOLDEN } from "./make/notes.ts";
import { painter } from "./make/painter.ts";

const FOLDER = join(import.meta.dirname, "golden");
/** Edges of letters differ from one machine's arithmetic to another's; a letter that moved differs by far more. */
const TOLERATED_SHARE = 0.001;
const MOST_BYTES = 300 * 1024;

function difference(drawn: Uint8Array, kept: Uint8Array): number {
  const [one, two] = [PNG.sync.read(Buffer.from(drawn)), PNG.sync.read(Buffer.from(kept))];
  expect([one.width, one.height]).toEqual([two.width, two.height]);
  const pixels = pixelmatch(one.data, two.data, undefined, one.width, one.height, { threshold: 0.1 });
  return pixels / (one.width * one.height);
}

describe("golden pictures", () => {
  it.each(Object.keys(GOLDEN))("[CA12] look as they did: %s", async (name) => {
    const input = GOLDEN[name];
    if (input === undefined) throw new Error(`${name} is no golden note`);
    const png = await painter.paint(input);
    expect(png.byteLength).toBeLessThanOrEqual(MOST_BYTES);
    expect(difference(png, readFileSync(join(FOLDER, `${name}.png`)))).toBeLessThanOrEqual(TOLERATED_SHARE);
  });

  it("[CA12] are those of the notes, no more and no fewer", () => {
    expect(readdirSync(FOLDER).toSorted()).toEqual(
      Object.keys(GOLDEN)
        .map((name) => `${name}.png`)
        .toSorted(),
    );
    expect(Object.keys(GOLDEN).length).toBeGreaterThanOrEqual(24);
  });

  it("[CA12] notice a picture that changed", () => {
    const kept = readFileSync(join(FOLDER, "tasks.png"));
    expect(difference(kept, readFileSync(join(FOLDER, "title-alone.png")))).toBeGreaterThan(TOLERATED_SHARE * 10);
  });
});
