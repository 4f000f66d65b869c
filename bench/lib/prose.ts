// Words as people write them: this project's own documents, in two halves that have no sentence in common.
import { globSync, readFileSync } from "node:fs";
import path from "node:path";

const ROOT = path.resolve(import.meta.dirname, "../..");
/** What a library searches of one note. */
const WRITTEN_LENGTH = 60_000;

/** `written`: what somebody has in an earlier note. `coming`: what they write next. */
export function prose(): { readonly written: string; readonly coming: string } {
  const files = globSync(["*.md", "docs/**/*.md"], { cwd: ROOT }).toSorted();
  const lines = files.flatMap((file) => readFileSync(path.join(ROOT, file), "utf8").split("\n"));
  const sentences = lines
    .map((line) => line.replaceAll(/[`*_#|]|\]\([^)]*\)/g, " ").trim())
    .filter((line) => line.length > 40);
  const half = (rest: number): string => sentences.filter((_, index) => index % 2 === rest).join("\n");
  return { written: half(0).slice(0, WRITTEN_LENGTH), coming: half(1) };
}
