import { describe, expect, it } from "vitest";
import { checkSpecs } from "./specs.ts";

const spec = (text: string) => ({ file: "docs/spec/log.md", text });
const test = (...titles: readonly string[]) => ({
  file: "a.test.ts",
  text: titles.map((title) => `it(${JSON.stringify(title)}, () => {});`).join("\n"),
});

describe("the check of rules against tests", () => {
  it("is content when every rule has a test and every test its rule", () => {
    const rules = spec("# Log\n\n**L1** An op…\n- **L2** A log…\n1. **L10a** A chain…\n");
    expect(checkSpecs([rules], [test("[L1] an op is…", "[L2][L10a] both", "no rule at all")])).toEqual([]);
  });

  it("names a rule that no test proves", () => {
    expect(checkSpecs([spec("\n**L1** An op…")], [test("L1 without brackets")])).toEqual([
      "docs/spec/log.md:2: no test proves L1",
    ]);
  });

  it("names a test of a rule that does not exist or was withdrawn", () => {
    const problems = checkSpecs([spec("**L1** (withdrawn) It was so.")], [test("plain", "[L1] old", "[L2] new")]);
    expect(problems).toEqual(["a.test.ts:2: L1 is withdrawn", "a.test.ts:3: L2 is no rule of docs/spec"]);
  });

  it("names an id that two rules have", () => {
    const problems = checkSpecs([spec("**L1** One.\n**L1** Another.")], [test("[L1] one")]);
    expect(problems).toEqual(["docs/spec/log.md:1: L1 is also the id of docs/spec/log.md:2"]);
  });

  it("takes a bold id in the middle of a sentence for a mention", () => {
    expect(checkSpecs([spec("As **L9** says.")], [])).toEqual([]);
  });
});
