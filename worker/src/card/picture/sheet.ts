// The whole picture: a sheet of 1200x630 with title, lines and foot. Pure: a draft and a fit give a tree. The fit comes from
// measuring the same tree once, so that six rows stand at ease, seven close up, and more fade out at the end.
import { textOf } from "@reed/card";
import { BODY_LINE, bodyRows, inlineText } from "./body.ts";
import type { Draft, DraftLine, Shape } from "./draft.ts";
import { LOCK_FAINT, MARK_FAINT } from "./drawings.ts";
import { familyList } from "./families.ts";
import { foot } from "./foot.ts";
import { column, drawing, type Node, row, words } from "./node.ts";
import { INK, INK_2, PAPERS } from "./palette.ts";
import type { Type } from "./type.ts";

export const PICTURE_WIDTH = 1200;
export const PICTURE_HEIGHT = 630;

const SQUARE = 1080;

/** In pixels. */
export function sizeOf(shape: Shape): { readonly width: number; readonly height: number } {
  return shape === "wide" ? { width: PICTURE_WIDTH, height: PICTURE_HEIGHT } : { width: SQUARE, height: SQUARE };
}

/** How the rows are set. */
export interface Fit {
  readonly rowGap: number;
  /** Height at which the rows are cut, in pixels, and whether they fade before it; null to show them whole. */
  readonly cut: number | null;
  /** Of the rows. */
  readonly scale: number;
}

export const EASY: Fit = { rowGap: 8, cut: null, scale: 1 };
/** Few rows are set larger: a card is mostly seen 300 pixels wide. */
const LARGE: Fit = { rowGap: 12, cut: null, scale: 1.28 };
/** Lines that are wrapped anew grow more than their letters. */
const ROOM_TO_WRAP = 1.25;
const CLOSE_GAP = 3;
const MOST_ROWS = { wide: 7, square: 15 } as const;
const FADE_LENGTH = 104;

interface TitleSize {
  readonly fontSize: number;
  readonly lineHeight: string;
  readonly lineClamp: number;
}

const TITLE: TitleSize = { fontSize: 66, lineHeight: "78px", lineClamp: 2 };
const LONG_TITLE: TitleSize = { fontSize: 54, lineHeight: "64px", lineClamp: 2 };
const TITLE_ALONE: TitleSize = { fontSize: 82, lineHeight: "96px", lineClamp: 3 };
const LONG_TITLE_ALONE: TitleSize = { fontSize: 62, lineHeight: "76px", lineClamp: 5 };
const NOTICE_TITLE: TitleSize = { fontSize: 70, lineHeight: "84px", lineClamp: 2 };
/** Characters, counting those of double width twice, from which a title is set smaller. */
const LONG = 56;

/** Kinds of lines that are as high as one row of text. */
const ROWS = new Set(["text", "task", "item", "quote"]);
/** Characters that stand on one row in any script, in the large scale. */
const SHORT_LINE = 20;
const SHORT_TITLE = 14;
/** What a title of one row leaves to the rows. */
const FRAME_HEIGHT = 342;

/** Places in the tree of `sheet` that `fitOf` reads: the body is the second child of the sheet, its rows the first of the body. */
const BODY = 1;

export interface Measured {
  readonly height: number;
  readonly children: readonly Measured[];
}

export function sheet(draft: Draft, fit: Fit, type: Type): Node {
  const isAlone = draft.lines.length === 0;
  return column(
    {
      ...sizeOf(draft.shape),
      position: "relative",
      overflow: "hidden",
      padding: "62px 76px 49px 76px",
      backgroundColor: PAPERS[draft.paper],
      fontFamily: familyList("Text", type.fallbacks),
    },
    [
      isAlone ? column({}) : title(draft, type),
      isAlone ? alone(draft, type) : body(draft, fit, type),
      foot(draft, type),
    ],
  );
}

/**
 * The fit of a draft that needs no measuring: a title alone, or few lines that are sure to stand on one row each; null for others.
 * The same that `fitOf` would give.
 */
export function knownFit(draft: Draft): Fit | null {
  const { heading, lines, shape } = draft;
  if (lines.length === 0) return EASY;
  const isSure = lines.every(({ line, runs }) => ROWS.has(line.type) && line.depth === 0 && isShort(runs, SHORT_LINE));
  if (shape !== "wide" || draft.hasMore || !isSure || heading === null || !isShort(heading.runs, SHORT_TITLE))
    return null;
  const height = lines.length * (BODY_LINE + EASY.rowGap) - EASY.rowGap;
  return height * LARGE.scale * ROOM_TO_WRAP <= FRAME_HEIGHT ? LARGE : null;
}

