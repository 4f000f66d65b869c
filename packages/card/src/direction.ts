// The direction of a line of text: that of its first letter, as `dir="auto"` in HTML and per-line bidi in the editor.

export type Direction = "ltr" | "rtl";

const LETTER = /\p{L}/u;
const RIGHT_TO_LEFT =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Samaritan}\p{Script=Mandaic}\p{Script=Adlam}\p{Script=Hanifi_Rohingya}]/u;

/** Direction of the first letter; null where there is none (digits, signs and emoji have no direction of their own). */
export function directionOf(text: string): Direction | null {
  const letter = LETTER.exec(text)?.[0];
  if (letter === undefined) return null;
  return RIGHT_TO_LEFT.test(letter) ? "rtl" : "ltr";
}
