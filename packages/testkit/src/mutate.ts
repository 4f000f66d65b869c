// Plants one mutant: from here on the named files are loaded with its patches. Call it before anything imports them.
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Patch } from "./mutant.ts";
import { ALL_MUTANTS } from "./mutants.ts";

const ROOT = new URL("../../../", import.meta.url);

/** Throws where there is no such mutant, or where the source has moved on and a patch no longer fits. */
export function plant(name: string): void {
  const mutant = ALL_MUTANTS.find((some) => some.name === name);
  if (mutant === undefined) throw new Error(`no mutant is called ${name}`);
  const sources = new Map<string, string>();
  for (const patch of mutant.patches) {
    const url = new URL(patch.file, ROOT).href;
    sources.set(url, patched(sources.get(url) ?? readFileSync(fileURLToPath(url), "utf8"), patch));
  }
  registerHooks({
    load(url, context, nextLoad) {
      const source = sources.get(pathToFileURL(fileURLToPathOr(url)).href);
      return source === undefined
        ? nextLoad(url, context)
        : { format: "module-typescript", source, shortCircuit: true };
    },
  });
}

/** White space is as the formatter likes it, so a run of it stands for any other. */
function patched(source: string, { file, find, replace }: Patch): string {
  const words = find
    .trim()
    .split(/\s+/)
    .map((word) => word.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`));
  const pattern = new RegExp(words.join(String.raw`\s+`), "g");
  const count = source.match(pattern)?.length ?? 0;
  if (count !== 1) throw new Error(`stale mutant: its text occurs ${count} times in ${file}`);
  return source.replace(pattern, () => replace);
}

function fileURLToPathOr(url: string): string {
  return url.startsWith("file:") ? fileURLToPath(url) : url;
}
