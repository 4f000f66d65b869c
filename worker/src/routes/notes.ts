// Making notes. POST: anybody may, and without a token becomes a guest. PUT: the user whose device signed the genesis.
import { type CreateNoteResponse, createNoteRequestSchema, type FoundNoteResponse } from "@reed/api";
import { DecodeError, encodeUtf8 } from "@reed/bytes";
import { decodeGenesis, decodeOp, type NoteId, noteIdOf, type Op, OpError, userPrincipal } from "@reed/log";
import { normaliseText } from "@reed/text";
import { Hono } from "hono";
import { issueAccessToken } from "../auth/access-token.ts";
import { callerOf, requireCaller } from "../auth/credentials.ts";
import { configOf } from "../env.ts";
import type { AppContext, AppEnv } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";
import { readJson } from "../http/read-json.ts";
import { findByDevice } from "../identity/devices.ts";
import { insertGuestWithoutDevice } from "../identity/guests.ts";
import { newUser } from "../identity/users.ts";
import { listNote } from "../admin/notes-index.ts";
import { sha256 } from "../host/ports.ts";
import { createNote, type NoteMaker } from "../note/create-note.ts";
import { MAX_TEXT_BYTES } from "../note/projection.ts";
import type { SettingsChange } from "../settings/settings.ts";
import { noteIdOfPath, noteObject, noteUrl } from "./note-address.ts";

export const notes = new Hono<AppEnv>()
  .post("/api/notes", async (c) => {
    const request = await readJson(c, createNoteRequestSchema);
    if (request.mode === "sealed") throw new ApiProblem("mode_unavailable");
    const text = normaliseText(request.text ?? "");
    if (encodeUtf8(text).length > MAX_TEXT_BYTES) throw new ApiProblem("text_too_large");
    const made = await makeNote(c, text);
    return c.json(made, 201, { Location: `/api/notes/${made.id}` });
  })
  .put("/api/notes/:noteId", async (c) => {
    const noteId = noteIdOfPath(c);
    const caller = await requireCaller(c);
    const envelope = new Uint8Array(await c.req.arrayBuffer());
    const genesis = readGenesis(envelope, noteId);
    const founder = await findByDevice(c.env.PLATFORM, genesis.author);
    if (founder?.id !== caller.userId) throw new ApiProblem("forbidden", "the genesis is signed by another device");
    await listNote(c.env.PLATFORM, noteId, Date.now());
    const result = await noteObject(c.env, noteId).found(noteId, envelope, {
      id: caller.userId,
      name: caller.name,
      isGuest: caller.isGuest,
    });
    const body = { id: noteId, url: noteUrl(c, noteId) } satisfies FoundNoteResponse;
    if (result === "created") return c.json(body, 201);
    if (result === "same") return c.json(body, 200);
    if (result === "gone") throw new ApiProblem("gone");
    throw result === "conflict" ? new ApiProblem("conflict") : new ApiProblem("genesis_invalid", result.code);
  });

/** A new note with `text`, normalised, and `look`, for the caller, who becomes a guest where there is none. */
export async function makeNote(c: AppContext, text: string, look?: SettingsChange): Promise<CreateNoteResponse> {
  const { userId, name, isGuest, guest } = await callerOrGuest(c);
  const made = await createNote(c.env, { userId, name, isGuest }, text);
  if (made === null) throw new ApiProblem("internal");
  const { noteId } = made;
  const owner = { user: userPrincipal(userId), linkId: null, secret: null };
  if (look !== undefined) await noteObject(c.env, noteId).changeSettings(owner, look);
  const url = noteUrl(c, noteId);
  const end = made.expiresMs === null ? {} : { noteExpiresAt: new Date(made.expiresMs).toISOString() };
  return { id: noteId, url, role: "owner", ...end, ...guest };
}

interface Maker extends NoteMaker {
  /** What the answer says of a guest who was just made. */
  readonly guest: Partial<CreateNoteResponse>;
}

async function callerOrGuest(c: AppContext): Promise<Maker> {
  const caller = await callerOf(c);
  if (caller !== null) return { userId: caller.userId, name: caller.name, isGuest: caller.isGuest, guest: {} };
  const nowMs = Date.now();
  const user = newUser({}, nowMs);
  const sessionId = await insertGuestWithoutDevice(c.env.PLATFORM, user, c.req.header("User-Agent") ?? "", nowMs);
  const { token, expiresAtMs } = await issueAccessToken(configOf(c.env).tokens, { userId: user.id, sessionId }, nowMs);
  const guest = { user, accessToken: token, expiresAt: new Date(expiresAtMs).toISOString() };
  return { userId: user.id, name: user.name, isGuest: true, guest };
}

/** Throws an ApiProblem for anything but the genesis of the note `noteId`. */
function readGenesis(envelope: Uint8Array, noteId: NoteId): Op {
  try {
    const op = decodeOp(envelope, sha256);
    if (op.type !== "genesis" || noteIdOf(op.opId) !== noteId) throw new ApiProblem("genesis_invalid", "wrong_note");
    if (decodeGenesis(op.body).scope !== "note") throw new ApiProblem("genesis_invalid", "scope");
    return op;
  } catch (error) {
    if (error instanceof OpError) throw new ApiProblem("genesis_invalid", error.code);
    if (error instanceof DecodeError) throw new ApiProblem("genesis_invalid", "body");
    throw error;
  }
}
