import { describe, expect, it } from "vitest";
import { checkQuotes, checkSpecs } from "./specs.ts";

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

describe("the check of quoted titles against tests", () => {
  const quoting = (text: string) => checkQuotes([{ file: "docs/faults.md", text }], [test("[L1] one", "two %s")]);

  it("is content where every title is one of its file's, also where it goes on in the next line", () => {
    expect(quoting('- `a.test.ts`: "[L1]\n  one", "two %s"; and `a.test.ts` as a whole')).toEqual([]);
    const text = "it.each(ALL)(\n  `three $name`,\n  () => {});";
    const tests = [{ file: "b.spec.ts", text }];
    expect(checkQuotes([{ file: "docs/faults.md", text: '`b.spec.ts`: "three $name"' }], tests)).toEqual([]);
  });

  it("names a title that no test of the file has, be it a part of one or said elsewhere in the file", () => {
    expect(quoting('It holds.\n- `a.test.ts`: "[L1] one", "two"')).toEqual([
      'docs/faults.md:2: no test of a.test.ts is called "two"',
    ]);
    const tests = [{ file: "b.test.ts", text: 'const said = "four";' }];
    expect(checkQuotes([{ file: "docs/faults.md", text: '`b.test.ts`: "four"' }], tests)).toHaveLength(1);
  });

  it("names a file that is none", () => {
    expect(quoting('`gone.test.ts`: "[L1] one"')).toEqual(["docs/faults.md:1: there is no test file gone.test.ts"]);
  });

  it("takes a title without a file for words", () => {
    expect(quoting('never "Saved", and `code`: "no title"')).toEqual([]);
  });
});
