import type { Problem } from "../problems.ts";

/** What went wrong and what to do, said at once. Nothing where nothing did. */
export function ProblemText({ problem }: { readonly problem: Problem | null }) {
  if (problem === null) return null;
  return (
    <p className="notice" data-tone="warn" role="alert">
      {problem.sentence} {problem.todo}
    </p>
  );
}
