export {
  adminDrainRequestSchema,
  type AdminGenerationRequest,
  adminGenerationRequestSchema,
  type AdminGenerationResponse,
} from "./admin.ts";
export {
  type ApiClient,
  type ApiClientOptions,
  type ApiFailureCode,
  type ApiResult,
  createApiClient,
  type FetchLike,
} from "./client.ts";
export { type DeviceRequest, deviceRequestSchema, type DeviceResponse, deviceResponseSchema } from "./devices.ts";
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
  type CreateLinkRequest,
  createLinkRequestSchema,
  type Link,
  type LinkList,
  linkListSchema,
  linkSchema,
} from "./links.ts";
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
export {
  type CreateNoteRequest,
  createNoteRequestSchema,
  type CreateNoteResponse,
  createNoteResponseSchema,
  type FoundNoteResponse,
  foundNoteResponseSchema,
} from "./notes.ts";
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
export type { Reader } from "./reader.ts";
export { type ChangeSettingsRequest, changeSettingsRequestSchema, type Settings, settingsSchema } from "./settings.ts";
export {
  TICKET_PROTOCOL_PREFIX,
  type TicketRequest,
  ticketRequestSchema,
  type TicketResponse,
  ticketResponseSchema,
  WIRE_PROTOCOL,
} from "./tickets.ts";
