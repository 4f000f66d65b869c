// The typed client: one method a call. Every answer is decoded by the same schema that the worker's answer is typed by, and
// every failure is a value: a problem of the server's closed list, or that there was no answer worth the name.
import * as v from "valibot";
import { type DeviceRequest, type DeviceResponse, deviceResponseSchema } from "./devices.ts";
import { type GuestRequest, type GuestResponse, guestResponseSchema } from "./guests.ts";
import {
  type Compliance,
  complianceSchema,
  diffSchema,
  type HistoryQuery,
  historySchema,
  type NoteInfo,
  noteSchema,
  type ScrubResponse,
  scrubResponseSchema,
  type Version,
  type VersionDiff,
  type VersionEntry,
  versionEntrySchema,
  type VersionHistory,
  versionSchema,
  type Written,
  writtenSchema,
} from "./history.ts";
import { type CreateLinkRequest, type Link, type LinkList, linkListSchema, linkSchema } from "./links.ts";
import {
  type ChainAt,
  chainSchema,
  type NoteState,
  noteStateSchema,
  type OpsPage,
  type OpsQuery,
  opsSchema,
} from "./note-log.ts";
import {
  type CreateNoteRequest,
  type CreateNoteResponse,
  createNoteResponseSchema,
  type FoundNoteResponse,
  foundNoteResponseSchema,
} from "./notes.ts";
import { type Health, healthSchema, type Platform, platformSchema } from "./platform.ts";
import { type PrivateLog, privateLogSchema, type PrivateLogTicketRequest } from "./private-log.ts";
import { type ProblemCode, problemSchema } from "./problem.ts";
import { MAX_ANSWER_BYTES, readBody } from "./read-body.ts";
import { authorizationOf, type Reader } from "./reader.ts";
import { type ChangeSettingsRequest, type Settings, settingsSchema } from "./settings.ts";
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
  /** Unpacked. */
  readonly body: ReadableStream<Uint8Array> | null;
}>;

/** unreachable: no answer came. unexpected: an answer that is not this API's, or one too large to be. */
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
  /** One more device of the caller. Status 201: added; 200: it was there. */
  addDevice(request: DeviceRequest): Promise<ApiResult<DeviceResponse>>;
  /** The caller's private log, which this call begins where there is none. */
  privateLog(): Promise<ApiResult<PrivateLog>>;
  privateLogTicket(request: PrivateLogTicketRequest): Promise<ApiResult<TicketResponse>>;
  /** The newest snapshot of the caller's private log. */
  privateLogSnapshot(): Promise<ApiResult<Uint8Array<ArrayBuffer>>>;
  createNote(request: CreateNoteRequest): Promise<ApiResult<CreateNoteResponse>>;
  /** Status 201: created; 200: it was there, the same. */
  foundNote(noteId: string, genesis: Uint8Array<ArrayBuffer>): Promise<ApiResult<FoundNoteResponse>>;
  ticket(noteId: string, request: TicketRequest): Promise<ApiResult<TicketResponse>>;
  links(noteId: string): Promise<ApiResult<LinkList>>;
  createLink(noteId: string, request: CreateLinkRequest): Promise<ApiResult<Link>>;
  revokeLink(noteId: string, linkId: string): Promise<ApiResult<null>>;
  /** The note's Markdown. */
  text(noteId: string, reader: Reader): Promise<ApiResult<string>>;
  /** The newest snapshot as the gateway signed it. */
  snapshot(noteId: string, reader: Reader): Promise<ApiResult<Uint8Array<ArrayBuffer>>>;
  state(noteId: string, reader: Reader): Promise<ApiResult<NoteState>>;
  chainAt(noteId: string, seq: number, reader: Reader): Promise<ApiResult<ChainAt>>;
  ops(noteId: string, query: OpsQuery, reader: Reader): Promise<ApiResult<OpsPage>>;
  note(noteId: string): Promise<ApiResult<NoteInfo>>;
  history(noteId: string, query: HistoryQuery): Promise<ApiResult<VersionHistory>>;
  /** Keeps the text of now under a name. */
  keepVersion(noteId: string, name: string): Promise<ApiResult<VersionEntry>>;
  version(noteId: string, versionId: number): Promise<ApiResult<Version>>;
  nameVersion(noteId: string, versionId: number, name: string | null): Promise<ApiResult<VersionEntry>>;
  /** From one version to another, or to the text of now. */
  diffVersion(noteId: string, versionId: number, against: number | "current"): Promise<ApiResult<VersionDiff>>;
  restoreVersion(noteId: string, versionId: number): Promise<ApiResult<Written>>;
  /** Removes for good what is not in the text of now. */
  scrub(noteId: string): Promise<ApiResult<ScrubResponse>>;
  setCompliance(noteId: string, isOn: boolean): Promise<ApiResult<Compliance>>;
  settings(noteId: string): Promise<ApiResult<Settings>>;
  changeSettings(noteId: string, changes: ChangeSettingsRequest): Promise<ApiResult<Settings>>;
}

interface Question {
  readonly method: string;
  readonly path: string;
  readonly body: Body;
  readonly authorization: string | null;
}

type Body = { readonly json: unknown } | { readonly bytes: Uint8Array<ArrayBuffer> } | null;

