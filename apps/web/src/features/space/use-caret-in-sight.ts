// On phones the on-screen keyboard may lie over the page without resizing it. A browser scrolls the caret into sight by itself; a
// frame inside another app is not always given that, so it is done here, when the keyboard comes and when it changes its size.

import { useEffect } from "react";

/** Above the keyboard is the format bar. */
const BAR_HEIGHT = 64;

/** How far the page must be scrolled for a caret that ends at `caretEnd` to be above what covers the window's lower end. */
export function scrollFor(caretEnd: number, windowHeight: number, covered: number): number {
  return Math.max(0, Math.round(caretEnd - (windowHeight - covered - BAR_HEIGHT)));
}

export function useCaretInSight(isActive: boolean): void {
  useEffect(() => {
    const viewport = window.visualViewport;
    if (!isActive || viewport === null || !matchMedia("(pointer: coarse)").matches) return;
    const look = (): void => {
      const covered = viewport.scale > 1.01 ? 0 : window.innerHeight - viewport.height - viewport.offsetTop;
      const caret = caretBottom();
      if (covered <= 0 || caret === null) return;
      const by = scrollFor(caret, window.innerHeight, covered);
      if (by > 0) window.scrollBy({ top: by });
    };
    viewport.addEventListener("resize", look);
    return () => viewport.removeEventListener("resize", look);
  }, [isActive]);
}

function caretBottom(): number | null {
  const selection = document.getSelection();
  if (selection === null || selection.rangeCount === 0) return null;
  if (document.activeElement?.closest(".editor") === null) return null;
  const range = selection.getRangeAt(0);
  const rect = range.getClientRects()[0] ?? lineOf(range.startContainer);
  return rect?.bottom ?? null;
}

/** A caret in an empty line has no rectangle of its own. */
function lineOf(node: Node): DOMRect | null {
  const element = node instanceof Element ? node : node.parentElement;
  return element?.getBoundingClientRect() ?? null;
}
