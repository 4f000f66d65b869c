// The renderer and the fonts it has read so far. One per isolate. Owns the memory: fonts stay registered for the next picture
// until they are too many, then a fresh renderer takes over and the old one goes when no picture uses it any more.
import { encodeUtf8 } from "@reed/bytes";
import init, { Renderer } from "@takumi-rs/wasm";
import * as v from "valibot";
import { type FontPlan, planFonts, rangesOf } from "../fonts/shelf.ts";
import { type DrawnEmoji, emojiAsset, type EmojiFile, emojiIn, emojiKey } from "../fonts/emoji.ts";
import { assetOf, type FontSlice } from "../fonts/slice.ts";
import { type Draft, draftOf, draftTexts, emojiTexts, type PictureInput } from "./draft.ts";
import { type Drawing, DRAWINGS } from "./drawings.ts";
import { encodePng } from "./png.ts";
import { EASY, fitOf, knownFit, sheet, sizeOf } from "./sheet.ts";
import type { Type } from "./type.ts";

/** Font bytes kept registered: all that is not Chinese, Japanese or Korean fits, and a few cards' worth of those. */
const FONT_BYTES = 6 * 1024 * 1024;

const emojiFileSchema = v.record(v.string(), v.string());

interface Press {
  readonly renderer: Renderer;
  readonly slices: Set<FontSlice>;
  bytes: number;
}

/** Reads a file that lies beside the app. Rejects where there is none. */
export type AssetReader = (path: string) => Promise<Uint8Array>;

export class Painter {
  readonly #wasm: WebAssembly.Module;
  readonly #read: AssetReader;
  /** Files of emoji that were read; null where there is none. */
  readonly #emoji = new Map<string, EmojiFile | null>();
  #press: Press | null = null;

  constructor(wasm: WebAssembly.Module, read: AssetReader) {
    this.#wasm = wasm;
    this.#read = read;
  }

  /** PNG bytes of the picture. Rejects when the renderer or a font does. */
  async paint(input: PictureInput): Promise<Uint8Array> {
    const draft = draftOf(input);
    const { drawn, drawings } = await this.#emojiOf(draft);
    const plan = planFonts(draftTexts(draft, drawn));
    const type: Type = { fallbacks: plan.fallbacks, emoji: drawn, scale: 1 };
    const press = await this.#pressWith(plan);
    const images = [...DRAWINGS, ...drawings].map(({ src, data }) => ({ src, data }));
    const size = sizeOf(draft.shape);
    const fit =
      knownFit(draft) ?? fitOf(draft, await press.renderer.measure(sheet(draft, EASY, type), { ...size, images }));
    const tree = sheet(draft, fit, type);
    const pixels = await press.renderer.render(tree, { ...size, images, format: "raw" });
    return encodePng(pixels, size.width, size.height);
  }

  /** Drawings for the emoji of a draft; those that can't be had are left to the emoji face. */
  async #emojiOf(draft: Draft): Promise<{ readonly drawn: DrawnEmoji; readonly drawings: readonly Drawing[] }> {
    const keys = emojiIn(emojiTexts(draft)).map((emoji) => [emoji, emojiKey(emoji)] as const);
    const assets = [...new Set(keys.map(([, key]) => emojiAsset(key)))].filter((asset) => !this.#emoji.has(asset));
    await Promise.all(assets.map(async (asset) => this.#emoji.set(asset, await this.#emojiFile(asset))));
    const drawn = new Map<string, string>();
    const drawings: Drawing[] = [];
    for (const [emoji, key] of keys) {
      const svg = this.#emoji.get(emojiAsset(key))?.[key];
      if (svg === undefined) continue;
      drawn.set(emoji, key);
      drawings.push({ src: key, data: encodeUtf8(svg) });
    }
    return { drawn, drawings };
  }

  async #emojiFile(asset: string): Promise<EmojiFile | null> {
    try {
      return v.parse(emojiFileSchema, JSON.parse(new TextDecoder().decode(await this.#read(asset))));
    } catch {
      return null;
    }
  }

  async #pressWith(plan: FontPlan): Promise<Press> {
    await init({ module_or_path: this.#wasm });
    // No promise is kept between pictures: in a Worker it would belong to the request that made it.
    const loaded = await Promise.all(
      plan.slices
        .filter((slice) => this.#press?.slices.has(slice) !== true)
        .map(async (slice) => ({ slice, data: await this.#read(assetOf(slice)) })),
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
