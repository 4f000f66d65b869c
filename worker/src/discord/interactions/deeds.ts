// What a call from Discord asks for and takes longer than an answer may: done after it was announced, and told by the interaction's
// token. None of these rejects: whoever called is told that it did not work, or nothing where Discord takes nothing more.
import { type NoteId, userPrincipal } from "@reed/log";
import type { Env } from "../../env.ts";
import { findByIdentity, type Identity, userOfIdentity } from "../../identity/identities.ts";
import { log } from "../../log.ts";
import { createNote } from "../../note/create-note.ts";
import { noteObject } from "../../routes/note-address.ts";
import type { DiscordApi } from "../api.ts";
import type { DiscordConfig } from "../config.ts";
import { LivingCardSender } from "../living-card-sender.ts";
import { DiscordRefusal } from "../refusal.ts";
import type { Ticked } from "../tick.ts";
import { sayInMessage, sayPrivately } from "../webhooks.ts";
import { privately } from "./answers.ts";
import { nameOf } from "./chat-text.ts";
import type { Call } from "./interaction.ts";
import { isFirst } from "./once.ts";
import { SENTENCES } from "./sentences.ts";

/** Where a call came to. */
export interface Place {
  readonly env: Env;
  readonly discord: DiscordConfig;
  readonly api: DiscordApi;
  /** Of the app, for a browser. */
  readonly origin: string;
  /** When it came. */
  readonly beganMs: number;
}

/** Between tries of what Discord does not know yet: three seconds in all. */
const ANNOUNCED_WITHIN_MS = [250, 750, 2000] as const;

type Sentence = (typeof SENTENCES)[keyof typeof SENTENCES];

const REFUSED: Readonly<Record<Exclude<Ticked, "ticked">, Sentence>> = {
  done: SENTENCES.done,
  not_found: SENTENCES.not_here,
  forbidden: SENTENCES.read_only,
  locked: SENTENCES.locked,
  overloaded: SENTENCES.busy,
};

/** A note of whoever called, for their channel to write in. */
export function beginNote(call: Call, place: Place, text: string): Promise<void> {
  return attempt(call, place, SENTENCES.not_made, async () => {
    const { env } = place;
    if (!(await isFirst(env, "interaction", call.id))) return;
    const { user, isDeleted } = await userOfIdentity(env.PLATFORM, identityOf(call), nameOf(call.person), Date.now());
    if (isDeleted) return say(call, place, SENTENCES.deleted);
    const { id, name } = user;
    const made = await createNote(env, { userId: id, name, isGuest: false }, text);
    if (made === null) return say(call, place, SENTENCES.not_made);
    const owner = { id, name, principal: userPrincipal(id), channelId: call.channelId };
    const granted = await noteObject(env, made.noteId).putChannel(owner, "editor");
    if ("code" in granted) return say(call, place, SENTENCES.not_made);
    return show(call, place, made.noteId);
  });
}

/** Shows the note in the message, as far as the channel may see it, and keeps it up to date from now on. */
export function showNote(call: Call, place: Place, noteId: NoteId): Promise<void> {
  return attempt(call, place, SENTENCES.not_shown, () => show(call, place, noteId));
}

export function tickTask(call: Call, place: Place, noteId: NoteId): Promise<void> {
  return attempt(call, place, SENTENCES.busy, async () => {
    if (!(await isFirst(place.env, "interaction", call.id))) return;
    const userId = await findByIdentity(place.env.PLATFORM, identityOf(call));
    const user = userId === null ? null : userPrincipal(userId);
    const ticked = await noteObject(place.env, noteId).tickNext(call.channel, user);
    await show(call, place, noteId);
    if (ticked !== "ticked") await say(call, place, REFUSED[ticked]);
  });
}

function identityOf({ person }: Call): Identity {
  return { provider: "discord", subject: person.id };
}

async function show({ channel, token }: Call, { env, discord, origin, beganMs }: Place, noteId: NoteId): Promise<void> {
  const note = noteObject(env, noteId);
  const view = await note.channelCard(channel);
  const sender = new LivingCardSender(env, noteId, discord);
  await note.keepCard(await whenAnnounced(() => sender.show(view, { channel, origin, token, beganMs })));
}

/** In place of the message that was announced; beside the message whose button was pressed. */
function say(call: Call, { api, discord }: Place, sentence: Sentence): Promise<void> {
  const hook = { applicationId: discord.applicationId, token: call.token };
  const isAnnounced = call.request.type !== "button";
  return whenAnnounced(() => (isAnnounced ? sayInMessage : sayPrivately)(api, hook, privately(sentence)));
}

/** Does `work`, which Discord knows nothing of before it has dealt with the answer: that may come to it later than this. */
async function whenAnnounced<T>(work: () => Promise<T>): Promise<T> {
  for (const waitMs of ANNOUNCED_WITHIN_MS) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DiscordRefusal) || error.status !== 404) throw error;
      await scheduler.wait(waitMs);
    }
  }
  return work();
}

async function attempt(call: Call, place: Place, sentence: Sentence, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    // What Discord did is logged where it is called.
    if (error instanceof DiscordRefusal) return;
    const { name, message } = error instanceof Error ? error : new Error("not an error");
    log("error", { error: "interaction", request: call.request.type, name, message });
    await say(call, place, sentence).catch(() => undefined);
  }
}
