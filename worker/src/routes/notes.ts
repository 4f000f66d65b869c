// Making notes. POST: anybody may, and without a token becomes a guest. PUT: the user whose device signed the genesis.
import { type CreateNoteResponse, createNoteRequestSchema, type FoundNoteResponse } from "@reed/api";
import { encodeUtf8 } from "@reed/bytes";
import {
  decodeOp,
  encodeGenesis,
  ENTROPY_BYTES,
  type NoteId,
  noteIdOf,
  type Op,
  OpError,
  prepareOp,
  sealEnvelope,
  userPrincipal,
} from "@reed/log";
import { Hono } from "hono";
import { issueAccessToken } from "../auth/access-token.ts";
import { callerOf, requireCaller } from "../auth/credentials.ts";
import { type Config, configOf } from "../env.ts";
import { normaliseText, updatesOfText } from "../first-text.ts";
import type { AppContext, AppEnv } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";
import { readJson } from "../http/read-json.ts";
import { findByDevice, insertUser, newUser } from "../identity/users.ts";
import { sha256 } from "../note/ports.ts";
import { MAX_TEXT_BYTES } from "../note/projection.ts";
import { noteIdOfPath, noteObject, noteUrl } from "./note-address.ts";

export const notes = new Hono<AppEnv>()
  .post("/api/notes", async (c) => {
    const request = await readJson(c, createNoteRequestSchema);
    if (request.mode === "sealed") throw new ApiProblem("mode_unavailable");
    const text = normaliseText(request.text ?? "");
    if (encodeUtf8(text).length > MAX_TEXT_BYTES) throw new ApiProblem("text_too_large");
    const { userId, guest } = await callerOrGuest(c);
    const { noteId, genesis } = await makeGenesis(configOf(c.env));
    const owner = userPrincipal(userId);
    const isMade = await noteObject(c.env, noteId).create(noteId, { genesis, owner, updates: updatesOfText(text) });
    if (!isMade) throw new ApiProblem("internal");
    const url = noteUrl(c, noteId);
    return c.json({ id: noteId, url, role: "owner", ...guest } satisfies CreateNoteResponse, 201, {
      Location: `/api/notes/${noteId}`,
    });
  })
  .put("/api/notes/:noteId", async (c) => {
    const noteId = noteIdOfPath(c);
    const caller = await requireCaller(c);
    const envelope = new Uint8Array(await c.req.arrayBuffer());
    const genesis = readGenesis(envelope, noteId);
    const founder = await findByDevice(c.env.PLATFORM, genesis.author);
    if (founder?.id !== caller.userId) throw new ApiProblem("forbidden", "the genesis is signed by another device");
    const result = await noteObject(c.env, noteId).found(noteId, envelope);
    const body = { id: noteId, url: noteUrl(c, noteId) } satisfies FoundNoteResponse;
    if (result === "created") return c.json(body, 201);
    if (result === "same") return c.json(body, 200);
    throw result === "conflict" ? new ApiProblem("conflict") : new ApiProblem("genesis_invalid", result.code);
  });

async function callerOrGuest(
  c: AppContext,
): Promise<{ readonly userId: string; readonly guest: Partial<CreateNoteResponse> }> {
  const caller = await callerOf(c);
  if (caller !== null) return { userId: caller.userId, guest: {} };
  const nowMs = Date.now();
  const user = newUser({}, nowMs);
  await insertUser(c.env.PLATFORM, user, nowMs);
  const { token, expiresAtMs } = await issueAccessToken(configOf(c.env).tokens, user.id, nowMs);
  return { userId: user.id, guest: { user, accessToken: token, expiresAt: new Date(expiresAtMs).toISOString() } };
}

/** The first op of a new note, by the gateway. */
async function makeGenesis({
  gateway,
  platform,
}: Config): Promise<{ readonly noteId: NoteId; readonly genesis: Uint8Array }> {
  const zeros = new Uint8Array(32);
  const nowUs = Date.now() * 1000;
  const entropy = crypto.getRandomValues(new Uint8Array(ENTROPY_BYTES));
  const unsigned = prepareOp(
    {
      type: "genesis",
      docId: zeros,
      author: gateway.signer.publicKey,
      ctr: nowUs,
      wallTimeUs: nowUs,
      prev: zeros,
      acl: zeros,
      seenSeq: 0,
      seenChain: zeros,
      body: encodeGenesis({ scope: "note", mode: "open", platform: platform.publicKey, entropy }),
    },
    sha256,
  );
  return {
    noteId: noteIdOf(unsigned.opId),
    genesis: sealEnvelope(unsigned, await gateway.signer.sign(unsigned.message)),
  };
}

function readGenesis(envelope: Uint8Array, noteId: NoteId): Op {
  try {
    const op = decodeOp(envelope, sha256);
    if (op.type === "genesis" && noteIdOf(op.opId) === noteId) return op;
  } catch (error) {
    if (!(error instanceof OpError)) throw error;
    throw new ApiProblem("genesis_invalid", error.code);
  }
  throw new ApiProblem("genesis_invalid", "wrong_note");
}
