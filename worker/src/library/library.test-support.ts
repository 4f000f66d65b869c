// What tests of the private log say: whose log it is, sockets to it, and single registers.
import { env } from "cloudflare:workers";
import { privateLogSchema, type TicketResponse, ticketResponseSchema } from "@reed/api";
import { fromBase64Url } from "@reed/bytes";
import { encodeDataBody, META_BUCKET, parseNoteId, privateRegisters, type PrivateRegisters } from "@reed/log";
import type { Down } from "@reed/protocol";
import * as v from "valibot";
import { libraryObject } from "../routes/private-log.ts";
import { Wire } from "../wire.test-support.ts";
import { api, type Guest, postJson } from "../world.test-support.ts";

const bearer = (guest: Guest) => ({ Authorization: `Bearer ${guest.token}` });

export function getLog(guest: Guest, path = ""): Promise<Response> {
  return api(`/api/me/log${path}`, { headers: bearer(guest) });
}

export async function logOf(guest: Guest): Promise<{ readonly id: string; readonly docId: string }> {
  return v.parse(v.omit(privateLogSchema, ["serverTime"]), await (await getLog(guest)).json());
}

export function askLogTicket(guest: Guest): Promise<Response> {
  return postJson("/api/me/log/ticket", { device: guest.device }, guest.token);
}

export async function logTicket(guest: Guest): Promise<TicketResponse> {
  return v.parse(ticketResponseSchema, await (await askLogTicket(guest)).json());
}

export function upgradeLog(protocols: readonly string[]): Promise<Response> {
  return api("/api/me/log/socket", {
    headers: { Upgrade: "websocket", "Sec-WebSocket-Protocol": protocols.join(", ") },
  });
}

/** A socket to the guest's private log that was let in and has said nothing yet. */
export async function openLog(guest: Guest, key = guest.key): Promise<Wire> {
  const { noteId, protocols, nonce } = await logTicket(guest);
  const { webSocket, status } = await upgradeLog(protocols);
  const id = parseNoteId(noteId);
  if (webSocket === null || id === null) throw new Error(`no socket: ${status}`);
  return new Wire(webSocket, key, id, fromBase64Url(nonce));
}

/** A socket that was welcomed and may write. */
export async function joinLog(guest: Guest): Promise<Wire> {
  const wire = await openLog(guest);
  await wire.hello();
  const author = wire.ledger.author(guest.key.publicKey);
  if (author === null || author.principals.length === 0) await wire.enrol(guest.certificate);
  return wire;
}

export function setRegisters(
  wire: Wire,
  writes: Parameters<typeof privateRegisters.write>[0],
  timeUs = (Date.now() - 1) * 1000,
): Promise<Down> {
  return writePayload(wire, privateRegisters.write(writes, timeUs));
}

export function writePayload(wire: Wire, payload: Uint8Array, bucket: string = META_BUCKET): Promise<Down> {
  return wire.write("data", encodeDataBody({ bucket, payload }));
}

export function registersOf(wire: Wire): PrivateRegisters {
  return privateRegisters.read(wire.ledger.fold(privateRegisters.reducer));
}

export function libraryOf(guest: Guest) {
  return libraryObject(env, guest.userId);
}
