// Idempotency-Key: a POST that is sent again is answered as it was, and done once. Kept for a day, for each caller apart. The
// answer may hold a token or a link's secret, so it is sealed under a key that is made from what the caller sent.
import { createHash, createHmac } from "node:crypto";
import { operationAt } from "@reed/api/operations";
import { credentialsOf } from "../auth/credentials.ts";
import { configOf } from "../env.ts";
import type { AppContext, AppMiddleware } from "./context.ts";
import { ApiProblem } from "./problem.ts";
import { AnswerStore, type KeptAnswer } from "./kept-answers.ts";
import { type Subject, subjectOf } from "./subject.ts";

const KEY = /^[\x21-\x7e]{1,200}$/;
/** Nobody knows who an anonymous caller is, and a link is held by many: only a key that nobody guesses tells one from another. */
const MIN_ANONYMOUS_KEY_LENGTH = 22;
const MAX_KEPT_BYTES = 256 * 1024;
const RETRY_SOON = { "Retry-After": "1" };

export const idempotency: AppMiddleware = async (c, next) => {
  const key = c.req.header("Idempotency-Key");
  if (key === undefined || operationAt(c.req.method, c.req.path)?.isKeyed !== true) return next();
  const subject = await subjectOf(c);
  if (!isSomebody(subject)) await credentialsOf(c); // what was brought and is no good is told as such
  if (!KEY.test(key) || (!isSomebody(subject) && key.length < MIN_ANONYMOUS_KEY_LENGTH))
    throw new ApiProblem("invalid", "Idempotency-Key");
  const request = createHash("sha256")
    .update(`${c.req.method} ${c.req.path}\0`)
    .update(new Uint8Array(await c.req.arrayBuffer()))
    .digest();
  const store = new AnswerStore(c.env.PLATFORM, idOf(c, subject, key, "id"), idOf(c, subject, key, "seal"));
  const found = await store.begin(request, Date.now());
  switch (found.type) {
    case "busy":
      throw new ApiProblem("idempotency_busy", undefined, RETRY_SOON);
    case "reused":
      throw new ApiProblem("idempotency_reused");
    case "answered":
      await credentialsOf(c); // a session that has ended is told nothing
      return responseOf(found.answer);
    case "begun":
      return answerAndKeep(c, next, store);
  }
};

async function answerAndKeep(c: AppContext, next: () => Promise<void>, store: AnswerStore): Promise<void> {
  await next();
  const answer = await keptOf(c.res);
  if (answer === null) await store.forget();
  else await store.keep(answer);
}

/** null for an answer that the same request may not get again: it was not done, or who asked is not known. */
async function keptOf(response: Response): Promise<KeptAnswer | null> {
  if (response.status >= 300) return null;
  const body = new Uint8Array(await response.clone().arrayBuffer());
  if (body.length > MAX_KEPT_BYTES) return null;
  const headers = [...response.headers].filter(([name]) => ["content-type", "location", "etag"].includes(name));
  return { status: response.status, headers, body };
}

function responseOf({ status, headers, body }: KeptAnswer): Response {
  const hasBody = status !== 204 && body.length > 0;
  const response = new Response(hasBody ? body : null, { status, headers: [...headers] });
  response.headers.set("Cache-Control", "no-store");
  response.headers.set("Idempotency-Replayed", "true");
  return response;
}

function isSomebody({ type }: Subject): boolean {
  return type === "user";
}

function idOf(c: AppContext, subject: Subject, key: string, use: "id" | "seal"): Uint8Array<ArrayBuffer> {
  const mac = createHmac("sha256", configOf(c.env).cardSecret);
  const brought = isSomebody(subject) ? "" : (c.req.header("Authorization") ?? "");
  return new Uint8Array(mac.update(`reed/idempotency/${use}\0${subject.key}\0${brought}\0${key}`).digest());
}
