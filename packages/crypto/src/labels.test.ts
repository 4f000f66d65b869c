import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "../../..");

/** The labels of every package, as their files spell them. */
const labels = globSync("packages/*/src/labels.ts", { cwd: ROOT }).flatMap((file) =>
  [...readFileSync(resolve(ROOT, file), "utf8").matchAll(/encodeUtf8\("(.*?)"\)/g)].map(([, label = ""]) =>
    label.replace("\\0", "\0"),
  ),
);

describe("labels", () => {
  it("are such that none starts another, in all packages together", () => {
    expect(labels).toEqual(expect.arrayContaining(["reed/hello/v1\0", "reed/op-sig/v1\0"]));
    for (const [index, label] of labels.entries()) {
      expect(labels.filter((other, at) => at !== index && other.startsWith(label))).toEqual([]);
    }
  });

  it("name Reed, a use and a version", () => {
    for (const label of labels) expect(label).toMatch(/^reed\/[a-z-]+\/v[1-9](\0|\/[a-z0-9-]+\0?)$/);
  });
});
