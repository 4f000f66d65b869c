// How the picture draws the marks of a run.
import type { Run } from "@reed/card";
import { emojiPieces } from "../fonts/emoji.ts";
import type { Face } from "../fonts/slice.ts";
import { leadFace } from "./draft.ts";
import { familyList } from "./families.ts";
import { type Node, words } from "./node.ts";
import type { Type } from "./type.ts";
import { INK_3, RULE, SHADE } from "./palette.ts";

/** The run as text and, where emoji have drawings, those between. */
export function runNodes(run: Run, { fallbacks, emoji }: Type): readonly Node[] {
  const style = runStyle(run, fallbacks);
  return emojiPieces(run.text, emoji).map(({ text, drawing }): Node =>
    drawing === null
      ? words(text, style)
      : {
          type: "image",
          src: drawing,
          style: { display: "inline", width: "1.06em", height: "1.06em", verticalAlign: "middle" },
        },
  );
}

function runStyle(run: Run, fallbacks: readonly Face[]): NonNullable<Node["style"]> {
  const isCode = run.marks.includes("code");
  return {
    display: "inline",
    fontFamily: familyList(leadFace(run), fallbacks),
    ...(run.marks.includes("strong") ? { fontWeight: 700 } : {}),
    ...(run.marks.includes("em") ? { fontStyle: "italic" } : {}),
    ...(run.marks.includes("strike") ? { textDecoration: "line-through", color: INK_3 } : {}),
    ...(isCode ? { backgroundColor: SHADE, fontSize: "0.88em", borderRadius: 8, padding: "3px 8px" } : {}),
    ...(run.link === undefined || isCode
      ? {}
      : { textDecoration: "underline", textDecorationColor: RULE, textDecorationThickness: 3 }),
  };
}
