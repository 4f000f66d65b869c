// Sends strange requests to an operation and looks at every answer: none is a fault of ours, each is one that the contract names.
import { problemSchema } from "@reed/api";
import { type Operation, problemsOf } from "@reed/api/operations";
import { generateDeviceKey } from "@reed/crypto";
import { toBase64Url } from "@reed/bytes";
import fc from "fast-check";
import * as v from "valibot";
import { type FuzzRequest, type Known, requestsTo } from "./fuzz-requests.test-support.ts";

export type Send = (path: string, init: RequestInit) => Promise<Response>;

export interface FuzzCount {
  readonly sent: number;
  readonly authenticated: number;
  readonly allowed: number;
  /** Answers below 400. */
  readonly taken: number;
}

/** Requests may use up what they are sent to: so many, then a new person with a new note. */
const REQUESTS_PER_WORLD = 25;
/** The designed answers of the 500s: a kind of note that is not built, and a server that knows no Discord. */
const DESIGNED: ReadonlySet<string> = new Set(["mode_unavailable", "discord_unavailable"]);

const idForm = v.object({ id: v.string(), url: v.optional(v.string()) });
const guestForm = v.object({ accessToken: v.string(), user: v.object({ id: v.string() }) });

export interface FuzzRun {
  readonly send: Send;
  readonly count: number;
  readonly seed: number;
  /** The operators' secret; null: their calls are made by everybody else only. */
  readonly adminToken: string | null;
}

/** Throws an Error that names the first request whose answer is not as the contract says. */
export async function fuzzOperation(
  operation: Operation,
  { send, count, seed, adminToken }: FuzzRun,
): Promise<FuzzCount> {
  const tally = { sent: 0, authenticated: 0, allowed: 0, taken: 0 };
  while (tally.sent < count) {
    const world = await newWorld(send);
    const isOperators = operation.access.type === "admin" && adminToken !== null;
    const good = isOperators ? [`Reed-Admin ${adminToken}`] : world.good;
    const numRuns = Math.min(REQUESTS_PER_WORLD, count - tally.sent);
    for (const request of requestsIn(operation, { known: world.known, good }, numRuns, seed + tally.sent)) {
      const { path, headers, body } = request;
      const response = await send(path, { method: operation.method, headers, body, redirect: "manual" });
      const fault = await faultIn(operation, request, response);
      if (fault !== null)
        throw new Error(`${operation.method} ${path}: ${fault}\n${JSON.stringify({ headers, body: shown(body) })}`);
      tally.sent++;
      tally.authenticated += Number(request.isAuthenticated);
      tally.allowed += Number(request.isAllowed);
      tally.taken += Number(response.status < 400);
    }
  }
  return tally;
}

/** A fifth as the contract allows them, half with credentials. */
function requestsIn(operation: Operation, { known, good }: World, count: number, seed: number): readonly FuzzRequest[] {
  const lots = [true, false].map((isAllowed) =>
    [true, false].map((isAuthenticated) =>
      fc.sample(requestsTo(operation, known, { isAllowed, isAuthenticated, good }), { numRuns: count, seed }),
    ),
  );
  return Array.from({ length: count }, (_, at) => lots[at % 5 === 0 ? 0 : 1]?.[at % 2]?.[at]).filter(
    (request) => request !== undefined,
  );
}

interface World {
  readonly known: Known;
  readonly good: readonly string[];
}

async function newWorld(send: Send): Promise<World> {
  const json = { "Content-Type": "application/json" };
  const { publicKey } = await generateDeviceKey();
  const device = toBase64Url(publicKey);
  const guest = v.parse(
    guestForm,
    await (await send("/api/guests", { method: "POST", headers: json, body: JSON.stringify({ device }) })).json(),
  );
  const bearer = `Bearer ${guest.accessToken}`;
  const make = async (path: string, body: unknown) => {
    const init = { method: "POST", headers: { ...json, Authorization: bearer }, body: JSON.stringify(body) };
    return v.parse(idForm, await (await send(path, init)).json());
  };
  const note = await make("/api/notes", { text: "# Title\n\nSome words" });
  const links = await Promise.all(["viewer", "editor"].map((role) => make(`/api/notes/${note.id}/links`, { role })));
  const authorizations = links.map(({ id, url = "" }) => {
    const secret = url.split("#")[1];
    return secret === undefined ? `Reed-Link ${id}` : `Reed-Link ${id}.${secret}`;
  });
  return {
    known: {
      noteId: [note.id],
      linkId: links.map(({ id }) => id),
      userId: [guest.user.id],
      device: [device],
      version: ["0", "3", "4"],
    },
    good: [bearer, bearer, ...authorizations],
  };
}

/** What is wrong with an answer; null for nothing. */
async function faultIn(operation: Operation, request: FuzzRequest, response: Response): Promise<string | null> {
  const { status } = response;
  const text = status === 101 ? "" : new TextDecoder().decode(await response.arrayBuffer());
  if (status < 400) {
    const answer = operation.answers[status];
    if (status === 304) return null;
    if (answer === undefined) return `status ${status}, which the table does not name`;
    if (answer.type === "json" && !v.safeParse(answer.schema, parsed(text)).success)
      return `${status} with a body of another form: ${text.slice(0, 300)}`;
    return null;
  }
  if (operation.answers[status] !== undefined) return null;
  const problem = v.safeParse(problemSchema, parsed(text));
  if (!problem.success || response.headers.get("Content-Type") !== "application/problem+json")
    return `${status}, and no problem: ${text.slice(0, 300)}`;
  const { code, detail = "" } = problem.output;
  if (problem.output.status !== status) return `${status} that calls itself ${problem.output.status}`;
  if (status >= 500 && !DESIGNED.has(code)) return `${status} ${code}`;
  if (/\bat \w+|\.ts\b|SQLITE|D1_/.test(detail)) return `a detail that tells of the inside: ${detail}`;
  if (!isNamed(operation, code, request)) return `${status} ${code}, which the table does not name`;
  return null;
}

/** What holds of every address is not said of each. */
function isNamed(
  operation: Operation,
  code: v.InferOutput<typeof problemSchema>["code"],
  request: FuzzRequest,
): boolean {
  if (problemsOf(operation).includes(code)) return true;
  if (code === "address_too_long" || code === "origin_refused") return true;
  if (code === "body_too_large") return (request.body?.length ?? 0) > 1024 * 1024;
  return code === "unauthenticated" && "Authorization" in request.headers;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function shown(body: FuzzRequest["body"]): string | null {
  if (body === null) return null;
  return typeof body === "string" ? body.slice(0, 500) : `${body.length} bytes: ${toBase64Url(body.slice(0, 60))}`;
}
