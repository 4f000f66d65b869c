// A control op changes who may do what. Control ops form one line: each names its number, the one before it and the hash of
// the grant list that it leads to; the server admits one op for each place in that line.
import { isRole } from "@reed/access";
import { DecodeError } from "@reed/bytes";
import { type Attribution, readAttribution } from "./attribution.ts";
import { CborMap, type CborValue, decodeCbor, encodeCbor } from "./cbor.ts";
import type { Cursor } from "./chain.ts";
import { type Grant, grantToCbor } from "./grants.ts";
import { HASH_BYTES } from "./ids.ts";
import type { OpType } from "./op.ts";
import { parsePrincipal } from "./principal.ts";

export const MAX_CHANGES = 64;

const KEYS = ["v", "n", "prev", "changes", "grants", "for"] as const;

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
  /** What it does besides changing grants; null: nothing. */
  readonly act: ControlAct | null;
}

/** restored: the server lost what followed. scrub: the text was begun anew and what it was before is gone. */
export const GENERATION_REASONS = ["restored", "scrub"] as const;
export type GenerationReason = (typeof GENERATION_REASONS)[number];

export type ControlAct =
  /** A new generation of the log begins after the position `from`, which must be the one before this op. */
  | { readonly type: "generation"; readonly from: Cursor; readonly reason: GenerationReason }
  /** Compliance mode: while it is on, every op is kept for ever. */
  | { readonly type: "compliance"; readonly isOn: boolean };

export function encodeControl(body: ControlBody): Uint8Array {
  const attribution: CborValue = body.attribution === null ? null : { ...body.attribution };
  const fields = {
    n: body.counter,
    prev: body.prevControl,
    changes: body.changes.map(grantToCbor),
    grants: body.grantsHash,
    for: attribution,
  };
  return encodeCbor(body.act === null ? { v: 1, ...fields } : { v: 2, ...fields, act: actToCbor(body.act) });
}

/** Throws a DecodeError. */
export function decodeControl(bytes: Uint8Array): ControlBody {
  const decoded = decodeCbor(bytes);
  const hasAct = typeof decoded === "object" && decoded !== null && "act" in decoded;
  const map = new CborMap(decoded, hasAct ? [...KEYS, "act"] : KEYS);
  map.literal("v", hasAct ? 2 : 1);
  const changes = map.list("changes", MAX_CHANGES).map(readGrant);
  if (changes.length === 0 && !hasAct) throw new DecodeError("form", 0, "no changes");
  return {
    counter: map.integer("n"),
    prevControl: map.bytesOrNull("prev", HASH_BYTES),
    changes,
    grantsHash: map.bytes("grants", HASH_BYTES),
    attribution: map.mapOrNull("for", ["by", "via", "session"], readAttribution),
    act: hasAct ? readAct(decoded.act) : null,
  };
}

/** Whether `op` says that the text was begun anew: what a replica has of the text until then is void. */
export function isScrub({ type, body }: { readonly type: OpType; readonly body: Uint8Array }): boolean {
  if (type !== "control") return false;
  try {
    const { act } = decodeControl(body);
    return act?.type === "generation" && act.reason === "scrub";
  } catch (error) {
    if (error instanceof DecodeError) return false;
    throw error;
  }
}

function actToCbor(act: ControlAct): CborValue {
  if (act.type === "compliance") return { type: act.type, on: act.isOn };
  return { type: act.type, seq: act.from.seq, chain: act.from.chain, reason: act.reason };
}

function readAct(value: unknown): ControlAct {
  const isCompliance = typeof value === "object" && value !== null && "on" in value;
  const map = new CborMap(value, isCompliance ? ["type", "on"] : ["type", "seq", "chain", "reason"]);
  if (isCompliance) {
    map.literal("type", "compliance");
    return { type: "compliance", isOn: map.bool("on") };
  }
  map.literal("type", "generation");
  const reason = GENERATION_REASONS.find((known) => known === map.text("reason", 16));
  if (reason === undefined) throw new DecodeError("form", 0, "reason");
  return { type: "generation", from: { seq: map.integer("seq"), chain: map.bytes("chain", HASH_BYTES) }, reason };
}

/** One grant as grantToCbor writes it; throws a DecodeError. */
export function readGrant(value: unknown): Grant {
  const map = new CborMap(value, ["principal", "role", "key", "expires"]);
  const principal = parsePrincipal(map.text("principal", 64));
  const role = map.textOrNull("role", 16);
  if (principal === null || !(role === null || isRole(role))) throw new DecodeError("form", 0, "grant");
  return { principal, role, key: map.bytesOrNull("key", HASH_BYTES), expiresUs: map.integerOrNull("expires") };
}
