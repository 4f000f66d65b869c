// The renderer and the fonts it has read so far. One per isolate. Owns the memory: fonts stay registered for the next picture
// until they are too many, then a fresh renderer takes over and the old one goes when no picture uses it any more.
import init, { Renderer } from "@takumi-rs/wasm";
import { type FontPlan, planFonts, rangesOf } from "../fonts/shelf.ts";
import type { FontSlice } from "../fonts/slice.ts";
import { draftOf, draftTexts, type PictureInput } from "./draft.ts";
import { DRAWINGS } from "./drawings.ts";
import { EASY, fitOf, PICTURE_HEIGHT, PICTURE_WIDTH, sheet } from "./sheet.ts";

/** Font bytes kept registered: all that is not Chinese, Japanese or Korean fits, and a few cards' worth of those. */
const FONT_BYTES = 6 * 1024 * 1024;
const SIZE = { width: PICTURE_WIDTH, height: PICTURE_HEIGHT } as const;

interface Press {
  readonly renderer: Renderer;
  readonly slices: Set<FontSlice>;
  bytes: number;
}

export class Painter {
  readonly #wasm: WebAssembly.Module;
  #press: Press | null = null;

  constructor(wasm: WebAssembly.Module) {
    this.#wasm = wasm;
  }

  /** PNG bytes of the picture. Rejects when the renderer or a font does. */
  async paint(input: PictureInput): Promise<Uint8Array> {
    const draft = draftOf(input);
    const plan = planFonts(draftTexts(draft));
    const press = await this.#pressWith(plan);
    const images = DRAWINGS.map(({ src, data }) => ({ src, data }));
    const measured = await press.renderer.measure(sheet(draft, EASY, plan.fallbacks), { ...SIZE, images });
    const tree = sheet(draft, fitOf(draft, measured), plan.fallbacks);
    return press.renderer.render(tree, { ...SIZE, images, format: "png" });
  }

  async #pressWith(plan: FontPlan): Promise<Press> {
    await init({ module_or_path: this.#wasm });
    // No promise is kept between pictures: in a Worker it would belong to the request that made it.
    const loaded = await Promise.all(
      plan.slices
        .filter((slice) => this.#press?.slices.has(slice) !== true)
        .map(async (slice) => ({ slice, data: new Uint8Array((await slice.load()).default) })),
    );
    const added = loaded.reduce((total, { data }) => total + data.byteLength, 0);
    if (this.#press !== null && this.#press.bytes + added > FONT_BYTES) {
      this.#press = null;
      return this.#pressWith(plan);
    }
    const press = (this.#press ??= { renderer: new Renderer(), slices: new Set(), bytes: 0 });
    for (const { slice, data } of loaded) {
      if (press.slices.has(slice)) continue;
      await press.renderer.registerFont({
        name: slice.face,
        style: slice.face === "Text Italic" ? "italic" : "normal",
        data,
        unicodeRange: rangesOf(slice).map(([first, last]) => [first, last]),
      });
      press.slices.add(slice);
      press.bytes += data.byteLength;
    }
    return press;
  }
}
