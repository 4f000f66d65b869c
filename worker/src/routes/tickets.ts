// Tickets: for whoever may read the note, by account, by link, through a chat channel or as its founder. What may not be read does not exist.
import { ticketRequestSchema } from "@reed/api";
import { DecodeError, fromBase64Url } from "@reed/bytes";
import { ed25519 } from "@reed/crypto";
import { parseLinkId } from "@reed/log";
import { Hono } from "hono";
import { callerOf } from "../auth/credentials.ts";
import type { AppEnv } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";
import { readJson } from "../http/read-json.ts";
import { configOf } from "../env.ts";
import { certifyInChannel } from "../identity/certificates.ts";
import { isRevoked } from "../identity/devices.ts";
import { noteIdOfPath, noteObject } from "./note-address.ts";
import { libraryObject } from "./private-log.ts";
import { answerTicket } from "./ticket-answer.ts";

export const tickets = new Hono<AppEnv>().post("/api/notes/:noteId/ticket", async (c) => {
  const noteId = noteIdOfPath(c);
  const request = await readJson(c, ticketRequestSchema);
  const device = fromBase64Url(request.device);
  if (!ed25519.keyOk(device)) throw new ApiProblem("invalid", "device");
  const caller = await callerOf(c, device);
  if (caller === null && (await isRevoked(c.env.PLATFORM, device))) throw new ApiProblem("device_revoked");
  const visit = {
    device,
    user: caller?.principal ?? null,
    linkId: parseLinkId(request.linkId ?? ""),
    linkCertificate: certificateOf(request.linkCertificate),
    ...(caller === null
      ? {}
      : { name: caller.name, session: caller.sessionId, channel: caller.space?.channel ?? null }),
  };
  const admission = await noteObject(c.env, noteId).admit(visit);
  if (admission === null) throw new ApiProblem("not_found");
  if (caller !== null) await libraryObject(c.env, caller.userId).noteTicket(noteId, device, caller.sessionId);
  const visitor = { device, ...admission };
  const { platform } = configOf(c.env);
  const { channel } = admission;
  const certificates =
    channel === null ? [] : [await certifyInChannel(platform, { device, channel, noteId }, Date.now())];
  const admitted = { noteId, visitor, session: caller?.sessionId ?? null, certificates };
  return answerTicket(c, admitted, `/api/notes/${noteId}/socket`);
});

function certificateOf(text: string | undefined): Uint8Array | null {
  if (text === undefined) return null;
  try {
    return fromBase64Url(text);
  } catch (error) {
    if (error instanceof DecodeError) throw new ApiProblem("invalid", "linkCertificate");
    throw error;
  }
}
