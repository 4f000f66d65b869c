// What tests of accounts say: people with a password, their sessions, and their devices, over the real routes.
import { env } from "cloudflare:workers";
import { deviceResponseSchema, sessionListSchema, type SessionResponse, sessionResponseSchema } from "@reed/api";
import { fromBase64Url, toBase64Url } from "@reed/bytes";
import { generateDeviceKey } from "@reed/crypto";
import * as v from "valibot";
import { api, type Guest, proofOf } from "../world.test-support.ts";

export const PASSWORD = "correct horse battery";

export interface Asked {
  readonly token?: string | undefined;
  readonly cookie?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export function ask(method: string, path: string, body?: unknown, asked: Asked = {}): Promise<Response> {
  const { token, cookie, headers } = asked;
  return api(path, {
    method,
    headers: {
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...(cookie === undefined ? {} : { Cookie: cookie }),
      ...headers,
    },
    body: body === undefined ? null : typeof body === "string" ? body : JSON.stringify(body),
  });
}

let made = 0;

/** A username that no other test has. */
export function newUsername(): string {
  made += 1;
  return `ana-${made}-${crypto.randomUUID().slice(0, 8)}`;
}

/** Signed in by a token in the body, which is how callers without a cookie jar do it. */
export interface Person {
  readonly username: string;
  readonly userId: string;
  readonly token: string;
  readonly refreshToken: string;
}

export async function newPerson(username = newUsername(), asked: Asked = {}): Promise<Person> {
  return personIn(
    username,
    await ask("POST", "/api/accounts", { username, password: PASSWORD, transport: "body" }, asked),
  );
}

export async function signIn(username: string, asked: Asked = {}, more: object = {}): Promise<Person> {
  const body = { username, password: PASSWORD, transport: "body", ...more };
  return personIn(username, await ask("POST", "/api/session", body, asked));
}

async function personIn(username: string, response: Response): Promise<Person> {
  const { user, accessToken, refreshToken = "" } = await signedIn(response);
  return { username, userId: user.id, token: accessToken, refreshToken };
}

export async function signedIn(response: Response): Promise<SessionResponse> {
  return v.parse(sessionResponseSchema, await response.json());
}

/** The person's own device, certified. */
export async function withDevice(person: Person): Promise<Guest> {
  const key = await generateDeviceKey();
  const device = toBase64Url(key.publicKey);
  const response = await ask("POST", "/api/devices", { device, proof: await proofOf(key) }, { token: person.token });
  const { certificate } = v.parse(deviceResponseSchema, await response.json());
  return { key, device, userId: person.userId, certificate: fromBase64Url(certificate), token: person.token };
}

/** The name and value of the cookie that was set; with its attributes, as they are written. */
export function cookieOf(response: Response): { readonly pair: string; readonly attributes: readonly string[] } {
  const [pair = "", ...attributes] = (response.headers.get("Set-Cookie") ?? "").split("; ");
  return { pair, attributes };
}

export async function sessionsOf(token: string) {
  return v.parse(sessionListSchema, await (await ask("GET", "/api/me/sessions", undefined, { token })).json()).items;
}

/** Sets the clock of a row back: what was at some time is now `ms` longer ago. */
export async function letTimePass(table: "sessions" | "users" | "attempts", column: string, ms: number): Promise<void> {
  await env.PLATFORM.prepare(`UPDATE ${table} SET ${column} = ${column} - ?`).bind(ms).run();
}
