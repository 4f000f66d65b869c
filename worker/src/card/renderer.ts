// Whoever draws pictures, behind one interface: the renderer in this Worker, or the Worker that the binding PAINTER names, which
// is this bundle under another name. The only module that names the renderer's wasm.
import wasm from "@takumi-rs/wasm/auto";
import { WorkerEntrypoint } from "cloudflare:workers";
import type { Env } from "../env.ts";
import type { PictureInput } from "./picture/draft.ts";
import { Painter } from "./picture/painter.ts";

export interface Renderer {
  /** PNG. Rejects when it cannot be drawn; fetches nothing but fonts and emoji from our own static files. */
  render(input: PictureInput): Promise<Uint8Array>;
}

/** Any origin: the binding looks at the path only. */
const ASSETS_ORIGIN = "https://assets.reed";

let painter: Painter | null = null;

export function rendererOf(env: Env): Renderer {
  return env.PAINTER ?? localRenderer(env);
}

/** Draws for other Workers: the service that PAINTER names. */
export class CardPainter extends WorkerEntrypoint<Env> implements Renderer {
  render(input: PictureInput): Promise<Uint8Array> {
    return localRenderer(this.env).render(input);
  }
}

/** One painter per isolate: the fonts that it has read stay. */
function localRenderer({ ASSETS }: Env): Renderer {
  painter ??= new Painter(wasm, (path) => readAsset(ASSETS, path));
  const own = painter;
  return { render: (input) => own.paint(input) };
}

async function readAsset(assets: Fetcher, path: string): Promise<Uint8Array> {
  const response = await assets.fetch(new Request(ASSETS_ORIGIN + path));
  const isThere = response.ok && response.headers.get("Content-Type")?.startsWith("text/html") !== true;
  if (!isThere) throw new Error(`${path} is not beside the app: run the build`);
  return new Uint8Array(await response.arrayBuffer());
}
