/** A page that nobody looks at paints nothing. */
const UNPAINTED_MS = 50;

/** Does `work` once, after the browser has painted what is there now, or soon where nothing is painted. */
export function afterPaint(work: () => void): void {
  let isDone = false;
  const once = (): void => {
    if (!isDone) work();
    isDone = true;
  };
  setTimeout(once, UNPAINTED_MS);
  if (typeof requestAnimationFrame === "function") requestAnimationFrame(() => setTimeout(once, 0));
}