export function createApiClient(options: ApiClientOptions): ApiClient {
  const fetchBytes = async (url: string, init: Parameters<FetchLike>[1]) => {
    const response = await options.fetch(url, init);
    return { response, bytes: await readBody(response.body, MAX_ANSWER_BYTES) };
  };
  async function ask<T>(
    { method, path, body, authorization }: Question,
    read: (bytes: Uint8Array<ArrayBuffer>) => T,
  ): Promise<ApiResult<T>> {
    try {
      const init = { method, headers: headersFor(body, authorization), body: bodyOf(body) };
      const answer = await fetchBytes(options.baseUrl + path, init).catch(() => null);
      if (answer === null) return failure("unreachable", null);
      const { response, bytes } = answer;
      if (bytes === null) return failure("unexpected", null);
      if (!response.ok) return failure(codeOf(textOf(bytes)), waitOf(response.headers.get("Retry-After")));
      return { ok: true, status: response.status, value: read(bytes) };
    } catch (error) {
      if (error instanceof SyntaxError || v.isValiError(error)) return failure("unexpected", null);
      throw error;
    }
  }
  const call = <T>(method: string, path: string, body: Body, read: (bytes: Uint8Array<ArrayBuffer>) => T) => {
    const token = options.token();
    const authorization = token === null ? null : authorizationOf({ type: "user", accessToken: token });
    return ask({ method, path, body, authorization }, read);
  };
  const readAs = <T>(reader: Reader, path: string, read: (bytes: Uint8Array<ArrayBuffer>) => T) =>
    ask({ method: "GET", path, body: null, authorization: authorizationOf(reader) }, read);
  const note = (noteId: string) => `/api/notes/${noteId}`;
  const version = (noteId: string, versionId: number) => `${note(noteId)}/history/${versionId}`;
  return {
    health: () => call("GET", "/healthz", null, readerOf(healthSchema)),
    platform: () => call("GET", "/api/platform", null, readerOf(platformSchema)),
    guest: (request) => call("POST", "/api/guests", { json: request }, readerOf(guestResponseSchema)),
    addDevice: (request) => call("POST", "/api/devices", { json: request }, readerOf(deviceResponseSchema)),
    privateLog: () => call("GET", "/api/me/log", null, readerOf(privateLogSchema)),
    privateLogTicket: (request) =>
      call("POST", "/api/me/log/ticket", { json: request }, readerOf(ticketResponseSchema)),
    privateLogSnapshot: () => call("GET", "/api/me/log/snapshot", null, (bytes) => bytes),
    createNote: (request) => call("POST", "/api/notes", { json: request }, readerOf(createNoteResponseSchema)),
    foundNote: (noteId, genesis) => call("PUT", note(noteId), { bytes: genesis }, readerOf(foundNoteResponseSchema)),
    ticket: (noteId, request) =>
      call("POST", `${note(noteId)}/ticket`, { json: request }, readerOf(ticketResponseSchema)),
    links: (noteId) => call("GET", `${note(noteId)}/links`, null, readerOf(linkListSchema)),
    createLink: (noteId, request) => call("POST", `${note(noteId)}/links`, { json: request }, readerOf(linkSchema)),
    revokeLink: (noteId, linkId) => call("DELETE", `${note(noteId)}/links/${linkId}`, null, () => null),
    text: (noteId, reader) => readAs(reader, `${note(noteId)}/text`, textOf),
    snapshot: (noteId, reader) => readAs(reader, `${note(noteId)}/snapshot`, (bytes) => bytes),
    state: (noteId, reader) => readAs(reader, `${note(noteId)}/state`, readerOf(noteStateSchema)),
    chainAt: (noteId, seq, reader) => readAs(reader, `${note(noteId)}/chain?seq=${seq}`, readerOf(chainSchema)),
    ops: (noteId, query, reader) => readAs(reader, `${note(noteId)}/ops${queryOf(query)}`, readerOf(opsSchema)),
    note: (noteId) => call("GET", note(noteId), null, readerOf(noteSchema)),
    history: (noteId, query) => call("GET", `${note(noteId)}/history${queryOf(query)}`, null, readerOf(historySchema)),
    keepVersion: (noteId, name) =>
      call("POST", `${note(noteId)}/history`, { json: { name } }, readerOf(versionEntrySchema)),
    version: (noteId, versionId) => call("GET", version(noteId, versionId), null, readerOf(versionSchema)),
    nameVersion: (noteId, versionId, name) =>
      call("PATCH", version(noteId, versionId), { json: { name } }, readerOf(versionEntrySchema)),
    diffVersion: (noteId, versionId, against) =>
      call("GET", `${version(noteId, versionId)}/diff${queryOf({ against })}`, null, readerOf(diffSchema)),
    restoreVersion: (noteId, versionId) =>
      call("POST", `${version(noteId, versionId)}/restore`, null, readerOf(writtenSchema)),
    scrub: (noteId) =>
      call("POST", `${note(noteId)}/scrub`, { json: { confirm: noteId } }, readerOf(scrubResponseSchema)),
    setCompliance: (noteId, isOn) =>
      call("PUT", `${note(noteId)}/compliance`, { json: { on: isOn } }, readerOf(complianceSchema)),
    settings: (noteId) => call("GET", `${note(noteId)}/settings`, null, readerOf(settingsSchema)),
    changeSettings: (noteId, changes) =>
      call("PATCH", `${note(noteId)}/settings`, { json: changes }, readerOf(settingsSchema)),
  };
}

/** JSON of exactly this schema; throws a SyntaxError or a ValiError. */
function readerOf<T>(schema: v.GenericSchema<unknown, T>): (bytes: Uint8Array<ArrayBuffer>) => T {
  return (bytes) => v.parse(schema, JSON.parse(textOf(bytes)));
}

function textOf(bytes: Uint8Array<ArrayBuffer>): string {
  return new TextDecoder().decode(bytes);
}

/** "" or what follows the path, "?" included. */
function queryOf(query: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return given.length === 0 ? "" : `?${new URLSearchParams(given).toString()}`;
}

function headersFor(body: Body, authorization: string | null): Record<string, string> {
  return {
    ...(authorization === null ? {} : { Authorization: authorization }),
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
