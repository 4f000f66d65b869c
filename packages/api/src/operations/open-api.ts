// The table as an OpenAPI 3.1 document. Forms come from the schemas that validate; what JSON Schema can't say (a name is cleaned,
// a time is to the microsecond) is left out of it and refused by the call all the same.
import { toJsonSchema } from "@valibot/to-json-schema";
import type * as v from "valibot";
import { PROBLEM_MEDIA_TYPE, type ProblemCode, PROBLEMS, problemSchema } from "../problem.ts";
import { type Access, type Answer, type Body, type Operation, problemsOf } from "./operation.ts";
import { paramsOf, schemaOfParam } from "./params.ts";
import { OPERATIONS } from "./table.ts";

type JsonObject = { readonly [key: string]: unknown };

const STATUS: Readonly<Record<number, string>> = {
  101: "The socket is open",
  200: "Done",
  201: "Made",
  202: "Taken",
  204: "Done, and there is nothing to say",
  304: "What the caller has is what there is",
  404: "There is nothing here",
  410: "It is gone for good",
};

const WAYS_IN = {
  accessToken: { type: "http", scheme: "bearer", description: "Access token of a guest or an account" },
  link: {
    type: "apiKey",
    in: "header",
    name: "Authorization",
    description: "`Reed-Link <linkId>`, or `Reed-Link <linkId>.<secret>` of an edit link",
  },
  session: { type: "apiKey", in: "cookie", name: "__Host-reed", description: "The refresh session" },
  ticket: {
    type: "apiKey",
    in: "header",
    name: "Sec-WebSocket-Protocol",
    description: "`reed.1, t.<ticket>`, as the call for a ticket answers",
  },
  operator: { type: "apiKey", in: "header", name: "Authorization", description: "`Reed-Admin <ADMIN_TOKEN>`" },
} as const;

const KEY = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  description: "A request that is sent again with the same key within a day is answered as it was, and done once",
  schema: { type: "string", minLength: 1, maxLength: 200 },
} as const;

/** `version`: of the server. */
export function openApiDocument(version: string): JsonObject {
  const paths: Record<string, Record<string, JsonObject>> = {};
  for (const operation of OPERATIONS) {
    const address = addressOf(operation.path);
    (paths[address] ??= {})[operation.method.toLowerCase()] = operationJson(operation);
  }
  return {
    openapi: "3.1.1",
    info: {
      title: "Reed",
      version,
      description:
        "Short notes that people write together. Errors are problems (RFC 9457) with a `code` of a closed list; lists answer `{items, nextCursor}`; bytes in JSON are base64url without padding, times RFC 3339 in UTC.",
    },
    servers: [{ url: "/" }],
    paths,
    components: { schemas: { Problem: formOf(problemSchema, "output") }, securitySchemes: WAYS_IN },
  };
}

function addressOf(path: string): string {
  return path.replace(/:(\w+)/g, "{$1}").replace("*", "{rest}");
}

function operationJson(operation: Operation): JsonObject {
  const { id, path, summary, access, body, answers } = operation;
  return {
    operationId: id,
    summary,
    tags: [tagOf(path)],
    security: securityOf(access),
    parameters: parametersOf(operation),
    ...(body === undefined ? {} : { requestBody: { required: isRequired(body), content: contentOf(body, "input") } }),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, answer]) => [status, answerJson(Number(status), answer)]),
      ),
      ...refusalsOf(operation, new Set(Object.keys(answers))),
    },
  };
}

function tagOf(path: string): string {
  const [first = "", second = "", , fourth] = path.split("/").slice(1);
  if (first !== "api") return "pages";
  return second === "notes" && fourth !== undefined ? fourth : second;
}

/** Each entry is enough by itself; an empty one stands for no credentials at all. */
function securityOf(access: Access): readonly JsonObject[] {
  switch (access.type) {
    case "public":
      return [{}, { accessToken: [] }];
    case "user":
      return [{ accessToken: [] }];
    case "note":
      return access.links === "none" ? [{ accessToken: [] }] : [{ accessToken: [] }, { link: [] }];
    case "session":
      return [{ session: [] }, {}];
    case "ticket":
      return [{ ticket: [] }];
    case "admin":
      return [{ operator: [] }];
  }
}

function parametersOf(operation: Operation): readonly JsonObject[] {
  const inPath = paramsOf(operation).map((name) => ({
    name,
    in: "path",
    required: true,
    schema: formOf(schemaOfParam(name), "input"),
  }));
  const inQuery = Object.entries(operation.query?.entries ?? {}).map(([name, schema]) => ({
    name,
    in: "query",
    required: schema.type !== "optional",
    schema: formOf(schema, "input"),
  }));
  return operation.isKeyed === true ? [...inPath, ...inQuery, KEY] : [...inPath, ...inQuery];
}

function isRequired(body: Body): boolean {
  return body.type === "media" || !body.isOptional;
}

function contentOf(body: Body, direction: "input" | "output"): JsonObject {
  if (body.type === "json") return { "application/json": { schema: formOf(body.schema, direction) } };
  return { [body.media]: {} };
}

function answerJson(status: number, answer: Answer): JsonObject {
  const description = STATUS[status] ?? "An answer";
  return answer.type === "empty" ? { description } : { description, content: contentOf(answer, "output") };
}

function refusalsOf(operation: Operation, answered: ReadonlySet<string>): JsonObject {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of problemsOf(operation)) {
    const { status } = PROBLEMS[code];
    if (!answered.has(String(status))) byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      status,
      {
        description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join("; "),
        content: { [PROBLEM_MEDIA_TYPE]: { schema: { $ref: "#/components/schemas/Problem" } } },
      },
    ]),
  );
}

function formOf(schema: v.GenericSchema<unknown, unknown>, direction: "input" | "output"): unknown {
  const { $schema: _, ...form } = toJsonSchema(schema, {
    target: "draft-2020-12",
    typeMode: direction,
    errorMode: "ignore",
  });
  const plain: unknown = JSON.parse(JSON.stringify(form));
  return plain;
}
