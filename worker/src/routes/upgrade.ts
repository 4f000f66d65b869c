// The parts of every upgrade: the ticket is read off the request, and what it says goes to the object in a request of our own
// making, so that nothing else which came from outside reaches it.
import { TICKET_PROTOCOL_PREFIX, WIRE_PROTOCOL } from "@reed/api";
import { CLOSE_CODES, type CloseReason } from "@reed/protocol";
import { cutIfEnded, openingOf, requireLive } from "../auth/live-session.ts";
import { encodeTicket, type LogTicket } from "../auth/ticket.ts";
import type { AppContext } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";
import { TRACE_HEADER } from "../http/trace.ts";
import { TICKET_HEADER } from "../host/room-host.ts";

/** The ticket among the offered protocols; the wire must be offered too, for it is what we answer with. Throws an ApiProblem. */
export function offeredTicket(c: AppContext): string {
  if (c.req.header("Upgrade")?.toLowerCase() !== "websocket") throw new ApiProblem("upgrade_required");
  const offered = c.req.header("Sec-WebSocket-Protocol") ?? "";
  const protocols = offered.split(",").map((protocol) => protocol.trim());
  const ticket = protocols.find((protocol) => protocol.startsWith(TICKET_PROTOCOL_PREFIX));
  if (ticket === undefined || !protocols.includes(WIRE_PROTOCOL)) throw new ApiProblem("ticket_invalid");
  return ticket.slice(TICKET_PROTOCOL_PREFIX.length);
}

/**
 * Hands a checked ticket to the object that hosts its log, if the sign-in that it was given to still holds. Throws an ApiProblem
 * where it lets nobody in.
 */
export async function upgradeAt(
  c: AppContext,
  object: { fetch(request: Request): Promise<Response> },
  { noteId, ticket }: LogTicket,
): Promise<Response> {
  const opening = openingOf(ticket);
  if (opening !== null) await requireLive(c, opening);
  const request = new Request("https://log/socket", {
    headers: {
      [TRACE_HEADER]: c.get("trace").parent,
      Upgrade: "websocket",
      "Sec-WebSocket-Protocol": WIRE_PROTOCOL,
      [TICKET_HEADER]: encodeTicket(noteId, ticket),
    },
  });
  const response = await object.fetch(request);
  if (response.status === 101) {
    if (opening !== null) cutIfEnded(c, opening);
    return response;
  }
  if (response.status === 403) throw new ApiProblem("ticket_wrong_note");
  if (response.status === 409) throw new ApiProblem("ticket_invalid", "used before");
  if (response.status === 503) return turnAway();
  throw new ApiProblem("not_found");
}

/** A browser reads no answer to an upgrade, but the end of a socket: who does not fit is told by one (wire.md, W49). */
function turnAway(): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  server.close(CLOSE_CODES.overloaded.code, "overloaded" satisfies CloseReason);
  return new Response(null, { status: 101, webSocket: client, headers: { "Sec-WebSocket-Protocol": WIRE_PROTOCOL } });
}
