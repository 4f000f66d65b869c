// A new note that the server makes for somebody, with its first text: over HTTP, and by a command in a chat.
import { type NoteId, userPrincipal } from "@reed/log";
import { updatesOfText } from "@reed/text";
import { listNote } from "../admin/notes-index.ts";
import { configOf, type Env } from "../env.ts";
import { signGenesis } from "../host/genesis.ts";
import type { MadeNote } from "./rpc.ts";

export interface NoteMaker {
  readonly userId: string;
  readonly name: string;
  readonly isGuest: boolean;
}

/** `text`: normalised. null where it could not be made; then nothing is left of it. */
export async function createNote(
  env: Env,
  { userId, name, isGuest }: NoteMaker,
  text: string,
): Promise<({ readonly noteId: NoteId } & MadeNote) | null> {
  const { noteId, genesis } = await signGenesis(configOf(env), "note");
  await listNote(env.PLATFORM, noteId, Date.now());
  const owner = userPrincipal(userId);
  const note = env.NOTE.get(env.NOTE.idFromName(noteId));
  const made = await note.create(noteId, { genesis, owner, updates: updatesOfText(text), name, isGuest });
  return made === null ? null : { noteId, ...made };
}
