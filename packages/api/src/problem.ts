// Everything that can go wrong over HTTP, as one closed list. The worker answers with these and nothing else; the web has a
// sentence for each. `status` and `title` belong to the code, so the same fault always looks the same (RFC 9457).
import * as v from "valibot";

export const PROBLEMS = {
  invalid: { status: 400, title: "The request is not in the form that this call takes" },
  genesis_invalid: { status: 400, title: "The envelope does not begin this note" },
  unauthenticated: { status: 401, title: "This call needs a valid access token" },
  token_expired: { status: 401, title: "The access token has expired" },
  credentials_wrong: { status: 401, title: "The username or the password is wrong" },
  session_ended: { status: 401, title: "The sign-in has ended" },
  proof_required: { status: 401, title: "This device is known and must prove itself" },
  proof_invalid: { status: 401, title: "The proof of the device does not hold" },
  ticket_invalid: { status: 401, title: "The ticket is not one of this server" },
  ticket_expired: { status: 401, title: "The ticket has expired" },
  ticket_wrong_note: { status: 401, title: "The ticket is for another note" },
  forbidden: { status: 403, title: "This needs a higher role" },
  locked: { status: 403, title: "The owner has locked the text of this note" },
  origin_refused: { status: 403, title: "Calls from this origin are not admitted" },
  account_deleted: { status: 403, title: "The account was deleted" },
  discord_refused: { status: 403, title: "Discord does not vouch for this" },
  space_only: { status: 403, title: "This needs a sign-in inside a Discord channel" },
  guest_only: { status: 403, title: "The device belongs to an account, which signs in" },
  account_only: { status: 403, title: "This needs an account with a password" },
  device_revoked: { status: 403, title: "The device was removed from its account" },
  no_snapshot: { status: 404, title: "The note has no snapshot yet" },
  not_found: { status: 404, title: "There is nothing here, or not for you" },
  method_not_allowed: { status: 405, title: "This address does not take that method" },
  device_taken: { status: 409, title: "The device is another user's" },
  username_taken: { status: 409, title: "The username is taken" },
  conflict: { status: 409, title: "There is another note at this address" },
  idempotency_busy: { status: 409, title: "The first request with this Idempotency-Key is not answered yet" },
  compliance_on: { status: 409, title: "The note is in compliance mode, where nothing is ever taken away" },
  too_many_versions: { status: 409, title: "The note has as many named versions as it can have" },
  too_many_settings: { status: 409, title: "The note has as many settings as it can have" },
  last_owner: { status: 409, title: "A note has at least one owner" },
  not_trashed: { status: 409, title: "Only what lies in the trash is removed for good" },
  too_many_members: { status: 409, title: "The note has as many people as it can have" },
  too_many_blocks: { status: 409, title: "The note has as many blocks as it can have" },
  too_many_links: { status: 409, title: "The note has as many links as it can have" },
  gone: { status: 410, title: "The note was removed for good" },
  compacted: { status: 410, title: "That part of the log was folded into a snapshot" },
  changed_meanwhile: { status: 412, title: "The text has changed since the one that If-Match names" },
  body_too_large: { status: 413, title: "The body of the request is larger than 1 MiB" },
  text_too_large: { status: 413, title: "The text is larger than a note can be" },
  address_too_long: { status: 414, title: "The address of the request is too long" },
  idempotency_reused: { status: 422, title: "This Idempotency-Key came with another request before" },
  upgrade_required: { status: 426, title: "This address takes WebSocket connections only" },
  rate_limited: { status: 429, title: "Too many requests" },
  quota_reached: { status: 429, title: "That is as many as one caller may make for now" },
  internal: { status: 500, title: "Something went wrong on our side" },
  discord_unavailable: { status: 501, title: "This server is not set up for Discord" },
  mode_unavailable: { status: 501, title: "This kind of note can't be made yet" },
  overloaded: { status: 503, title: "The note is busy" },
  unavailable: { status: 503, title: "A part of the server does not answer" },
  discord_unreachable: { status: 503, title: "Discord does not answer" },
} as const satisfies Record<string, { readonly status: number; readonly title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

export const PROBLEM_MEDIA_TYPE = "application/problem+json";

export const problemCodes = Object.keys(PROBLEMS) as readonly ProblemCode[];

export function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(PROBLEMS, text);
}

/** The body of an error: `detail` is for people who read logs, never for programs. */
export const problemSchema = v.object({
  type: v.string(),
  title: v.string(),
  status: v.number(),
  code: v.picklist(problemCodes),
  detail: v.optional(v.string()),
});

export type Problem = v.InferOutput<typeof problemSchema>;

export function problemOf(code: ProblemCode, detail?: string | undefined): Problem {
  const { status, title } = PROBLEMS[code];
  return { type: `urn:reed:problem:${code}`, title, status, code, ...(detail === undefined ? {} : { detail }) };
}
