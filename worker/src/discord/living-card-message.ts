// The message of a living card: title, picture, progress, who is writing, buttons. Pure; the same view gives the same message, so that
// its revision tells whether there is anything to change. Its form is Discord's Components V2.
import { clip, nextTask } from "@reed/card";
import type { NoteId } from "@reed/log";
import { type Notice, NOTICES } from "../card/notices.ts";
import type { PictureInput } from "../card/picture/draft.ts";
import { pictureOf, type Shown, shownOf } from "../card/shown.ts";
import { COMPONENTS, NO_MENTIONS } from "./interactions/answers.ts";
import { plainText, safeText } from "./interactions/chat-text.ts";
import { type ButtonAction, customIdOf } from "./interactions/custom-id.ts";
import type { ChannelCard } from "./living-card-view.ts";

const TEXT = 10;
const PICTURE = 12;
const ROW = 1;
const BUTTON = 2;
const CONTAINER = 17;
const STYLES = { primary: 1, secondary: 2, link: 5 } as const;
/** The colour of the reed in our mark. */
const ACCENT = 0x2c6e5a;

const MAX_TITLE_LENGTH = 100;
const MAX_TASK_LENGTH = 80;
const MAX_NAME_LENGTH = 32;
const MAX_DESCRIPTION_LENGTH = 200;
const NAMED_WRITERS = 3;

export const PICTURE_NAME = "note.png";

export interface CardMessage {
  readonly flags: typeof COMPONENTS;
  readonly allowed_mentions: typeof NO_MENTIONS;
  readonly components: readonly Container[];
  /** The one file that comes with it; whatever was there before goes. */
  readonly attachments: readonly [{ readonly id: 0; readonly filename: string; readonly description: string }];
}

interface Container {
  readonly type: typeof CONTAINER;
  readonly accent_color: number;
  readonly components: readonly (Text | Gallery | Row)[];
}

interface Text {
  readonly type: typeof TEXT;
  readonly content: string;
}

interface Gallery {
  readonly type: typeof PICTURE;
  readonly items: readonly [{ readonly media: { readonly url: string }; readonly description: string }];
}

interface Row {
  readonly type: typeof ROW;
  readonly components: readonly Button[];
}

type Button = { readonly type: typeof BUTTON; readonly label: string } & (
  | { readonly style: typeof STYLES.primary | typeof STYLES.secondary; readonly custom_id: string }
  | { readonly style: typeof STYLES.link; readonly url: string }
);

/** What is to be said, and the picture that belongs to it: drawn, or one that every note shares. */
export interface DraftedCard {
  readonly message: CardMessage;
  readonly picture: PictureInput | "shared" | "unavailable";
}

/** `origin`: where the app is, for a browser. */
export function draftCard(view: ChannelCard, noteId: NoteId, origin: string): DraftedCard {
  if (view.state === "unavailable")
    return {
      message: noticeMessage({ ...NOTICES.unavailable, detail: UNAVAILABLE_DETAIL }, [button("refresh", noteId)]),
      picture: "unavailable",
    };
  const web = { type: BUTTON, style: STYLES.link, label: "Web", url: `${origin}/n/${noteId}` } as const;
  const buttons = [button("open", noteId), button("refresh", noteId), web];
  const shown = view.state === "shown" ? shownOf(view.card) : null;
  if (view.state === "hidden" || shown?.state !== "content")
    return { message: noticeMessage({ ...NOTICES.shared, detail: HIDDEN_DETAIL }, buttons), picture: "shared" };
  const task = shown.text === null ? null : nextTask(shown.text);
  const isTickable = view.mayTick && task !== null;
  const described = clip(
    `Picture of the note: ${plainText(shown.card.title ?? NOTICES.empty.title)}`,
    MAX_DESCRIPTION_LENGTH,
  );
  const lines = [progressLine(shown, task?.words ?? null), writersLine(view.writers)].filter((line) => line !== "");
  const message = messageOf({
    title: safeText(shown.card.title ?? "", MAX_TITLE_LENGTH) || NOTICES.empty.title,
    description: described,
    lines,
    buttons: isTickable ? [button("open", noteId), button("tick", noteId), ...buttons.slice(1)] : buttons,
  });
  return { message, picture: pictureOf(shown, "wide") };
}

const UNAVAILABLE_DETAIL = "It is not shared with this channel, or is there no more.";
const HIDDEN_DETAIL = "Open it to read it in Reed.";
const LABELS: Readonly<Record<ButtonAction, string>> = {
  open: "Open note",
  tick: "Tick next task",
  refresh: "Refresh",
};

function button(action: ButtonAction, noteId: NoteId): Button {
  const style = action === "open" ? STYLES.primary : STYLES.secondary;
  return { type: BUTTON, style, label: LABELS[action], custom_id: customIdOf({ action, noteId }) };
}

function noticeMessage({ title, detail }: Notice, buttons: readonly Button[]): CardMessage {
  return messageOf({ title, description: title, lines: [detail], buttons });
}

interface Parts {
  readonly title: string;
  /** Of the picture, for whoever does not see it. */
  readonly description: string;
  readonly lines: readonly string[];
  readonly buttons: readonly Button[];
}

function messageOf({ title, description, lines, buttons }: Parts): CardMessage {
  const below: readonly Text[] = lines.length === 0 ? [] : [{ type: TEXT, content: lines.join("\n") }];
  const components: Container["components"] = [
    { type: TEXT, content: `### ${title}` },
    { type: PICTURE, items: [{ media: { url: `attachment://${PICTURE_NAME}` }, description }] },
    ...below,
    { type: ROW, components: buttons },
  ];
  return {
    flags: COMPONENTS,
    allowed_mentions: NO_MENTIONS,
    components: [{ type: CONTAINER, accent_color: ACCENT, components }],
    attachments: [{ id: 0, filename: PICTURE_NAME, description }],
  };
}

function progressLine({ card }: Shown & { readonly state: "content" }, next: string | null): string {
  const { done, total } = card.tasks;
  if (total === 0) return "";
  const progress = done === total ? `All ${total} done` : `${done} of ${total} done`;
  return next === null || next === "" ? progress : `${progress}. Next: ${safeText(next, MAX_TASK_LENGTH)}`;
}

function writersLine(writers: readonly string[]): string {
  const names = writers.slice(0, NAMED_WRITERS).map((name) => safeText(name, MAX_NAME_LENGTH));
  const more = writers.length - names.length;
  const parts = more > 0 ? [...names, `${more} more`] : names;
  if (parts.length === 0) return "";
  const last = parts.at(-1) ?? "";
  return parts.length === 1 ? `-# ${last} is writing` : `-# ${parts.slice(0, -1).join(", ")} and ${last} are writing`;
}
