// What a browser's tab loads: nothing of Discord's SDK, and nothing that only Discord needs.
import path from "node:path";
import { build, type Rolldown } from "vite";
import { beforeAll, expect, it } from "vitest";

const APP = path.join(import.meta.dirname, "../..");
const STARTS = [/\/host\/greeting\.ts$/u, /\/host\/discord-start\.tsx$/u];
/** Modules that only an Activity has. */
const DISCORD_ONLY =
  /@discord\/|\/host\/(?:discord-|greeting|ask-for-code|open-sdk|optional-commands|intercept-links|Start)|\/features\/space\/|\/hosted\.ts|packages\/card\//u;
/** Words of the SDK and of our own code around it, which minifying leaves as they are. */
const DISCORD_WORDS =
  /ACTIVITY_LAYOUT_MODE_UPDATE|openInviteDialog|rpc\.activities\.write|api\/discord\/avatars|Note card/u;

let chunks: ReadonlyMap<string, Rolldown.OutputChunk>;
let styles: string;

beforeAll(async () => {
  const built = await build({ root: APP, logLevel: "error", build: { write: false } });
  if (!("output" in built)) throw new Error("one build was expected");
  const files = built.output;
  chunks = new Map(files.flatMap((file) => (file.type === "chunk" ? [[file.fileName, file] as const] : [])));
  styles = files
    .flatMap((file) => (file.type === "asset" && file.fileName.endsWith(".css") ? [file.fileName] : []))
    .join();
}, 120_000);

/** Everything that `names` load, now or later, but for what the Activity's start brings. */
function reachable(names: readonly string[]): readonly Rolldown.OutputChunk[] {
  const found = new Map<string, Rolldown.OutputChunk>();
  const visit = (name: string): void => {
    const chunk = chunks.get(name);
    if (chunk === undefined || found.has(name) || isStart(chunk)) return;
    found.set(name, chunk);
    for (const next of [...chunk.imports, ...chunk.dynamicImports]) visit(next);
  };
  for (const name of names) visit(name);
  return [...found.values()];
}

function isStart({ facadeModuleId }: Rolldown.OutputChunk): boolean {
  return STARTS.some((start) => start.test(facadeModuleId ?? ""));
}

const entries = () => [...chunks.values()].filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName);

it("is free of everything that only Discord needs", () => {
  const loaded = reachable(entries());
  expect(loaded.length).toBeGreaterThan(5);
  expect(loaded.flatMap(({ moduleIds }) => moduleIds.filter((id) => DISCORD_ONLY.test(id)))).toEqual([]);
  expect(loaded.filter(({ code }) => DISCORD_WORDS.test(code)).map(({ fileName }) => fileName)).toEqual([]);
});

it("has all of it in chunks of its own, loaded by the entry alone", () => {
  const starts = [...chunks.values()].filter(isStart);
  expect(starts).toHaveLength(STARTS.length);
  for (const { fileName } of starts) {
    const importers = [...chunks.values()].filter(({ dynamicImports }) => dynamicImports.includes(fileName));
    expect(importers.map(({ isEntry }) => isEntry)).toEqual([true]);
  }
  const code = [...chunks.values()].map((chunk) => chunk.code).join("\n");
  expect(code).toMatch(/ACTIVITY_LAYOUT_MODE_UPDATE/u);
  expect(styles).toContain("discord-start");
});
