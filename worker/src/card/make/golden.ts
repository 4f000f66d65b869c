// Draws the golden pictures into golden/, and the contact sheet of docs/cards.md. Run after a change of the look, then look at it:
//   node worker/src/card/make/golden.ts
import wasm from "@takumi-rs/wasm/auto";
import init, { Renderer } from "@takumi-rs/wasm";
import { mkdirSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { column, drawing, type Node, row } from "../picture/node.ts";
import { GOLDEN } from "./notes.ts";
import { painter } from "./painter.ts";

const folder = join(import.meta.dirname, "../golden");
const docs = join(import.meta.dirname, "../../../../docs/images");
/** As wide as a chat on a phone shows it. */
const THUMB = { width: 300, height: 158 };
const GAP = 14;
const COLUMNS = 4;

mkdirSync(folder, { recursive: true });
const images: { src: string; data: Uint8Array }[] = [];
for (const [name, input] of Object.entries(GOLDEN)) {
  const png = await painter.paint(input);
  writeFileSync(join(folder, `${name}.png`), png);
  writeSync(1, `${name}: ${png.length} bytes\n`);
  images.push({ src: name, data: png });
}
for (const name of ["shared", "sealed", "unavailable", "fallback"])
  images.push({ src: name, data: readFileSync(join(import.meta.dirname, `../assets/${name}.png`)) });

const shown = images.filter(({ src }) => src !== "square");
const rows: Node[] = [];
for (let start = 0; start < shown.length; start += COLUMNS) {
  const cards = shown.slice(start, start + COLUMNS);
  rows.push(
    row(
      { gap: GAP },
      cards.map(({ src }) => drawing(src, THUMB.width, THUMB.height, { borderRadius: 8 })),
    ),
  );
}
await init({ module_or_path: wasm });
const size = {
  width: COLUMNS * (THUMB.width + GAP) + GAP,
  height: rows.length * (THUMB.height + GAP) + GAP,
};
const sheet = column({ ...size, gap: GAP, padding: GAP, backgroundColor: "#ECEAE3" }, rows);
mkdirSync(docs, { recursive: true });
writeFileSync(join(docs, "cards.png"), await new Renderer().render(sheet, { ...size, images, format: "png" }));
