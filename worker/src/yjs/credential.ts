// What a provider shows at the door: an access token, or a share link with or without its secret. It comes as a WebSocket
// subprotocol, for an address would end up in logs.
import { type LinkId, parseLinkId, parsePrincipal, type Principal } from "@reed/log";
import * as v from "valibot";

/** The subprotocol that we speak and answer with. */
export const YJS_PROTOCOL = "y";
const TOKEN_PREFIX = "t.";
const LINK = /^([A-Za-z0-9_-]{16})(?:\.([A-Za-z0-9_-]{21}[AQgw]))?$/;

export type YjsToken =
  | { readonly type: "link"; readonly linkId: LinkId; readonly secret: string | null }
  | { readonly type: "access"; readonly token: string };

/** A token that the edge has checked: what the worker hands to the note's object. */
export type YjsCredential =
  | { readonly type: "user"; readonly user: Principal; /** The sign-in that it comes by. */ readonly session: string }
  | { readonly type: "link"; readonly linkId: LinkId; readonly secret: string | null };

/** The token among the offered subprotocols; null where there is none, or ours is not offered. */
export function tokenAmong(offered: string): YjsToken | null {
  const protocols = offered.split(",").map((protocol) => protocol.trim());
  const token = protocols.find((protocol) => protocol.startsWith(TOKEN_PREFIX))?.slice(TOKEN_PREFIX.length);
  if (token === undefined || token === "" || !protocols.includes(YJS_PROTOCOL)) return null;
  const [, id, secret] = LINK.exec(token) ?? [];
  const linkId = id === undefined ? null : parseLinkId(id);
  return linkId === null ? { type: "access", token } : { type: "link", linkId, secret: secret ?? null };
}

const principalField = v.pipe(v.string(), v.transform(parsePrincipal), v.nonNullish(v.custom<Principal>(isText)));
const linkIdField = v.pipe(v.string(), v.transform(parseLinkId), v.nonNullish(v.custom<LinkId>(isText)));

const credentialSchema = v.variant("type", [
  v.object({ type: v.literal("user"), user: principalField, session: v.pipe(v.string(), v.uuid()) }),
  v.object({ type: v.literal("link"), linkId: linkIdField, secret: v.nullable(v.string()) }),
]);

export function encodeCredential(credential: YjsCredential): string {
  return JSON.stringify(credential);
}

/** What encodeCredential wrote. Throws for anything else: only the worker writes it. */
export function decodeCredential(text: string): YjsCredential {
  return v.parse(credentialSchema, JSON.parse(text));
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}
