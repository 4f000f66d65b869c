import { useLayoutEffect, useRef } from "react";
import { takeServerText } from "./server-text.ts";

/** The server's copy of the text, read until the note is loaded. */
export function ServerText({ noteId }: { readonly noteId: string }) {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const text = takeServerText(noteId);
    const element = place.current;
    if (text === null || element === null) return;
    if (text.language !== null) element.lang = text.language;
    element.append(text.elements);
    return () => text.elements.append(...element.childNodes);
  }, [noteId]);
  return <div ref={place} className="reed-text" />;
}
