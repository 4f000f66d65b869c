// Counts what the two runners reported. Their own closing lines differ and can't be added up; their JSON can. The reports are
// taken at their word (the casts below): a runner of a pinned version wrote them a moment ago, and a wrong guess about their
// form throws, which fails the run.

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Titles of skipped tests that say "(data)": they run wherever the data is. */
  readonly skippedForData: readonly string[];
}

export const NOTHING: Tally = { passed: 0, failed: 0, skipped: 0, skippedForData: [] };

export function add(left: Tally, right: Tally): Tally {
  return {
    passed: left.passed + right.passed,
    failed: left.failed + right.failed,
    skipped: left.skipped + right.skipped,
    skippedForData: [...left.skippedForData, ...right.skippedForData],
  };
}

type Outcome = "passed" | "failed" | "skipped";

function count(outcomes: readonly (readonly [Outcome, title: string])[]): Tally {
  const of = (wanted: Outcome): readonly string[] =>
    outcomes.flatMap(([outcome, title]) => (outcome === wanted ? [title] : []));
  const skipped = of("skipped");
  return {
    passed: of("passed").length,
    failed: of("failed").length,
    skipped: skipped.length,
    skippedForData: skipped.filter((title) => title.includes("(data)")),
  };
}

/** The part of vitest's JSON report that is read. */
interface VitestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/** A file that failed without a failing test (it did not load, or a hook threw) counts as one failure. */
export function tallyVitest(json: string): Tally {
  const { testResults } = JSON.parse(json) as VitestReport;
  return testResults
    .map(({ name, status, assertionResults }) => {
      const tests = assertionResults.map(({ fullName, status: test }) => {
        const outcome = test === "passed" || test === "failed" ? test : "skipped";
        return [outcome, fullName] as const;
      });
      const hasFailedTest = tests.some(([outcome]) => outcome === "failed");
      return count(status === "failed" && !hasFailedTest ? [...tests, ["failed", name]] : tests);
    })
    .reduce(add, NOTHING);
}

interface PlaywrightSuite {
  readonly specs?:
    | readonly { readonly title: string; readonly tests: readonly { readonly status: string }[] }[]
    | undefined;
  readonly suites?: readonly PlaywrightSuite[] | undefined;
}

/** The part of Playwright's JSON report that is read. */
interface PlaywrightReport {
  readonly suites: readonly PlaywrightSuite[];
  readonly errors: readonly unknown[];
}

function tallySuite(suite: PlaywrightSuite): Tally {
  const tests = (suite.specs ?? []).flatMap((spec) =>
    spec.tests.map(
      ({ status }) =>
        [status === "expected" ? "passed" : status === "skipped" ? "skipped" : "failed", spec.title] as const,
    ),
  );
  return [count(tests), ...(suite.suites ?? []).map(tallySuite)].reduce(add, NOTHING);
}

/** An error outside any test (a file that did not load, a server that did not start) counts as one failure each. */
export function tallyPlaywright(json: string): Tally {
  const { suites, errors } = JSON.parse(json) as PlaywrightReport;
  const outside = count(errors.map(() => ["failed", "outside any test"] as const));
  return suites.map(tallySuite).reduce(add, outside);
}

/** The closing line: `N passed, N failed`, and `, N skipped` where that is not 0. */
export function closingLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
