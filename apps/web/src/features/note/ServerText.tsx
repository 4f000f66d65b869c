import { useLayoutEffect, useRef } from "react";
import { takeServerText } from "./server-text.ts";

let taken: DocumentFragment | null = null;

/** The server's copy of the text, read until the note is loaded. */
export function ServerText() {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    taken ??= takeServerText();
    const element = place.current;
    if (taken === null || element === null) return;
    element.append(taken);
    return () => taken?.append(...element.childNodes);
  }, []);
  return <div ref={place} className="reed-text" />;
}
