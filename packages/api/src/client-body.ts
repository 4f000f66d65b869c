// What the client sends with a call: a body of one of three kinds, and the headers that belong to it.
import { TEXT_MEDIA_TYPES } from "./text.ts";

export type Body =
  | { readonly json: unknown }
  | { readonly bytes: Uint8Array<ArrayBuffer> }
  /** `tag`: for If-Match. */
  | { readonly text: string; readonly tag: string | null }
  | null;

export function headersFor(body: Body, authorization: string | null): Record<string, string> {
  return {
    ...(authorization === null ? {} : { Authorization: authorization }),
    ...(body === null ? {} : { "Content-Type": mediaOf(body) }),
    ...(body !== null && "tag" in body && body.tag !== null ? { "If-Match": body.tag } : {}),
  };
}

function mediaOf(body: Exclude<Body, null>): string {
  if ("json" in body) return "application/json";
  return "text" in body ? TEXT_MEDIA_TYPES[0] : "application/octet-stream";
}

export function bodyOf(body: Body): string | Uint8Array<ArrayBuffer> | null {
  if (body === null) return null;
  if ("json" in body) return JSON.stringify(body.json);
  return "text" in body ? body.text : body.bytes;
}
