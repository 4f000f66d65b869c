// What the gateway writes, it writes for somebody: its payloads carry for whom, by what way and in which session, so that
// history can tell. Everybody else's payload is bare, their signature being attribution enough.
import { CborMap, decodeCbor, encodeCbor } from "./cbor.ts";
import { DecodeError } from "@reed/bytes";
import { parsePrincipal, type Principal } from "./principal.ts";

/** The way by which a caller without a key of its own reached the gateway. */
export const VIA = ["api", "discord", "yjs", "operator"] as const;
export type Via = (typeof VIA)[number];

export interface Attribution {
  readonly by: Principal;
  readonly via: Via;
  /** The sign-in that the call was made with; null where there was none. */
  readonly session: string | null;
}

const MAX_SESSION_LENGTH = 64;

export function encodeAttributed(attribution: Attribution, data: Uint8Array): Uint8Array {
  return encodeCbor({ by: attribution.by, via: attribution.via, session: attribution.session, data });
}

/** Throws a DecodeError. */
export function decodeAttributed(payload: Uint8Array): {
  readonly attribution: Attribution;
  readonly data: Uint8Array;
} {
  const map = new CborMap(decodeCbor(payload), ["by", "via", "session", "data"]);
  return { attribution: readAttribution(map), data: map.bytes("data") };
}

/** The fields `by`, `via` and `session` of a map; throws a DecodeError. */
export function readAttribution(map: CborMap): Attribution {
  const by = parsePrincipal(map.text("by", 64));
  const via = VIA.find((way) => way === map.text("via", 16));
  if (by === null || via === undefined) throw new DecodeError("form", 0, "attribution");
  return { by, via, session: map.textOrNull("session", MAX_SESSION_LENGTH) };
}
