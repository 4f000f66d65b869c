// The private log of whoever calls: GET /api/me/log, POST /api/me/log/ticket.
import * as v from "valibot";
import { hashField, keyField, noteIdField, timeField } from "./fields.ts";

/**
 * `id`: the first half of `docId`, as tickets name the log. `serverTime`: the server's clock, since a register's time must not be
 * ahead of it.
 */
export const privateLogSchema = v.object({ id: noteIdField, docId: hashField, serverTime: timeField });

export const privateLogTicketRequestSchema = v.object({ device: keyField });

export type PrivateLog = v.InferOutput<typeof privateLogSchema>;
export type PrivateLogTicketRequest = v.InferInput<typeof privateLogTicketRequestSchema>;
