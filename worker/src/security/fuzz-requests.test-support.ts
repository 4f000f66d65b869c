// Requests to one operation: as the contract allows them, or spoilt somewhere; with credentials or without.
import { type Operation, openApiDocument } from "@reed/api/operations";
import fc from "fast-check";
import * as v from "valibot";
import { allowed, HOSTILE_STRINGS, strange } from "./from-schema.test-support.ts";

const operationForm = v.object({
  operationId: v.string(),
  parameters: v.array(v.object({ name: v.string(), in: v.string(), required: v.boolean(), schema: v.unknown() })),
  requestBody: v.optional(v.object({ content: v.record(v.string(), v.object({ schema: v.optional(v.unknown()) })) })),
});
const documentForm = v.object({ paths: v.record(v.string(), v.record(v.string(), operationForm)) });

type Form = v.InferOutput<typeof operationForm>;

/** Ids that exist, by the name that paths have for them. */
export type Known = Readonly<Record<string, readonly string[]>>;

export interface FuzzRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer> | null;
  readonly isAuthenticated: boolean;
  readonly isAllowed: boolean;
}

export interface Kind {
  /** As the contract allows it. */
  readonly isAllowed: boolean;
  readonly isAuthenticated: boolean;
  /** Whole values of Authorization. */
  readonly good: readonly string[];
}

const FORMS: ReadonlyMap<string, Form> = new Map(
  Object.values(v.parse(documentForm, openApiDocument("0")).paths)
    .flatMap((methods) => Object.values(methods))
    .map((form) => [form.operationId, form]),
);

const BAD_AUTHORIZATIONS = [
  "",
  "Bearer",
  "Bearer x.y.z",
  "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIwIn0.",
  "Basic YTpi",
  "Reed-Link AAAAAAAAAAAAAAAA",
  `Reed-Link AAAAAAAAAAAAAAAA.${"A".repeat(22)}`,
  "Reed-Admin wrong",
  `Bearer ${"A".repeat(6000)}`,
];

export function requestsTo(operation: Operation, known: Known, kind: Kind): fc.Arbitrary<FuzzRequest> {
  const { isAllowed, isAuthenticated, good } = kind;
  const form = FORMS.get(operation.id);
  if (form === undefined) throw new Error(`${operation.id} is not in the document`);
  const authorization: fc.Arbitrary<string | null> = isAuthenticated
    ? fc.constantFrom(...good)
    : fc.oneof(fc.constant(null), fc.constantFrom(...BAD_AUTHORIZATIONS));
  return fc
    .tuple(
      pathOf(operation, form, known, isAllowed),
      bodyOf(form, isAllowed),
      authorization,
      headersOf(operation, isAllowed),
    )
    .map(([path, { body, type }, credentials, headers]): FuzzRequest => ({
      path,
      body: operation.method === "GET" ? null : body,
      headers: {
        ...headers,
        ...(type === null ? {} : { "Content-Type": type }),
        ...(credentials === null || credentials === "" ? {} : { Authorization: credentials }),
      },
      isAuthenticated,
      isAllowed,
    }));
}

