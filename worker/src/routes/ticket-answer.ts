// What every ticket call answers with: the ticket, and how to use it.
import { TICKET_PROTOCOL_PREFIX, type TicketResponse, WIRE_PROTOCOL } from "@reed/api";
import { toBase64Url } from "@reed/bytes";
import type { NoteId } from "@reed/log";
import type { Visitor } from "@reed/room";
import { issueTicket } from "../auth/ticket.ts";
import { configOf } from "../env.ts";
import type { AppContext } from "../http/context.ts";

export interface Admitted {
  readonly noteId: NoteId;
  readonly visitor: Visitor;
  /** The sign-in of the visitor's user; null for nobody's. */
  readonly session: string | null;
  /** What the device may enrol with besides its own. */
  readonly certificates?: readonly Uint8Array[] | undefined;
}

/** `path`: of the socket that the ticket is for. */
export async function answerTicket(
  c: AppContext,
  { noteId, visitor, session, certificates = [] }: Admitted,
  path: string,
): Promise<Response> {
  const ticket = { visitor, session, nonce: crypto.getRandomValues(new Uint8Array(16)) };
  const { token, expiresAtMs } = await issueTicket(configOf(c.env).tokens, noteId, ticket, Date.now());
  const { protocol, host } = new URL(c.req.url);
  const answer: TicketResponse = {
    noteId,
    url: `${protocol === "http:" ? "ws:" : "wss:"}//${host}${path}`,
    protocols: [WIRE_PROTOCOL, TICKET_PROTOCOL_PREFIX + token],
    nonce: toBase64Url(ticket.nonce),
    expiresAt: new Date(expiresAtMs).toISOString(),
    ...(certificates.length === 0 ? {} : { certificates: certificates.map((certificate) => toBase64Url(certificate)) }),
  };
  return c.json(answer, 200, { "Cache-Control": "no-store" });
}
