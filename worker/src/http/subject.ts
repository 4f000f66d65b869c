// For whom a request is counted: the user of its token, the link that it brings, else the address that it comes from. Nothing
// here says that the caller may do anything.
import { createHmac } from "node:crypto";
import { verifyAccessToken } from "../auth/access-token.ts";
import { configOf } from "../env.ts";
import type { AppContext } from "./context.ts";

const BEARER = /^Bearer ([A-Za-z0-9._-]{1,4096})$/i;
const REED_LINK = /^Reed-Link ([A-Za-z0-9_-]{16})(?:\.|$)/i;
const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "::1"]);

export type SubjectType = "user" | "link" | "address" | "unknown";

export interface Subject {
  readonly type: SubjectType;
  /** Says nothing that is secret. */
  readonly key: string;
}

/** Where a request comes from, as the platform tells; null for a developer's own machine and where nobody tells. */
export function addressOf(c: AppContext): string | null {
  const address = c.req.header("CF-Connecting-IP");
  return address === undefined || LOOPBACK.has(address) ? null : networkOf(address);
}

/** A hash with a secret: an address that is kept must not be one that can be read. */
export function addressKeyOf(c: AppContext): string | null {
  const address = addressOf(c);
  return address === null ? null : `address:${digest(c, address)}`;
}

export async function subjectOf(c: AppContext): Promise<Subject> {
  const header = c.req.header("Authorization") ?? "";
  const token = BEARER.exec(header)?.[1];
  const userId = token === undefined ? null : await userIdOf(c, token);
  if (userId !== null) return { type: "user", key: `user:${userId}` };
  const linkId = REED_LINK.exec(header)?.[1];
  if (linkId !== undefined) return { type: "link", key: `link:${digest(c, linkId)}` };
  const address = addressKeyOf(c);
  return address === null ? { type: "unknown", key: "unknown" } : { type: "address", key: address };
}

async function userIdOf(c: AppContext, token: string): Promise<string | null> {
  return verifyAccessToken(configOf(c.env).tokens, token, Date.now()).then(
    ({ userId }) => userId,
    () => null,
  );
}

/** A household has one IPv4 address, or 2^64 of IPv6. */
function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.toLowerCase().split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array.from({ length: zeros }, () => "0"), ...right];
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":");
}

function digest(c: AppContext, text: string): string {
  return createHmac("sha256", configOf(c.env).cardSecret)
    .update(`reed/subject\0${text}`)
    .digest("base64url")
    .slice(0, 22);
}
