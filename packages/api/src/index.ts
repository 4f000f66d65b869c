export {
  type OwnUser,
  ownUserSchema,
  type SessionResponse,
  sessionResponseSchema,
  type CreateAccountRequest,
  createAccountRequestSchema,
  type Transport,
} from "./accounts.ts";
export {
  type AdminAudit,
  adminAuditSchema,
  adminDrainRequestSchema,
  type AdminIds,
  adminListQuerySchema,
  type AdminLog,
  adminLogQuerySchema,
  adminLogSchema,
  adminNotesSchema,
  type AdminPlatformRestored,
  adminPlatformRestoredSchema,
  type AdminRebuilt,
  adminRebuiltSchema,
  type AdminRestored,
  adminRestoredSchema,
  type AdminRows,
  adminRowsSchema,
  type AdminSchema,
  adminSchemaSchema,
  adminSqlRequestSchema,
  adminUseRequestSchema,
  adminUsersSchema,
  type AuditEntry,
  type AdminGenerationRequest,
  adminGenerationRequestSchema,
  type AdminGenerationResponse,
} from "./admin.ts";
export {
  type Channel,
  channelSchema,
  type PutChannelRequest,
  putChannelRequestSchema,
  type PutChannelResponse,
  putChannelResponseSchema,
} from "./channel.ts";
export {
  type ApiClient,
  type ApiClientOptions,
  type ApiFailureCode,
  type ApiResult,
  createApiClient,
  type FetchLike,
} from "./client.ts";
export {
  type Device,
  type DeviceList,
  deviceListSchema,
  type DeviceRequest,
  deviceRequestSchema,
  type DeviceResponse,
  deviceResponseSchema,
} from "./devices.ts";
export {
  avatarHashField,
  type DiscordSessionRequest,
  discordSessionRequestSchema,
  type DiscordSessionResponse,
  discordSessionResponseSchema,
  instanceIdField,
  snowflakeField,
} from "./discord.ts";
export { type FeedItem, feedItemSchema, readFeedItem } from "./feed.ts";
export {
  type AccountExportLine,
  accountExportLineSchema,
  accountExportQuerySchema,
  EXPORT_FORMATS,
  type ExportFormat,
  exportQuerySchema,
  MAX_EXPORTED_NOTES,
  type NoteExport,
  noteExportSchema,
} from "./export.ts";
export {
  type DeviceProof,
  type GuestRequest,
  guestRequestSchema,
  type GuestResponse,
  guestResponseSchema,
  type User,
  userSchema,
} from "./guests.ts";
export {
  type Compliance,
  complianceRequestSchema,
  complianceSchema,
  diffQuerySchema,
  diffSchema,
  type HistoryQuery,
  historyQuerySchema,
  historySchema,
  keepVersionRequestSchema,
  nameVersionRequestSchema,
  type NoteInfo,
  noteSchema,
  type Person,
  type ScrubResponse,
  scrubRequestSchema,
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
export {
  type Highlight,
  type ListedNote,
  type ListNotesQuery,
  listNotesQuerySchema,
  type ListNotesRequest,
  NOTE_SCOPES,
  NOTE_SORTS,
  type NoteItem,
  type NoteList,
  noteListSchema,
  type NoteScope,
  type NoteSort,
} from "./library.ts";
export {
  type ChangeLinkRequest,
  changeLinkRequestSchema,
  type CreateLinkRequest,
  createLinkRequestSchema,
  type Cut,
  type CutResponse,
  cutResponseSchema,
  cutSchema,
  type Link,
  type LinkList,
  linkListSchema,
  linkSchema,
} from "./links.ts";
export {
  type ChangeMeRequest,
  changeMeRequestSchema,
  type DeleteMeRequest,
  deleteMeRequestSchema,
  type Me,
  meSchema,
} from "./me.ts";
export {
  type ChainAt,
  chainQuerySchema,
  chainSchema,
  type LoggedOp,
  loggedOpSchema,
  type NoteState,
  noteStateSchema,
  type OpsPage,
  type OpsQuery,
  opsQuerySchema,
  opsSchema,
  snapshotQuerySchema,
  updateQuerySchema,
} from "./note-log.ts";
export { type Metrics, metricsQuerySchema, metricsSchema } from "./metrics.ts";
export {
  type CreateNoteRequest,
  createNoteRequestSchema,
  type CreateNoteResponse,
  createNoteResponseSchema,
  type FoundNoteResponse,
  foundNoteResponseSchema,
} from "./notes.ts";
export {
  type AccessRequest,
  type AccessRequestList,
  accessRequestListSchema,
  accessRequestSchema,
  type AnswerAccessRequest,
  answerAccessRequestSchema,
  type AskAccessRequest,
  askAccessRequestSchema,
} from "./access-requests.ts";
export {
  type Block,
  type BlockList,
  blockListSchema,
  type BlockRequest,
  blockRequestSchema,
  type BlockResponse,
  blockResponseSchema,
  blockSchema,
} from "./blocks.ts";
export {
  type Member,
  type MemberList,
  memberListSchema,
  memberSchema,
  type PutMemberRequest,
  putMemberRequestSchema,
  type PutMemberResponse,
  putMemberResponseSchema,
} from "./members.ts";
export { type Health, healthSchema, type Platform, platformSchema } from "./platform.ts";
export {
  type PrivateLog,
  privateLogSchema,
  type PrivateLogTicketRequest,
  privateLogTicketRequestSchema,
} from "./private-log.ts";
export {
  isProblemCode,
  type Problem,
  PROBLEM_MEDIA_TYPE,
  type ProblemCode,
  problemCodes,
  problemOf,
  PROBLEMS,
  problemSchema,
} from "./problem.ts";
export { readBody } from "./read-body.ts";
export type { Reader } from "./reader.ts";
export {
  changeReportRequestSchema,
  type Report,
  REPORT_REASONS,
  type ReportList,
  reportListSchema,
  reportQuerySchema,
  type ReportRequest,
  reportRequestSchema,
  reportSchema,
} from "./reports.ts";
export {
  type RefreshRequest,
  refreshRequestSchema,
  type Session,
  sessionIdField,
  type SessionList,
  sessionListSchema,
  type SignInRequest,
  signInRequestSchema,
} from "./sessions.ts";
export { type ChangeSettingsRequest, changeSettingsRequestSchema, type Settings, settingsSchema } from "./settings.ts";
export { seqsOfTags, TEXT_MEDIA_TYPES, textTag } from "./text.ts";
export {
  type BeHereRequest,
  beHereRequestSchema,
  beHereResponseSchema,
  type Space,
  type SpaceView,
  type SpaceNote,
  type SpacePerson,
  spaceQuerySchema,
  spaceSchema,
} from "./space.ts";
export {
  TICKET_PROTOCOL_PREFIX,
  type TicketRequest,
  ticketRequestSchema,
  type TicketResponse,
  ticketResponseSchema,
  WIRE_PROTOCOL,
} from "./tickets.ts";
export { type FoundUser, foundUserSchema, userQuerySchema } from "./users.ts";
