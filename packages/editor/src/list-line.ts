// What a Markdown list line is made of. Everything that draws, ticks, continues or indents list items asks here, so that a box
// on the screen and a command on the keyboard never disagree about where an item's words begin.

/** Offsets count from the start of the line. */
export interface ListLine {
  /** Length of the white space before the marker. */
  readonly indent: number;
  /** "-", "*", "+", or a number with its "." or ")". */
  readonly marker: string;
  /** Where the words begin after the marker, the box not counted: where a child item has to be indented to. */
  readonly markerEnd: number;
  /** Where the words begin, after the box if there is one. */
  readonly contentStart: number;
  readonly task: {
    readonly isDone: boolean;
    /** Offset of the character between the brackets. */ readonly tickAt: number;
  } | null;
}

const listPattern = /^([ \t]*)([-*+]|\d{1,9}[.)])([ \t]+)(?:\[([ xX])\](?:[ \t]|$))?/u;

/** The parts of a list line, or null when the line is no list item. A box needs a space or the end of the line after it. */
export function parseListLine(text: string): ListLine | null {
  const match = listPattern.exec(text);
  if (match === null) return null;
  const [whole, indent = "", marker = "", gap = "", tick] = match;
  const markerEnd = indent.length + marker.length + gap.length;
  return {
    indent: indent.length,
    marker,
    markerEnd,
    contentStart: whole.length,
    task: tick === undefined ? null : { isDone: tick !== " ", tickAt: markerEnd + 1 },
  };
}

/** True for "1." and "2)", false for bullets. */
export function isOrdered(line: ListLine): boolean {
  return line.marker.length > 1;
}