function pathOf(operation: Operation, form: Form, known: Known, isAllowed: boolean): fc.Arbitrary<string> {
  const inPath = form.parameters.filter((parameter) => parameter.in === "path");
  const inQuery = form.parameters.filter((parameter) => parameter.in === "query");
  const places = fc.tuple(
    ...inPath.map(({ name, schema }) => {
      const ids = known[name] ?? [];
      const real = ids.length === 0 ? allowed(schema) : fc.constantFrom(...ids);
      const other = fc.oneof(
        allowed(schema),
        fc.constantFrom<unknown>(...HOSTILE_STRINGS.filter((text) => text !== "")),
      );
      return (isAllowed ? real : fc.oneof({ weight: 3, arbitrary: real }, { weight: 1, arbitrary: other })).map(String);
    }),
  );
  const queries = fc.tuple(
    ...inQuery.map(({ name, required, schema }) => {
      const value = isAllowed
        ? allowed(schema)
        : fc.oneof(allowed(schema), fc.constantFrom<unknown>(...HOSTILE_STRINGS));
      const isGiven = required && isAllowed ? fc.constant(true) : fc.boolean();
      return fc.tuple(isGiven, value, fc.constant(name));
    }),
  );
  return fc.tuple(places, queries).map(([ids, given]) => {
    let at = 0;
    const path = operation.path
      .split("/")
      .map((part) => (part.startsWith(":") || part === "*" ? segmentOf(ids[at++] ?? "") : part))
      .join("/");
    const query = new URLSearchParams(
      given.flatMap(([isGiven, value, name]) => (isGiven ? [[name, textOf(value)]] : [])),
    ).toString();
    return query === "" ? path : `${path}?${query}`;
  });
}

/** "." and ".." are taken away by whoever makes the URL. */
function segmentOf(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(/^\.{1,2}$/, "%2e%2e");
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

interface BodyPart {
  readonly body: string | Uint8Array<ArrayBuffer> | null;
  readonly type: string | null;
}

function bodyOf(form: Form, isAllowed: boolean): fc.Arbitrary<BodyPart> {
  const [content] = Object.entries(form.requestBody?.content ?? {});
  if (content === undefined)
    return isAllowed
      ? fc.constant({ body: null, type: null })
      : fc.oneof(fc.constant({ body: null, type: null }), junk());
  const [type, { schema }] = content;
  if (schema === undefined)
    return fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 300 }).map((body) => ({ body: body.toWellFormed(), type })),
      fc.uint8Array({ maxLength: 2000 }).map((bytes) => ({ body: new Uint8Array(bytes), type })),
    );
  const asJson = (value: unknown): BodyPart => ({ body: JSON.stringify(value) ?? "", type });
  if (isAllowed) return allowed(schema).map(asJson);
  return fc.oneof({ weight: 4, arbitrary: strange(schema).map(asJson) }, { weight: 1, arbitrary: junk() });
}

function junk(): fc.Arbitrary<BodyPart> {
  return fc.oneof(
    fc
      .constantFrom("", "{", "null", "[]", '"', '{"a":1,}', "\u0000", "[".repeat(20_000))
      .map((body) => ({ body, type: "application/json" })),
    fc
      .uint8Array({ maxLength: 500 })
      .map((bytes) => ({ body: new Uint8Array(bytes), type: "application/octet-stream" })),
    fc.string({ maxLength: 100 }).map((body) => ({ body: body.toWellFormed(), type: "text/plain" })),
  );
}

function headersOf(operation: Operation, isAllowed: boolean): fc.Arbitrary<Record<string, string>> {
  if (isAllowed) return fc.constant({});
  const tag = fc.constantFrom("*", '"1"', 'W/"1"', "x", '""', '"'.repeat(50));
  return fc
    .record(
      {
        "If-None-Match": tag,
        "If-Match": tag,
        "Idempotency-Key": fc.constantFrom("a", "k".repeat(30), "k".repeat(300)),
        Origin: fc.constantFrom("null", "https://evil.example", "http://"),
        "Accept-Encoding": fc.constantFrom("gzip", "gzip;q=0", "*;q=x"),
        traceparent: fc.constantFrom("00", "00-x-y-z"),
        Range: fc.constant("bytes=0-1"),
        Upgrade: fc.constantFrom("h2c", "websocket"),
      },
      { requiredKeys: [] },
    )
    .map((headers) => rare(headers, operation));
}

/** An upgrade is only asked of sockets: anywhere else the platform itself has the last word. */
function rare(headers: Record<string, string>, { access }: Operation): Record<string, string> {
  const { Upgrade: upgrade, ...rest } = headers;
  return upgrade === "websocket" && access.type === "ticket" ? { ...rest, Upgrade: upgrade } : rest;
}
