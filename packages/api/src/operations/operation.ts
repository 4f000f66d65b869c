// One call of the HTTP interface as data: the OpenAPI document, the docs page, the authorisation matrix and the fuzzer are made
// from these, and a test keeps them and the router from differing. The schemas are those that the routes validate with.
import type { Role } from "@reed/access";
import type * as v from "valibot";
import type { ProblemCode } from "../problem.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

type Schema = v.GenericSchema<unknown, unknown>;
type Fields = v.GenericSchema<unknown, unknown> & { readonly entries: Readonly<Record<string, Schema>> };

/** Who may call. */
export type Access =
  /** Anybody, also with no token; a bad one is refused. */
  | { readonly type: "public" }
  /** Whoever brings an access token, guests too. */
  | { readonly type: "user" }
  /** Whoever may do this much with the note: by an access token, and as `links` says. Who may not read it learns nothing. */
  | { readonly type: "note"; readonly least: Role; readonly links: LinkUse }
  /** Whoever brings a session, in the cookie or in the body. */
  | { readonly type: "session" }
  /** Whoever brings a ticket. */
  | { readonly type: "ticket" }
  /** Operators of the deployment. */
  | { readonly type: "admin" };

/** none: links are no credentials here. read: a link lets read, with its secret or without. role: with its secret it is its role. */
export type LinkUse = "none" | "read" | "role";

/** What travels in a body: JSON of a schema, or something else of a media type. */
export type Body =
  | { readonly type: "json"; readonly schema: Schema; readonly isOptional: boolean }
  | { readonly type: "media"; readonly media: string };

export type Answer = Body | { readonly type: "empty" };

export interface Operation {
  readonly id: string;
  readonly method: Method;
  /** As the router has it: `/api/notes/:noteId`. */
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  readonly query?: Fields | undefined;
  readonly body?: Body | undefined;
  readonly answers: Readonly<Record<number, Answer>>;
  /** Those of this call alone; `problemsOf` has all. */
  readonly problems: readonly ProblemCode[];
  /** Whether it takes an Idempotency-Key. */
  readonly isKeyed?: true | undefined;
}

export const NOTHING: Answer = { type: "empty" };

/** What nearly every note's call is. */
export function note(least: Role, links: LinkUse = "none"): Access {
  return { type: "note", least, links };
}

export function json(schema: Schema): Body {
  return { type: "json", schema, isOptional: false };
}

/** A body that may be left out, and then reads as `{}`. */
export function optionalJson(schema: Schema): Body {
  return { type: "json", schema, isOptional: true };
}

export function media(type: string): Body {
  return { type: "media", media: type };
}

const OF_ACCESS = {
  public: [],
  user: ["unauthenticated", "token_expired", "session_ended", "account_deleted"],
  note: ["unauthenticated", "token_expired", "session_ended", "account_deleted", "not_found", "gone"],
  session: [],
  ticket: [
    "session_ended",
    "account_deleted",
    "ticket_invalid",
    "ticket_expired",
    "ticket_wrong_note",
    "upgrade_required",
  ],
  admin: ["not_found"],
} as const satisfies Record<Access["type"], readonly ProblemCode[]>;

/** Every code that a call may answer with. */
export function problemsOf({
  method,
  path,
  access,
  query,
  body,
  problems,
  isKeyed,
}: Operation): readonly ProblemCode[] {
  const isWrite = method !== "GET";
  const codes: ProblemCode[] = [...OF_ACCESS[access.type], ...problems, "rate_limited", "internal", "overloaded"];
  if (access.type === "note" && access.least !== "viewer") codes.push("forbidden");
  if (isWrite) codes.push("origin_refused");
  if (isKeyed === true) codes.push("invalid", "idempotency_reused", "idempotency_busy");
  if (body !== undefined) codes.push("invalid", "body_too_large");
  if (query !== undefined) codes.push("invalid");
  if (path.includes(":")) codes.push("not_found");
  return [...new Set(codes)].toSorted();
}
