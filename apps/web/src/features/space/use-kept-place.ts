// While the app is looked at as a card its sheet is as small as the window, and where one was reading would be lost. The window
// may shrink before Discord says why, and grow again after: so a place belongs to the size that the window had.

import { useEffect, useLayoutEffect, useRef } from "react";

interface Place {
  readonly top: number;
  readonly sheetTop: number;
}

/** The window has its old size, and the editor has measured itself in it, by the last of these. */
const RESTORED_AT_MS = [0, 50, 150, 400];

export function useKeptPlace(isAway: boolean): void {
  const places = useRef(new Map<string, Place>());
  const isPaused = useRef(false);

  useEffect(() => {
    const record = (): void => {
      if (!isPaused.current) places.current.set(windowSize(), placeNow());
    };
    document.addEventListener("scroll", record, { capture: true, passive: true });
    return () => document.removeEventListener("scroll", record, { capture: true });
  }, []);

  useLayoutEffect(() => {
    if (!isAway) return;
    isPaused.current = true;
    const focused = document.activeElement;
    const known = places.current;
    return () => {
      for (const atMs of RESTORED_AT_MS) setTimeout(() => restore(known.get(windowSize())), atMs);
      setTimeout(() => (isPaused.current = false), RESTORED_AT_MS.at(-1));
      setTimeout(() => focusAgain(focused));
    };
  }, [isAway]);
}

/** Not on a phone, where it would bring up the keyboard, and not while somebody types into what is around the app. */
function focusAgain(element: Element | null): void {
  const isWanted = document.hasFocus() && !matchMedia("(pointer: coarse)").matches;
  if (isWanted && element instanceof HTMLElement) element.focus({ preventScroll: true });
}

function windowSize(): string {
  return `${window.innerWidth} ${window.innerHeight}`;
}

function placeNow(): Place {
  return { top: window.scrollY, sheetTop: document.querySelector(".sheet")?.scrollTop ?? 0 };
}

function restore(place: Place | undefined): void {
  if (place === undefined) return;
  window.scrollTo(0, place.top);
  document.querySelector(".sheet")?.scrollTo(0, place.sheetTop);
}
