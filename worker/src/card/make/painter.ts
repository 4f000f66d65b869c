// The Worker's painter, in Node: there the package makes its wasm ready by itself, so nothing is done with the module given.
import wasm from "@takumi-rs/wasm/auto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Painter } from "../picture/painter.ts";
import { copyCardFiles } from "./card-files.ts";

const folder = join(import.meta.dirname, "../../../../node_modules/.cache/reed/card");
copyCardFiles(folder);

export const painter = new Painter(wasm, async (path) => new Uint8Array(await readFile(join(folder, path))));
