// The typed client: one method a call. Every answer is decoded by the same schema that the worker's answer is typed by, and
// every failure is a value: a problem of the server's closed list, or that there was no answer worth the name.
import * as v from "valibot";
import { type GuestRequest, type GuestResponse, guestResponseSchema } from "./guests.ts";
import { type CreateLinkRequest, type Link, type LinkList, linkListSchema, linkSchema } from "./links.ts";
import {
  type CreateNoteRequest,
  type CreateNoteResponse,
  createNoteResponseSchema,
  type FoundNoteResponse,
  foundNoteResponseSchema,
} from "./notes.ts";
import { type Health, healthSchema, type Platform, platformSchema } from "./platform.ts";
import { type ProblemCode, problemSchema } from "./problem.ts";
import { type TicketRequest, type TicketResponse, ticketResponseSchema } from "./tickets.ts";

/** As much of `fetch` as is used. */
export type FetchLike = (
  url: string,
  init: {
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly body: string | Uint8Array<ArrayBuffer> | null;
  },
) => Promise<{
  readonly ok: boolean;
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}>;

/** unreachable: no answer came. unexpected: an answer that is not this API's. */
export type ApiFailureCode = ProblemCode | "unreachable" | "unexpected";

export type ApiResult<T> =
  | { readonly ok: true; readonly status: number; readonly value: T }
  | { readonly ok: false; readonly code: ApiFailureCode; readonly retryAfterMs: number | null };

export interface ApiClientOptions {
  readonly fetch: FetchLike;
  /** Without a slash at its end; "" for the page's own origin. */
  readonly baseUrl: string;
  /** The access token of this moment; null to call without one. */
  token(): string | null;
}

export interface ApiClient {
  health(): Promise<ApiResult<Health>>;
  platform(): Promise<ApiResult<Platform>>;
  guest(request: GuestRequest): Promise<ApiResult<GuestResponse>>;
  createNote(request: CreateNoteRequest): Promise<ApiResult<CreateNoteResponse>>;
  /** Status 201: created; 200: it was there, the same. */
  foundNote(noteId: string, genesis: Uint8Array<ArrayBuffer>): Promise<ApiResult<FoundNoteResponse>>;
  ticket(noteId: string, request: TicketRequest): Promise<ApiResult<TicketResponse>>;
  links(noteId: string): Promise<ApiResult<LinkList>>;
  createLink(noteId: string, request: CreateLinkRequest): Promise<ApiResult<Link>>;
  revokeLink(noteId: string, linkId: string): Promise<ApiResult<null>>;
  /** The note's Markdown. */
  text(noteId: string): Promise<ApiResult<string>>;
}

type Body = { readonly json: unknown } | { readonly bytes: Uint8Array<ArrayBuffer> } | null;

export function createApiClient(options: ApiClientOptions): ApiClient {
  async function call<T>(method: string, path: string, body: Body, read: (text: string) => T): Promise<ApiResult<T>> {
    try {
      const init = { method, headers: headersFor(body, options.token()), body: bodyOf(body) };
      const response = await options.fetch(options.baseUrl + path, init).catch(() => null);
      if (response === null) return failure("unreachable", null);
      const text = await response.text().catch(() => null);
      if (text === null) return failure("unreachable", null);
      if (!response.ok) return failure(codeOf(text), waitOf(response.headers.get("Retry-After")));
      return { ok: true, status: response.status, value: read(text) };
    } catch (error) {
      if (error instanceof SyntaxError || v.isValiError(error)) return failure("unexpected", null);
      throw error;
    }
  }
  const note = (noteId: string) => `/api/notes/${noteId}`;
  return {
    health: () => call("GET", "/healthz", null, reader(healthSchema)),
    platform: () => call("GET", "/api/platform", null, reader(platformSchema)),
    guest: (request) => call("POST", "/api/guests", { json: request }, reader(guestResponseSchema)),
    createNote: (request) => call("POST", "/api/notes", { json: request }, reader(createNoteResponseSchema)),
    foundNote: (noteId, genesis) => call("PUT", note(noteId), { bytes: genesis }, reader(foundNoteResponseSchema)),
    ticket: (noteId, request) =>
      call("POST", `${note(noteId)}/ticket`, { json: request }, reader(ticketResponseSchema)),
    links: (noteId) => call("GET", `${note(noteId)}/links`, null, reader(linkListSchema)),
    createLink: (noteId, request) => call("POST", `${note(noteId)}/links`, { json: request }, reader(linkSchema)),
    revokeLink: (noteId, linkId) => call("DELETE", `${note(noteId)}/links/${linkId}`, null, () => null),
    text: (noteId) => call("GET", `${note(noteId)}/text`, null, (text) => text),
  };
}

/** JSON of exactly this schema; throws a SyntaxError or a ValiError. */
function reader<T>(schema: v.GenericSchema<unknown, T>): (text: string) => T {
  return (text) => v.parse(schema, JSON.parse(text));
}

function headersFor(body: Body, token: string | null): Record<string, string> {
  return {
    ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
    ...(body === null ? {} : { "Content-Type": "json" in body ? "application/json" : "application/octet-stream" }),
  };
}

function bodyOf(body: Body): string | Uint8Array<ArrayBuffer> | null {
  if (body === null) return null;
  return "json" in body ? JSON.stringify(body.json) : body.bytes;
}

function codeOf(text: string): ApiFailureCode {
  try {
    return v.parse(problemSchema, JSON.parse(text)).code;
  } catch {
    return "unexpected"; // a proxy's page, or a code that this client does not know yet
  }
}

function waitOf(retryAfter: string | null): number | null {
  return retryAfter !== null && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) * 1000 : null;
}

function failure(
  code: ApiFailureCode,
  retryAfterMs: number | null,
): { readonly ok: false; readonly code: ApiFailureCode; readonly retryAfterMs: number | null } {
  return { ok: false, code, retryAfterMs };
}
