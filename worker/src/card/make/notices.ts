// Draws the pictures that are the same for every note into assets/. Run after a change of layout or words:
//   node worker/src/card/make/notices.ts
import { mkdirSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { NOTICES } from "../notices.ts";
import { painter } from "./painter.ts";

const folder = join(import.meta.dirname, "../assets");
mkdirSync(folder, { recursive: true });
for (const kind of ["shared", "sealed", "unavailable", "fallback"] as const) {
  const png = await painter.paint({ type: "notice", isSealed: kind === "sealed", ...NOTICES[kind] });
  writeFileSync(join(folder, `${kind}.png`), png);
  writeSync(1, `${kind}.png: ${png.length} bytes\n`);
}