/** The best fit for a draft whose tree, set with `EASY`, measured so. */
export function fitOf(draft: Draft, measured: Measured): Fit {
  const frame = measured.children[BODY];
  const rows = frame?.children[0];
  if (frame === undefined || rows === undefined || draft.lines.length === 0) return EASY;
  const limit = Math.min(frame.height, MOST_ROWS[draft.shape] * (BODY_LINE + EASY.rowGap) - EASY.rowGap);
  if (!draft.hasMore && rows.height * LARGE.scale * ROOM_TO_WRAP <= frame.height) return LARGE;
  if (rows.height <= limit) return draft.hasMore ? { ...EASY, cut: rows.height } : EASY;
  const closed = rows.height - (rows.children.length - 1) * (EASY.rowGap - CLOSE_GAP);
  if (closed <= limit && !draft.hasMore) return { ...EASY, rowGap: CLOSE_GAP };
  return { ...EASY, cut: limit };
}

function title(draft: Draft, type: Type): Node {
  if (draft.heading === null) return column({});
  const size = isLong(draft.heading) ? LONG_TITLE : TITLE;
  return withIcon(draft, draft.heading, size, titleText(draft.heading, size, type, 0), type, 27);
}

function body(draft: Draft, fit: Fit, type: Type): Node {
  const fade =
    fit.cut === null
      ? {}
      : {
          maskImage: `linear-gradient(to bottom, black ${Math.max(0, fit.cut - FADE_LENGTH)}px, transparent ${fit.cut}px)`,
        };
  const rows = column({ gap: fit.rowGap, flexShrink: 0 }, bodyRows(draft.lines, { ...type, scale: fit.scale }));
  return column(
    { flexGrow: 1, flexShrink: 1, flexBasis: 0, minHeight: 0, marginBottom: 24, overflow: "hidden", ...fade },
    [rows],
  );
}

/** A title without lines takes the sheet: larger, in the middle. A notice has a line below it and a faint mark beside it. */
function alone(draft: Draft, type: Type): Node {
  const { heading, detail } = draft;
  const size = detail !== null ? NOTICE_TITLE : heading !== null && isLong(heading) ? LONG_TITLE_ALONE : TITLE_ALONE;
  return column({ flexGrow: 1, justifyContent: "center", paddingRight: detail === null ? 0 : 200 }, [
    ...(heading === null ? [] : [withIcon(draft, heading, size, titleText(heading, size, type, 0), type, 0)]),
    ...(detail === null
      ? []
      : [
          words(detail, { marginTop: 14, fontSize: 36, lineHeight: "50px", color: INK_2 }),
          drawing(draft.isSealed ? LOCK_FAINT : MARK_FAINT, 216, 270, { position: "absolute", right: 76, top: 148 }),
        ]),
  ]);
}

/** The note's icon at the side where the title begins, as high as the first line. */
function withIcon(
  { icon }: Draft,
  heading: DraftLine,
  size: TitleSize,
  text: Node,
  type: Type,
  marginBottom: number,
): Node {
  const sign = icon === null ? [] : [iconNode(icon, size, type)];
  return row(
    { flexShrink: 0, gap: 24, marginBottom, flexDirection: heading.direction === "rtl" ? "row-reverse" : "row" },
    [...sign, text],
  );
}

function iconNode(icon: string, { fontSize, lineHeight }: TitleSize, { fallbacks, emoji }: Type): Node {
  const known = emoji.get(icon);
  const height = Number.parseInt(lineHeight, 10);
  if (known !== undefined) return drawing(known, fontSize, fontSize, { marginTop: (height - fontSize) / 2 });
  const family = familyList("Emoji", fallbacks);
  return words(icon, { fontSize: fontSize * 0.86, lineHeight, color: INK, flexShrink: 0, fontFamily: family });
}

function titleText(heading: DraftLine, size: TitleSize, type: Type, marginBottom: number): Node {
  return inlineText(heading, type, {
    ...size,
    flexGrow: 1,
    flexShrink: 1,
    minWidth: 0,
    marginBottom,
    letterSpacing: "-0.02em",
    fontWeight: 700,
    color: INK,
    textOverflow: "ellipsis",
    textWrap: "balance",
    wordBreak: "break-word",
  });
}

function isShort(runs: DraftLine["runs"], length: number): boolean {
  return textOf(runs).length <= length && !runs.some(({ marks }) => marks.includes("code"));
}

function isLong(heading: DraftLine): boolean {
  const text = textOf(heading.runs);
  const wide = text.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu)?.length ?? 0;
  return text.length + wide > LONG;
}
