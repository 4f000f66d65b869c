// The typed client: one method a call. Every answer is decoded by the same schema that the worker's answer is typed by, and
// every failure is a value: a problem of the server's closed list, or that there was no answer worth the name.
import * as v from "valibot";
import { type SessionResponse, sessionResponseSchema, type CreateAccountRequest } from "./accounts.ts";
import {
  type DeviceList,
  deviceListSchema,
  type DeviceRequest,
  type DeviceResponse,
  deviceResponseSchema,
} from "./devices.ts";
import { type DiscordSessionRequest, type DiscordSessionResponse, discordSessionResponseSchema } from "./discord.ts";
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
import {
  type AccessRequestList,
  accessRequestListSchema,
  type AnswerAccessRequest,
  type AskAccessRequest,
} from "./access-requests.ts";
import {
  type BlockList,
  blockListSchema,
  type BlockRequest,
  type BlockResponse,
  blockResponseSchema,
} from "./blocks.ts";
import {
  type ChangeLinkRequest,
  type CreateLinkRequest,
  type CutResponse,
  cutResponseSchema,
  type Link,
  type LinkList,
  linkListSchema,
  linkSchema,
} from "./links.ts";
import {
  type MemberList,
  memberListSchema,
  type PutMemberRequest,
  type PutMemberResponse,
  putMemberResponseSchema,
} from "./members.ts";
import { type Body, bodyOf, headersFor } from "./client-body.ts";
import {
  type Channel,
  channelSchema,
  type PutChannelRequest,
  type PutChannelResponse,
  putChannelResponseSchema,
} from "./channel.ts";
import { type BeHereRequest, beHereResponseSchema, type Space, type SpaceView, spaceSchema } from "./space.ts";
import { type ChangeMeRequest, type DeleteMeRequest, type Me, meSchema } from "./me.ts";
import { type ListNotesRequest, type NoteList, noteListSchema } from "./library.ts";
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
import { type RefreshRequest, type SessionList, sessionListSchema, type SignInRequest } from "./sessions.ts";
import { type ChangeSettingsRequest, type Settings, settingsSchema } from "./settings.ts";
import { textTag } from "./text.ts";
import { type TicketRequest, type TicketResponse, ticketResponseSchema } from "./tickets.ts";
import { type FoundUser, foundUserSchema } from "./users.ts";

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
  /** With a guest's token the guest becomes the account. */
  createAccount(request: CreateAccountRequest): Promise<ApiResult<SessionResponse>>;
  /** With a guest's token the account takes over the guest's notes and devices. */
  signIn(request: SignInRequest): Promise<ApiResult<SessionResponse>>;
  /** Inside Discord, by the code of its client. */
  openDiscordSession(request: DiscordSessionRequest): Promise<ApiResult<DiscordSessionResponse>>;
  /** By the cookie, or by a token that was given in a body. */
  refreshSession(request: RefreshRequest): Promise<ApiResult<SessionResponse>>;
  /** Ends the session of the token, or of the cookie. */
  signOut(): Promise<ApiResult<null>>;
  me(): Promise<ApiResult<Me>>;
  changeMe(changes: ChangeMeRequest): Promise<ApiResult<Me>>;
  /** For 30 days a sign-in with `restore` takes it back. */
  deleteMe(request: DeleteMeRequest): Promise<ApiResult<null>>;
  sessions(): Promise<ApiResult<SessionList>>;
  endSession(sessionId: string): Promise<ApiResult<null>>;
  endOtherSessions(): Promise<ApiResult<null>>;
  devices(): Promise<ApiResult<DeviceList>>;
  /** The device loses access at once, and for good. */
  revokeDevice(device: string): Promise<ApiResult<null>>;
  findUser(username: string): Promise<ApiResult<FoundUser>>;
  /** Everything that the caller can read, as NDJSON: at most some hundred notes; the last line says where it goes on. */
  exportAccount(query: {
    readonly cursor?: string | undefined;
    readonly limit?: number | undefined;
  }): Promise<ApiResult<string>>;
  /** One more device of the caller. Status 201: added; 200: it was there. */
  addDevice(request: DeviceRequest): Promise<ApiResult<DeviceResponse>>;
  /** The caller's private log, which this call begins where there is none. */
  privateLog(): Promise<ApiResult<PrivateLog>>;
  privateLogTicket(request: PrivateLogTicketRequest): Promise<ApiResult<TicketResponse>>;
  /** The newest snapshot of the caller's private log. */
  privateLogSnapshot(): Promise<ApiResult<Uint8Array<ArrayBuffer>>>;
  /** The caller's notes, listed or searched. */
  listNotes(query: ListNotesRequest): Promise<ApiResult<NoteList>>;
  createNote(request: CreateNoteRequest): Promise<ApiResult<CreateNoteResponse>>;
  /** Status 201: created; 200: it was there, the same. */
  foundNote(noteId: string, genesis: Uint8Array<ArrayBuffer>): Promise<ApiResult<FoundNoteResponse>>;
  ticket(noteId: string, request: TicketRequest): Promise<ApiResult<TicketResponse>>;
  links(noteId: string): Promise<ApiResult<LinkList>>;
  createLink(noteId: string, request: CreateLinkRequest): Promise<ApiResult<Link>>;
  /** Only what is named changes. */
  changeLink(noteId: string, linkId: string, changes: ChangeLinkRequest): Promise<ApiResult<Link>>;
  revokeLink(noteId: string, linkId: string): Promise<ApiResult<CutResponse>>;
  members(noteId: string): Promise<ApiResult<MemberList>>;
  /** Status 201: they did not have the note before; 200: they have another role now, or the same. */
  putMember(noteId: string, userId: string, request: PutMemberRequest): Promise<ApiResult<PutMemberResponse>>;
  /** What the chat channel of the session may do with the note; the next two are the owners'. */
  channelOf(noteId: string): Promise<ApiResult<Channel>>;
  putChannel(noteId: string, request: PutChannelRequest): Promise<ApiResult<PutChannelResponse>>;
  removeChannel(noteId: string): Promise<ApiResult<CutResponse>>;
  /** The chat channel of the session. `customId`: as Discord handed it over. */
  space(customId: string | null): Promise<ApiResult<Space>>;
  beHere(request: BeHereRequest): Promise<ApiResult<SpaceView>>;
  /** Of oneself: leaves the note. */
  removeMember(noteId: string, userId: string): Promise<ApiResult<CutResponse>>;
  trashNote(noteId: string): Promise<ApiResult<null>>;
  restoreNote(noteId: string): Promise<ApiResult<null>>;
  /** Removes what lies in the trash for good. */
  purgeNote(noteId: string): Promise<ApiResult<null>>;
  askAccess(noteId: string, request: AskAccessRequest): Promise<ApiResult<null>>;
  accessRequests(noteId: string): Promise<ApiResult<AccessRequestList>>;
  answerAccessRequest(noteId: string, requestId: string, answer: AnswerAccessRequest): Promise<ApiResult<null>>;
  blocks(noteId: string): Promise<ApiResult<BlockList>>;
  block(noteId: string, request: BlockRequest): Promise<ApiResult<BlockResponse>>;
  /** `blockId`: as it is listed. */
  unblock(noteId: string, blockId: string): Promise<ApiResult<null>>;
  /** The note's Markdown. */
  text(noteId: string, reader: Reader): Promise<ApiResult<string>>;
  /** Merges by what differs from the text of now. With `ifSeq`, only if the text is still that of this position. */
  putText(noteId: string, text: string, ifSeq: number | null): Promise<ApiResult<Written>>;
  /** Adds a line at the end. */
  appendText(noteId: string, text: string): Promise<ApiResult<Written>>;
  /** A new note of the caller's with the same text and look. */
  duplicateNote(noteId: string): Promise<ApiResult<CreateNoteResponse>>;
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
    createAccount: (request) => call("POST", "/api/accounts", { json: request }, readerOf(sessionResponseSchema)),
    signIn: (request) => call("POST", "/api/session", { json: request }, readerOf(sessionResponseSchema)),
    openDiscordSession: (request) =>
      call("POST", "/api/discord/session", { json: request }, readerOf(discordSessionResponseSchema)),
    refreshSession: (request) =>
      call("POST", "/api/session/refresh", { json: request }, readerOf(sessionResponseSchema)),
    signOut: () => call("DELETE", "/api/session", null, () => null),
    me: () => call("GET", "/api/me", null, readerOf(meSchema)),
    changeMe: (changes) => call("PATCH", "/api/me", { json: changes }, readerOf(meSchema)),
    deleteMe: (request) => call("DELETE", "/api/me", { json: request }, () => null),
    sessions: () => call("GET", "/api/me/sessions", null, readerOf(sessionListSchema)),
    endSession: (sessionId) => call("DELETE", `/api/me/sessions/${sessionId}`, null, () => null),
    endOtherSessions: () => call("DELETE", "/api/me/sessions", null, () => null),
    devices: () => call("GET", "/api/me/devices", null, readerOf(deviceListSchema)),
    revokeDevice: (device) => call("DELETE", `/api/me/devices/${device}`, null, () => null),
    exportAccount: (query) => call("GET", `/api/me/export${queryOf({ ...query })}`, null, textOf),
    findUser: (username) => call("GET", `/api/users${queryOf({ username })}`, null, readerOf(foundUserSchema)),
    addDevice: (request) => call("POST", "/api/devices", { json: request }, readerOf(deviceResponseSchema)),
    privateLog: () => call("GET", "/api/me/log", null, readerOf(privateLogSchema)),
    privateLogTicket: (request) =>
      call("POST", "/api/me/log/ticket", { json: request }, readerOf(ticketResponseSchema)),
    privateLogSnapshot: () => call("GET", "/api/me/log/snapshot", null, (bytes) => bytes),
    listNotes: (query) => call("GET", `/api/notes${queryOf(query)}`, null, readerOf(noteListSchema)),
    createNote: (request) => call("POST", "/api/notes", { json: request }, readerOf(createNoteResponseSchema)),
    foundNote: (noteId, genesis) => call("PUT", note(noteId), { bytes: genesis }, readerOf(foundNoteResponseSchema)),
    ticket: (noteId, request) =>
      call("POST", `${note(noteId)}/ticket`, { json: request }, readerOf(ticketResponseSchema)),
    links: (noteId) => call("GET", `${note(noteId)}/links`, null, readerOf(linkListSchema)),
    createLink: (noteId, request) => call("POST", `${note(noteId)}/links`, { json: request }, readerOf(linkSchema)),
    changeLink: (noteId, linkId, changes) =>
      call("PATCH", `${note(noteId)}/links/${linkId}`, { json: changes }, readerOf(linkSchema)),
    revokeLink: (noteId, linkId) =>
      call("DELETE", `${note(noteId)}/links/${linkId}`, null, readerOf(cutResponseSchema)),
    members: (noteId) => call("GET", `${note(noteId)}/members`, null, readerOf(memberListSchema)),
    putMember: (noteId, userId, request) =>
      call("PUT", `${note(noteId)}/members/${userId}`, { json: request }, readerOf(putMemberResponseSchema)),
    removeMember: (noteId, userId) =>
      call("DELETE", `${note(noteId)}/members/${userId}`, null, readerOf(cutResponseSchema)),
    channelOf: (noteId) => call("GET", `${note(noteId)}/channel`, null, readerOf(channelSchema)),
    putChannel: (noteId, request) =>
      call("PUT", `${note(noteId)}/channel`, { json: request }, readerOf(putChannelResponseSchema)),
    removeChannel: (noteId) => call("DELETE", `${note(noteId)}/channel`, null, readerOf(cutResponseSchema)),
    space: (customId) =>
      call("GET", `/api/space${queryOf({ customId: customId ?? undefined })}`, null, readerOf(spaceSchema)),
    beHere: (request) => call("PUT", "/api/space/here", { json: request }, readerOf(beHereResponseSchema)),
    trashNote: (noteId) => call("DELETE", note(noteId), null, () => null),
    restoreNote: (noteId) => call("POST", `${note(noteId)}/restore`, null, () => null),
    purgeNote: (noteId) => call("DELETE", `${note(noteId)}/permanently`, null, () => null),
    askAccess: (noteId, request) => call("POST", `${note(noteId)}/access-requests`, { json: request }, () => null),
    accessRequests: (noteId) => call("GET", `${note(noteId)}/access-requests`, null, readerOf(accessRequestListSchema)),
    answerAccessRequest: (noteId, requestId, answer) =>
      call("POST", `${note(noteId)}/access-requests/${requestId}`, { json: answer }, () => null),
    blocks: (noteId) => call("GET", `${note(noteId)}/blocks`, null, readerOf(blockListSchema)),
    block: (noteId, request) =>
      call("POST", `${note(noteId)}/blocks`, { json: request }, readerOf(blockResponseSchema)),
    unblock: (noteId, blockId) => call("DELETE", `${note(noteId)}/blocks/${blockId}`, null, () => null),
    text: (noteId, reader) => readAs(reader, `${note(noteId)}/text`, textOf),
    putText: (noteId, text, ifSeq) => {
      const body = { text, tag: ifSeq === null ? null : textTag(ifSeq) };
      return call("PUT", `${note(noteId)}/text`, body, readerOf(writtenSchema));
    },
    appendText: (noteId, text) => call("POST", `${note(noteId)}/append`, { text, tag: null }, readerOf(writtenSchema)),
    duplicateNote: (noteId) => call("POST", `${note(noteId)}/duplicate`, null, readerOf(createNoteResponseSchema)),
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
