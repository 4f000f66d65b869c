// POST /api/notes/<id>/ticket: leave to open one socket to one note, for a minute.
import * as v from "valibot";
import { certificateField, keyField, linkIdField, noteIdField, timeField } from "./fields.ts";

export const ticketRequestSchema = v.object({
  device: keyField,
  linkId: v.optional(linkIdField),
  /** Proves an edit link's secret without showing it: a certificate for `device` by the link's write key. */
  linkCertificate: v.optional(certificateField),
});

export const ticketResponseSchema = v.object({
  noteId: noteIdField,
  /** Address of the socket, ws: or wss:. */
  url: v.string(),
  /** To be offered as they are: the wire's name and the ticket. */
  protocols: v.tuple([v.string(), v.string()]),
  /** 16 bytes that HELLO signs. */
  nonce: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{21}[AQgw]$/)),
  expiresAt: timeField,
  /** What the device may enrol with in this note besides its own: for whoever came through a chat channel that has it. */
  certificates: v.optional(v.array(certificateField)),
});

export type TicketRequest = v.InferInput<typeof ticketRequestSchema>;
export type TicketResponse = v.InferOutput<typeof ticketResponseSchema>;

export const WIRE_PROTOCOL = "reed.1";
export const TICKET_PROTOCOL_PREFIX = "t.";
