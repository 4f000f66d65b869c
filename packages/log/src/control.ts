// A control op changes who may do what. Control ops form one line: each names its number, the one before it and the hash of
// the grant list that it leads to; the server admits one op for each place in that line.
import { isRole } from "@reed/access";
import { DecodeError } from "@reed/bytes";
import { type Attribution, readAttribution } from "./attribution.ts";
import { CborMap, type CborValue, decodeCbor, encodeCbor } from "./cbor.ts";
import { type Grant, grantToCbor } from "./grants.ts";
import { HASH_BYTES } from "./ids.ts";
import { parsePrincipal } from "./principal.ts";

export const MAX_CHANGES = 64;

export interface ControlBody {
  /** 1 for the first control op of a log. */
  readonly counter: number;
  /** op id of the control op before; null for the first. */
  readonly prevControl: Uint8Array | null;
  readonly changes: readonly Grant[];
  /** hashGrants of the resulting list. */
  readonly grantsHash: Uint8Array;
  /** Present where the gateway wrote it. */
  readonly attribution: Attribution | null;
}

export function encodeControl(body: ControlBody): Uint8Array {
  const attribution: CborValue = body.attribution === null ? null : { ...body.attribution };
  return encodeCbor({
    v: 1,
    n: body.counter,
    prev: body.prevControl,
    changes: body.changes.map(grantToCbor),
    grants: body.grantsHash,
    for: attribution,
  });
}

/** Throws a DecodeError. */
export function decodeControl(bytes: Uint8Array): ControlBody {
  const decoded = decodeCbor(bytes);
  const map = new CborMap(decoded, ["v", "n", "prev", "changes", "grants", "for"]);
  map.literal("v", 1);
  const changes = map.list("changes", MAX_CHANGES).map(readGrant);
  if (changes.length === 0) throw new DecodeError("form", 0, "no changes");
  return {
    counter: map.integer("n"),
    prevControl: map.bytesOrNull("prev", HASH_BYTES),
    changes,
    grantsHash: map.bytes("grants", HASH_BYTES),
    attribution: map.mapOrNull("for", ["by", "via", "session"], readAttribution),
  };
}

function readGrant(value: unknown): Grant {
  const map = new CborMap(value, ["principal", "role", "key", "expires"]);
  const principal = parsePrincipal(map.text("principal", 64));
  const role = map.textOrNull("role", 16);
  if (principal === null || !(role === null || isRole(role))) throw new DecodeError("form", 0, "grant");
  return { principal, role, key: map.bytesOrNull("key", HASH_BYTES), expiresUs: map.integerOrNull("expires") };
}
