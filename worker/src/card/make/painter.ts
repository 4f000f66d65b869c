// The Worker's painter, in Node: there the package makes its wasm ready by itself, so nothing is done with the module given.
import wasm from "@takumi-rs/wasm/auto";
import { Painter } from "../picture/painter.ts";
import { allowDataModules } from "./data-modules.ts";

allowDataModules();

export const painter = new Painter(wasm);
