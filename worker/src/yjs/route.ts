// The door for other editors: any y-websocket provider. Its token is checked here, so that nobody without one wakes a note. A
// refusal is a socket that is closed with its reason, since a provider can't see the status of an upgrade and would come again.
import { type NoteId, parseNoteId, userIdOf } from "@reed/log";
import { Hono } from "hono";
import { callerOfToken } from "../auth/credentials.ts";
import { cutIfEnded } from "../auth/live-session.ts";
import type { AppContext, AppEnv } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";
import { YJS_HEADER } from "../note/note-object.ts";
import { noteObject } from "../routes/note-address.ts";
import { libraryObject } from "../routes/private-log.ts";
import { closeAs, isYjsCloseReason, type YjsCloseReason } from "./close-code.ts";
import { encodeCredential, tokenAmong, YJS_PROTOCOL, type YjsCredential } from "./credential.ts";

/** A provider has no key: only its sign-in can be cut. */
const NO_DEVICE = new Uint8Array();

export const yjs = new Hono<AppEnv>().get("/yjs/:noteId", async (c) => {
  if (c.req.header("Upgrade")?.toLowerCase() !== "websocket") throw new ApiProblem("upgrade_required");
  const noteId = parseNoteId(c.req.param("noteId"));
  if (noteId === null) return refuse(c, "not_found");
  const credential = await credentialOf(c);
  return typeof credential === "string" ? refuse(c, credential) : enter(c, noteId, credential);
});

async function enter(c: AppContext, noteId: NoteId, credential: YjsCredential): Promise<Response> {
  // A request of our own making: nothing that came from outside reaches the object but the credential.
  const upgrade = new Request("https://note/yjs", {
    headers: {
      Upgrade: "websocket",
      "Sec-WebSocket-Protocol": YJS_PROTOCOL,
      [YJS_HEADER]: encodeCredential(credential),
    },
  });
  const response = await noteObject(c.env, noteId).fetch(upgrade);
  if (response.status === 101) {
    await rememberSession(c, noteId, credential);
    return response;
  }
  const reason = await response.text();
  return refuse(c, isYjsCloseReason(reason) ? reason : "overloaded");
}

/** So that the socket is cut when its sign-in ends. */
async function rememberSession(c: AppContext, noteId: NoteId, credential: YjsCredential): Promise<void> {
  const userId = credential.type === "user" ? userIdOf(credential.user) : null;
  if (credential.type !== "user" || userId === null) return;
  await libraryObject(c.env, userId).noteTicket(noteId, NO_DEVICE, credential.session);
  cutIfEnded(c, { userId, sessionId: credential.session, device: null });
}

async function credentialOf(c: AppContext): Promise<YjsCredential | YjsCloseReason> {
  const token = tokenAmong(c.req.header("Sec-WebSocket-Protocol") ?? "");
  if (token === null) return "unauthenticated";
  if (token.type === "link") return token;
  try {
    const { principal, sessionId } = await callerOfToken(c, token.token);
    return { type: "user", user: principal, session: sessionId };
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    if (error.code === "session_ended" || error.code === "account_deleted") return "access_ended";
    return error.code === "token_expired" ? "token_expired" : "unauthenticated";
  }
}

/** Opens the socket only to close it with a word that its provider can read. */
function refuse(c: AppContext, reason: YjsCloseReason): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  closeAs(server, reason);
  const offered = (c.req.header("Sec-WebSocket-Protocol") ?? "").split(",").map((protocol) => protocol.trim());
  const headers = offered.includes(YJS_PROTOCOL) ? { "Sec-WebSocket-Protocol": YJS_PROTOCOL } : {};
  return new Response(null, { status: 101, webSocket: client, headers });
}
