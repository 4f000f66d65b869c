export {
  type ApiClient,
  type ApiClientOptions,
  type ApiFailureCode,
  type ApiResult,
  createApiClient,
  type FetchLike,
} from "./client.ts";
export {
  type GuestRequest,
  guestRequestSchema,
  type GuestResponse,
  guestResponseSchema,
  type User,
  userSchema,
} from "./guests.ts";
export {
  type CreateLinkRequest,
  createLinkRequestSchema,
  type Link,
  type LinkList,
  linkListSchema,
  linkSchema,
} from "./links.ts";
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
  isProblemCode,
  type Problem,
  PROBLEM_MEDIA_TYPE,
  type ProblemCode,
  problemCodes,
  problemOf,
  PROBLEMS,
  problemSchema,
} from "./problem.ts";
export {
  TICKET_PROTOCOL_PREFIX,
  type TicketRequest,
  ticketRequestSchema,
  type TicketResponse,
  ticketResponseSchema,
  WIRE_PROTOCOL,
} from "./tickets.ts";
