// What pictures are drawn with, as files: where the packages have it, and how it comes beside the built app.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { emojiAsset } from "../fonts/emoji.ts";
import { assetOf, type FontSlice } from "../fonts/slice.ts";
import { SLICES } from "../fonts/slices.ts";

/** Path of the slice in its package. */
export function fontFile({ file }: FontSlice): string {
  const [name = "", inside = ""] = file.split("/files/");
  return join(folderOf(`${name}/unicode.json`), "files", inside);
}

/** Puts fonts and emoji into `folder`, the static files of the Worker, where they are not there yet. */
export function copyCardFiles(folder: string): void {
  for (const slice of SLICES) {
    const [source, target] = [fontFile(slice), join(folder, assetOf(slice))];
    if (existsSync(target) && statSync(target).size === statSync(source).size) continue;
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(source, target);
  }
  writeEmoji(folder);
}

function writeEmoji(folder: string): void {
  const source = folderOf("@twemoji/svg/package.json");
  const version = readFileSync(join(source, "package.json"), "utf8");
  const stamp = join(folder, "card-emoji/package.json");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === version) return;
  const files = Map.groupBy(
    readdirSync(source).filter((file) => file.endsWith(".svg")),
    (file) => emojiAsset(file),
  );
  mkdirSync(dirname(stamp), { recursive: true });
  for (const [asset, names] of files) {
    const drawings = names.map((name) => [name.replace(".svg", ""), readFileSync(join(source, name), "utf8")]);
    writeFileSync(join(folder, asset), JSON.stringify(Object.fromEntries(drawings)));
  }
  writeFileSync(stamp, version);
}

function folderOf(file: string): string {
  return dirname(fileURLToPath(import.meta.resolve(file)));
}
