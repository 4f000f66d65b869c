// How much of the window the on-screen keyboard covers, as --keyboard on the root element. Android resizes the page by itself
// (interactive-widget in the viewport); iOS only shrinks the visual viewport, and what is fixed to the bottom must be lifted.

import { useEffect } from "react";

export function useKeyboardInset(isActive: boolean): void {
  useEffect(() => {
    const viewport = window.visualViewport;
    if (!isActive || viewport === null) return;
    const measure = () => {
      // Zooming by fingers shrinks the visual viewport too, and is no keyboard.
      const covered =
        viewport.scale > 1.01 ? 0 : Math.max(0, window.innerHeight - viewport.height - viewport.offsetTop);
      document.documentElement.style.setProperty("--keyboard", `${Math.round(covered)}px`);
    };
    measure();
    viewport.addEventListener("resize", measure);
    viewport.addEventListener("scroll", measure);
    return () => {
      viewport.removeEventListener("resize", measure);
      viewport.removeEventListener("scroll", measure);
      document.documentElement.style.removeProperty("--keyboard");
    };
  }, [isActive]);
}
