import type { Highlight } from "@reed/api";

/** The words around a match, the match marked. */
export function Highlighted({ highlight }: { readonly highlight: Highlight }) {
  return (
    <>
      {highlight.before}
      <mark>{highlight.match}</mark>
      {highlight.after}
    </>
  );
}
