// Tickets: leave to open one socket to one note, for a minute, with one device's key. Checked before the note's object is woken;
// what the ticket says is then handed to the object, which asks its own grants.
import { fromBase64Url, toBase64Url } from "@reed/bytes";
import { type NoteId, parseNoteId, parsePrincipal } from "@reed/log";
import type { Visitor } from "@reed/room";
import * as v from "valibot";
import { ApiProblem } from "../http/problem.ts";
import type { SignedToken, TokenKey, TokenKind } from "./token-key.ts";

const TICKET: TokenKind = { typ: "reed-ticket+jwt", audience: "reed-socket", lifetimeMs: 60 * 1000 };

export interface Ticket {
  readonly visitor: Visitor;
  /** 16 bytes that HELLO must sign. */
  readonly nonce: Uint8Array;
  /** The sign-in of the visitor's user; null for a visitor who is nobody's. */
  readonly session: string | null;
}

export interface LogTicket {
  /** Of a note, or of a user's private log. */
  readonly noteId: NoteId;
  readonly ticket: Ticket;
}

const bytesField = (length: number) =>
  v.pipe(
    v.string(),
    v.regex(/^[A-Za-z0-9_-]+$/),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      try {
        const bytes = fromBase64Url(dataset.value);
        if (bytes.length === length) return bytes;
      } catch {
        // not base64url: said below
      }
      addIssue({ message: "bytes" });
      return NEVER;
    }),
  );

const noteField = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const noteId = parseNoteId(dataset.value);
    if (noteId !== null) return noteId;
    addIssue({ message: "note id" });
    return NEVER;
  }),
);

const principalField = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const principal = parsePrincipal(dataset.value);
    if (principal !== null) return principal;
    addIssue({ message: "principal" });
    return NEVER;
  }),
);

/** The claims of a ticket, and what the worker tells the object: one form. */
const claimsSchema = v.object({
  note: noteField,
  device: bytesField(32),
  user: v.nullable(principalField),
  link: v.nullable(principalField),
  secret: v.boolean(),
  nonce: bytesField(16),
  session: v.nullable(v.pipe(v.string(), v.uuid())),
  /** Left out where the visitor came through none. */
  channel: v.optional(principalField),
});

export function issueTicket(key: TokenKey, noteId: NoteId, ticket: Ticket, nowMs: number): Promise<SignedToken> {
  return key.sign(TICKET, claimsOf(noteId, ticket), nowMs);
}

/** Throws an ApiProblem for a ticket that does not open `noteId` now. */
export async function verifyTicket(key: TokenKey, noteId: NoteId, token: string, nowMs: number): Promise<Ticket> {
  const { noteId: opened, ticket } = await readTicket(key, token, nowMs);
  if (opened !== noteId) throw new ApiProblem("ticket_wrong_note");
  return ticket;
}

/** What a ticket says and which log it opens. Throws an ApiProblem for one that opens nothing now. */
export async function readTicket(key: TokenKey, token: string, nowMs: number): Promise<LogTicket> {
  const verdict = await key.verify(TICKET, token, nowMs);
  if (verdict.type === "expired") throw new ApiProblem("ticket_expired");
  if (verdict.type === "invalid") throw new ApiProblem("ticket_invalid");
  const claims = v.safeParse(claimsSchema, verdict.payload);
  if (!claims.success) throw new ApiProblem("ticket_invalid");
  return { noteId: claims.output.note, ticket: ticketOf(claims.output) };
}

export function encodeTicket(noteId: NoteId, ticket: Ticket): string {
  return JSON.stringify(claimsOf(noteId, ticket));
}

/** What encodeTicket wrote. Throws for anything else: only the worker writes it. */
export function decodeTicket(text: string): LogTicket {
  const claims = v.parse(claimsSchema, JSON.parse(text));
  return { noteId: claims.note, ticket: ticketOf(claims) };
}

function claimsOf(noteId: NoteId, { visitor, nonce, session }: Ticket) {
  const { device, user, link, holdsLinkSecret: secret, channel = null } = visitor;
  const claims = { note: noteId, device: toBase64Url(device), user, link, secret, nonce: toBase64Url(nonce), session };
  return channel === null ? claims : { ...claims, channel };
}

function ticketOf(claims: v.InferOutput<typeof claimsSchema>): Ticket {
  const { device, user, link, secret, nonce, session, channel = null } = claims;
  return { visitor: { device, user, link, holdsLinkSecret: secret, channel }, nonce, session };
}
