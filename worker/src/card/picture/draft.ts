// A picture before it is laid out: the card in texts that can be drawn. Pure; what it holds decides fonts and layout.
import type { Card, Direction, Line, Run } from "@reed/card";
import { clip, oneLine } from "@reed/card";
import { type DrawnEmoji, emojiPieces } from "../fonts/emoji.ts";
import type { FacedText, LeadFace } from "../fonts/shelf.ts";
import { type Notice, NOTICES } from "../notices.ts";
import { drawableText } from "./drawable.ts";
import type { Paper } from "./palette.ts";

export interface PicturePerson {
  readonly name: string;
  /** #rrggbb */
  readonly color: string;
}

/** A note's picture: its card, on the paper of its colour, with the people whose names the preview may show. */
export interface NotePicture {
  readonly type: "note";
  readonly card: Card;
  readonly paper: Paper;
  readonly people: readonly PicturePerson[];
  /** An emoji; null for none. */
  readonly icon: string | null;
  readonly shape: Shape;
}

/** 1200x630, or 1080x1080 for places that show squares. */
export type Shape = "wide" | "square";

/** A picture that says the same for every note. */
export interface NoticePicture extends Notice {
  readonly type: "notice";
  readonly isSealed?: boolean | undefined;
}

export type PictureInput = NotePicture | NoticePicture;

export interface Draft {
  readonly shape: Shape;
  /** Drawn beside the title; null for none, or where no face has it. */
  readonly icon: string | null;
  readonly isSealed: boolean;
  readonly paper: Paper;
  readonly heading: DraftLine | null;
  readonly lines: readonly DraftLine[];
  readonly hasMore: boolean;
  /** Under a title that stands alone; null elsewhere. */
  readonly detail: string | null;
  readonly people: readonly PicturePerson[];
  readonly names: string;
  readonly progress: { readonly share: number; readonly text: string } | null;
}

export interface DraftLine {
  readonly line: Line;
  readonly runs: readonly Run[];
  readonly direction: Direction;
}

const SHOWN_PEOPLE = 4;
const NAMED_PEOPLE = 3;
const NAME_LENGTH = 18;
export const MARK_TEXT = "Reed";
const LETTERS = new Intl.Segmenter("en", { granularity: "grapheme" });

export function draftOf(input: PictureInput): Draft {
  if (input.type === "notice") return { ...noticeDraft(input), isSealed: input.isSealed === true };
  const { card, paper } = input;
  const { done, total } = card.tasks;
  const people = input.people.map((person) => ({ ...person, name: personName(person.name) }));
  const isEmpty = card.heading === null && card.lines.length === 0;
  return {
    ...noticeDraft(NOTICES.empty),
    ...(isEmpty
      ? {}
      : { heading: card.heading === null ? null : draftLine(card.heading, card.direction), detail: null }),
    paper,
    shape: input.shape,
    icon: iconOf(input.icon),
    lines: card.lines.map((line) => draftLine(line, card.direction)),
    hasMore: card.hasMore,
    people: people.slice(0, SHOWN_PEOPLE),
    names: listNames(people.map((person) => person.name)),
    progress: total === 0 ? null : { share: Math.min(1, done / total), text: `${done} of ${total}` },
  };
}

/** The texts in which emoji are drawn in colour: what was written, and the icon. */
export function emojiTexts(draft: Draft): readonly string[] {
  const lines = draft.heading === null ? draft.lines : [draft.heading, ...draft.lines];
  const written = lines.filter(({ line }) => line.type !== "code").flatMap(({ runs }) => runs.map(({ text }) => text));
  return draft.icon === null ? written : [draft.icon, ...written];
}

/** Every text of the draft with the face that leads it, without the emoji that have a drawing. */
export function draftTexts(draft: Draft, drawn: DrawnEmoji): readonly FacedText[] {
  const lines = draft.heading === null ? draft.lines : [draft.heading, ...draft.lines];
  const upright = [
    draft.detail ?? "",
    withoutDrawn(draft.icon ?? "", drawn),
    draft.names,
    ...draft.people.map((person) => initialOf(person.name)),
    draft.progress?.text ?? "",
    MARK_TEXT,
    "0123456789.…",
  ];
  return [
    ...lines.flatMap(({ line, runs }) =>
      runs.map((run) => ({
        face: leadFace(run),
        text: line.type === "code" ? run.text : withoutDrawn(run.text, drawn),
      })),
    ),
    ...upright.map((text) => ({ face: "Text" as const, text })),
  ];
}

function withoutDrawn(text: string, drawn: DrawnEmoji): string {
  return emojiPieces(text, drawn)
    .filter(({ drawing }) => drawing === null)
    .map((piece) => piece.text)
    .join("");
}

export function leadFace(run: Run): LeadFace {
  if (run.marks.includes("code")) return "Mono";
  return run.marks.includes("em") ? "Text Italic" : "Text";
}

/** First letter of a name, as its avatar shows it. */
export function initialOf(name: string): string {
  const [first] = LETTERS.segment(name);
  return (first?.segment ?? "?").toUpperCase();
}

function noticeDraft(notice: Notice): Draft {
  return {
    shape: "wide",
    icon: null,
    isSealed: false,
    paper: "paper",
    heading: plainHeading(notice.title),
    lines: [],
    hasMore: false,
    detail: notice.detail,
    people: [],
    names: "",
    progress: null,
  };
}

function iconOf(icon: string | null): string | null {
  const drawn = drawableText(oneLine(icon ?? ""));
  const [first] = LETTERS.segment(drawn);
  return first?.segment ?? null;
}

function draftLine(line: Line, fallback: Direction): DraftLine {
  const runs = line.runs.map((run) => ({ ...run, text: drawableText(run.text) }));
  return {
    line: drawableLine(line),
    runs: runs.filter((run) => run.text !== ""),
    direction: line.direction ?? fallback,
  };
}

function drawableLine(line: Line): Line {
  if (line.type !== "row") return line;
  return {
    ...line,
    cells: line.cells.map((cell) =>
      cell.map((run) => ({ ...run, text: drawableText(run.text) })).filter((run) => run.text !== ""),
    ),
  };
}

function plainHeading(text: string): DraftLine {
  const runs: readonly Run[] = [{ text, marks: [] }];
  return { line: { type: "text", runs, direction: "ltr", depth: 0 }, runs, direction: "ltr" };
}

function personName(name: string): string {
  return clip(oneLine(drawableText(oneLine(name))), NAME_LENGTH) || "Guest";
}

/** "Ana", "Ana and Mo", "Ana, Mo and Sam", "Ana, Mo, Sam and 2 more". */
function listNames(names: readonly string[]): string {
  const named = names.slice(0, NAMED_PEOPLE);
  const more = names.length - named.length;
  const parts = more > 0 ? [...named, `${more} more`] : named;
  if (parts.length < 2) return parts.join("");
  return `${parts.slice(0, -1).join(", ")} and ${parts.at(-1) ?? ""}`;
}
