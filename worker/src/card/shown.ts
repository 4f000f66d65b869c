// From what the note's object says of an address to what page, texts and picture show of it.
import { type Card, cardOf, titleCard } from "@reed/card";
import type { CardState } from "../note/rpc.ts";
import type { PageState } from "./page.ts";
import type { PictureInput, PicturePerson, Shape } from "./picture/draft.ts";
import { type Paper, paperOf } from "./picture/palette.ts";

export type Shown =
  | { readonly state: Exclude<PageState, "content"> }
  | {
      readonly state: "content";
      readonly card: Card;
      /** null where the preview may show the title only. */
      readonly text: string | null;
      readonly paper: Paper;
      readonly icon: string | null;
      readonly modifiedAtMs: number | null;
      readonly people: readonly PicturePerson[];
    };

/** Readable on every paper and apart from each other; the app's own. */
const PEOPLE_COLORS = ["#2c6e5a", "#4453b8", "#b5485f", "#a25b12", "#1f6f9c", "#7a4bb0", "#5d7026", "#9a3f8f"] as const;

export function shownOf(card: CardState): Shown {
  switch (card.state) {
    case "content":
      return {
        state: "content",
        card: parsed(card.text),
        text: card.text,
        paper: paperOf(card.color),
        icon: card.icon,
        modifiedAtMs: card.modifiedAtMs,
        people: card.people.map(({ id, name }) => ({ name, color: colorOf(id) })),
      };
    case "title":
      return {
        state: "content",
        card: titleCard(card.title),
        text: null,
        paper: paperOf(card.color),
        icon: card.icon,
        modifiedAtMs: null,
        people: [],
      };
    // A crawler's visit must use nothing up, so what is behind a password or is read once looks like any restricted note.
    case "guarded":
    case "restricted":
      return { state: "restricted" };
    case "sealed":
    case "gone":
    case "unknown":
      return { state: card.state };
  }
}

export function pictureOf(shown: Shown & { readonly state: "content" }, shape: Shape): PictureInput {
  const { card, paper, people, icon } = shown;
  return { type: "note", card, paper, people, icon, shape };
}

/** Crawlers come in crowds, for the page and then for its picture: what was parsed last is likely asked for next. */
let last: { readonly text: string; readonly card: Card } | null = null;

function parsed(text: string): Card {
  if (last?.text !== text) last = { text, card: cardOf(text) };
  return last.card;
}

/** The same for one person in every card. */
function colorOf(userId: string): string {
  let sum = 0;
  for (const character of userId) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return PEOPLE_COLORS[sum % PEOPLE_COLORS.length] ?? PEOPLE_COLORS[0];
}
