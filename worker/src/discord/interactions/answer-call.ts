// What is done with a call from Discord: what can be answered at once is, the rest is announced and done after (deeds.ts). Nobody
// learns anything here of a note that their channel may not see.
import type { NoteId } from "@reed/log";
import { noteObject } from "../../routes/note-address.ts";
import { spaceName } from "../../space/rpc.ts";
import { launch } from "../webhooks.ts";
import {
  type Answer,
  choicesOf,
  LAUNCH_ACTIVITY,
  MAX_CHOICES,
  MAX_OFFERED,
  NOTED,
  offer,
  SOON,
  tell,
  type Titled,
} from "./answers.ts";
import { noteTextOf, plainText, titledText } from "./chat-text.ts";
import { beginNote, type Place, showNote, tickTask } from "./deeds.ts";
import type { Call, Wanted } from "./interaction.ts";
import { mayBegin } from "./making-rate.ts";
import { SENTENCES } from "./sentences.ts";

export interface Reply {
  /** null: Discord has the answer already. */
  readonly answer: Answer | null;
  /** What was announced; never rejects. */
  readonly later?: (() => Promise<void>) | undefined;
}

/** How long Discord may take to launch the Activity before it is asked by the answer itself. */
const LAUNCH_MS = 1500;

export async function replyTo(call: Call, place: Place): Promise<Reply> {
  const { request } = call;
  switch (request.type) {
    case "launch":
      return { answer: LAUNCH_ACTIVITY };
    case "suggest":
      return { answer: choicesOf(await notesOf(call, place, request.words, MAX_CHOICES)) };
    case "new":
      return begin(call, place, titledText(request.title));
    case "turn": {
      const text = noteTextOf(request.message);
      return text === null ? { answer: tell(SENTENCES.no_words) } : begin(call, place, text);
    }
    case "open":
      return withNote(call, place, request.wanted, (noteId) => open(call, place, noteId));
    case "search":
      return withNote(call, place, request.wanted, (noteId) => ({
        answer: SOON,
        later: () => showNote(call, place, noteId),
      }));
    case "button":
      return press(call, place, request.button);
    case "strange":
      return { answer: tell(SENTENCES.unknown) };
  }
}

function begin(call: Call, place: Place, text: string): Reply {
  if (!mayBegin(call.person.id, place.beganMs)) return { answer: tell(SENTENCES.too_many) };
  return { answer: SOON, later: () => beginNote(call, place, text) };
}

async function press(
  call: Call,
  place: Place,
  { action, noteId }: Extract<Call["request"], { type: "button" }>["button"],
): Promise<Reply> {
  switch (action) {
    case "open":
      return (await mayRead(call, place, noteId)) ? open(call, place, noteId) : { answer: tell(SENTENCES.not_here) };
    case "refresh":
      return { answer: NOTED, later: () => showNote(call, place, noteId) };
    case "tick":
      return { answer: NOTED, later: () => tickTask(call, place, noteId) };
  }
}

/** Does `work` with the note that is meant, or says why not, or asks which. */
async function withNote(
  call: Call,
  place: Place,
  { noteId, words }: Wanted,
  work: (noteId: NoteId) => Reply | Promise<Reply>,
): Promise<Reply> {
  if (noteId !== null)
    return (await mayRead(call, place, noteId)) ? work(noteId) : { answer: tell(SENTENCES.not_here) };
  const found = await notesOf(call, place, words, MAX_OFFERED);
  const title = plainText(words).toLowerCase();
  const called = found.filter((note) => plainText(note.title).toLowerCase() === title);
  const [only, other] = called.length === 1 ? called : found;
  if (only === undefined) return { answer: tell(SENTENCES.none_found) };
  return other === undefined ? work(only.id) : { answer: offer(SENTENCES.which, found) };
}

/** Brings whoever called into the Activity, to the note: by what is kept for them, and for all by the instance that they come to. */
async function open(call: Call, place: Place, noteId: NoteId): Promise<Reply> {
  const space = spaceOf(call, place);
  await space.pend(call.person.id, noteId);
  const launched = launch(place.api, call.id, call.token).then(
    (instance) => ({ instance }),
    () => null,
  );
  const soon = await Promise.race([launched, scheduler.wait(LAUNCH_MS).then(() => null)]);
  const later = async (): Promise<void> => {
    const instance = (await launched)?.instance ?? null;
    if (instance !== null) await space.bind(instance, noteId);
  };
  return { answer: soon === null ? LAUNCH_ACTIVITY : null, later };
}

function mayRead({ channel }: Call, { env }: Place, noteId: NoteId): Promise<boolean> {
  return noteObject(env, noteId).mayRead({ user: null, linkId: null, channel });
}

async function notesOf(call: Call, place: Place, words: string, limit: number): Promise<readonly Titled[]> {
  const notes = await spaceOf(call, place).notes(plainText(words), limit);
  return notes.map(({ id, title }) => ({ id, title }));
}

function spaceOf({ channelId }: Call, { env }: Place) {
  return env.SPACE.get(env.SPACE.idFromName(spaceName(channelId)));
}
