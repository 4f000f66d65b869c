import { safeColor, safeName, textOn } from "@reed/editor";
import type { CSSProperties } from "react";

/** A round picture with the first letter of the name. It says nothing to a screen reader: write the name beside it. */
export function Avatar({ name, color }: { readonly name: string; readonly color: string }) {
  const background = safeColor(color);
  const style: CSSProperties = { backgroundColor: background, color: textOn(background) };
  return (
    <span className="avatar" style={style} aria-hidden="true">
      {firstLetter(name)}
    </span>
  );
}

/** Making one takes longer than drawing fifty avatars. */
const characters = new Intl.Segmenter();

/** The first character as a person sees it: an emoji or a letter with its accents is one. */
function firstLetter(name: string): string {
  const [first] = characters.segment(safeName(name));
  return (first?.segment ?? "?").toLocaleUpperCase();
}
