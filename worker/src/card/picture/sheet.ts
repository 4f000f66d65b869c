// The whole picture: a sheet of 1200x630 with title, lines and foot. Pure: a draft and a fit give a tree. The fit comes from
// measuring the same tree once, so that six rows stand at ease, seven close up, and more fade out at the end.
import { textOf } from "@reed/card";
import type { Face } from "../fonts/slice.ts";
import { BODY_LINE, bodyRows, inlineText } from "./body.ts";
import type { Draft, DraftLine } from "./draft.ts";
import { MARK_FAINT } from "./drawings.ts";
import { familyList } from "./families.ts";
import { foot } from "./foot.ts";
import { column, drawing, type Node, words } from "./node.ts";
import { INK, INK_2, PAPERS } from "./palette.ts";

export const PICTURE_WIDTH = 1200;
export const PICTURE_HEIGHT = 630;

/** How the rows are set. */
export interface Fit {
  readonly rowGap: number;
  /** Height at which the rows are cut, in pixels, and whether they fade before it; null to show them whole. */
  readonly cut: number | null;
}

export const EASY: Fit = { rowGap: 8, cut: null };
const CLOSE_GAP = 3;
const MOST_ROWS = 7;
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

/** Places in the tree of `sheet` that `fitOf` reads: the body is the second child of the sheet, its rows the first of the body. */
const BODY = 1;

export interface Measured {
  readonly height: number;
  readonly children: readonly Measured[];
}

export function sheet(draft: Draft, fit: Fit, fallbacks: readonly Face[]): Node {
  const isAlone = draft.lines.length === 0;
  return column(
    {
      width: PICTURE_WIDTH,
      height: PICTURE_HEIGHT,
      position: "relative",
      overflow: "hidden",
      padding: "62px 76px 49px 76px",
      backgroundColor: PAPERS[draft.paper],
      fontFamily: familyList("Text", fallbacks),
    },
    [
      isAlone ? column({}) : title(draft, fallbacks),
      isAlone ? alone(draft, fallbacks) : body(draft, fit, fallbacks),
      foot(draft, fallbacks),
    ],
  );
}

/** The best fit for a draft whose tree, set with `EASY`, measured so. */
export function fitOf(draft: Draft, measured: Measured): Fit {
  const frame = measured.children[BODY];
  const rows = frame?.children[0];
  if (frame === undefined || rows === undefined || draft.lines.length === 0) return EASY;
  const limit = Math.min(frame.height, MOST_ROWS * (BODY_LINE + EASY.rowGap) - EASY.rowGap);
  if (rows.height <= limit) return draft.hasMore ? { ...EASY, cut: rows.height } : EASY;
  const closed = rows.height - (rows.children.length - 1) * (EASY.rowGap - CLOSE_GAP);
  if (closed <= limit && !draft.hasMore) return { rowGap: CLOSE_GAP, cut: null };
  return { ...EASY, cut: limit };
}

function title(draft: Draft, fallbacks: readonly Face[]): Node {
  if (draft.heading === null) return column({});
  return titleText(draft.heading, isLong(draft.heading) ? LONG_TITLE : TITLE, fallbacks, 27);
}

function body(draft: Draft, fit: Fit, fallbacks: readonly Face[]): Node {
  const fade =
    fit.cut === null
      ? {}
      : {
          maskImage: `linear-gradient(to bottom, black ${Math.max(0, fit.cut - FADE_LENGTH)}px, transparent ${fit.cut}px)`,
        };
  const rows = column({ gap: fit.rowGap, flexShrink: 0 }, bodyRows(draft.lines, fallbacks));
  return column(
    { flexGrow: 1, flexShrink: 1, flexBasis: 0, minHeight: 0, marginBottom: 24, overflow: "hidden", ...fade },
    [rows],
  );
}

/** A title without lines takes the sheet: larger, in the middle. A notice has a line below it and a faint mark beside it. */
function alone(draft: Draft, fallbacks: readonly Face[]): Node {
  const { heading, detail } = draft;
  const size = detail !== null ? NOTICE_TITLE : heading !== null && isLong(heading) ? LONG_TITLE_ALONE : TITLE_ALONE;
  return column({ flexGrow: 1, justifyContent: "center", paddingRight: detail === null ? 0 : 200 }, [
    ...(heading === null ? [] : [titleText(heading, size, fallbacks, 0)]),
    ...(detail === null
      ? []
      : [
          words(detail, { marginTop: 14, fontSize: 36, lineHeight: "50px", color: INK_2 }),
          drawing(MARK_FAINT, 216, 270, { position: "absolute", right: 76, top: 148 }),
        ]),
  ]);
}

function titleText(heading: DraftLine, size: TitleSize, fallbacks: readonly Face[], marginBottom: number): Node {
  return inlineText(heading, fallbacks, {
    ...size,
    flexGrow: 0,
    flexShrink: 0,
    marginBottom,
    letterSpacing: "-0.02em",
    fontWeight: 700,
    color: INK,
    textOverflow: "ellipsis",
    textWrap: "balance",
    wordBreak: "break-word",
  });
}

function isLong(heading: DraftLine): boolean {
  const text = textOf(heading.runs);
  const wide = text.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu)?.length ?? 0;
  return text.length + wide > LONG;
}
