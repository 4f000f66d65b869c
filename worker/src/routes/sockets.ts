// The upgrade: for whoever brings a good ticket. It is checked here, so that nobody without one wakes a note.
import { TICKET_PROTOCOL_PREFIX, WIRE_PROTOCOL } from "@reed/api";
import { Hono } from "hono";
import { encodeTicket, verifyTicket } from "../auth/ticket.ts";
import { configOf } from "../env.ts";
import type { AppEnv } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";
import { TICKET_HEADER } from "../note/note-object.ts";
import { noteIdOfPath, noteObject } from "./note-address.ts";

export const sockets = new Hono<AppEnv>().get("/api/notes/:noteId/socket", async (c) => {
  const noteId = noteIdOfPath(c);
  if (c.req.header("Upgrade")?.toLowerCase() !== "websocket") throw new ApiProblem("upgrade_required");
  const token = ticketFrom(c.req.header("Sec-WebSocket-Protocol") ?? "");
  const ticket = await verifyTicket(configOf(c.env).tokens, noteId, token, Date.now());
  // A request of our own making: nothing that came from outside reaches the object but what the ticket says.
  const upgrade = new Request("https://note/socket", {
    headers: {
      Upgrade: "websocket",
      "Sec-WebSocket-Protocol": WIRE_PROTOCOL,
      [TICKET_HEADER]: encodeTicket(noteId, ticket),
    },
  });
  const response = await noteObject(c.env, noteId).fetch(upgrade);
  if (response.status === 101) return response;
  throw new ApiProblem(response.status === 404 ? "not_found" : "overloaded");
});

/** The ticket among the offered protocols; the wire must be offered too, for it is what we answer with. */
function ticketFrom(offered: string): string {
  const protocols = offered.split(",").map((protocol) => protocol.trim());
  const ticket = protocols.find((protocol) => protocol.startsWith(TICKET_PROTOCOL_PREFIX));
  if (ticket === undefined || !protocols.includes(WIRE_PROTOCOL)) throw new ApiProblem("ticket_invalid");
  return ticket.slice(TICKET_PROTOCOL_PREFIX.length);
}
