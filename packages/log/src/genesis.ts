// The first op of a log: what kind of log it is, whose platform certifies its devices, and enough entropy to make its id new.
// The docId is the id of this op, so whoever pins a docId pins the platform key with it.
import { DecodeError } from "@reed/bytes";
import { CborMap, decodeCbor, encodeCbor } from "./cbor.ts";
import { HASH_BYTES } from "./ids.ts";

export const ENTROPY_BYTES = 16;

/** Who may read the log. note: all who may read the note. private: the devices of one user. */
export const SCOPES = ["note", "private"] as const;
export type Scope = (typeof SCOPES)[number];

export interface GenesisBody {
  readonly scope: Scope;
  readonly mode: "open";
  /** Raw Ed25519 key of the platform: root of every certificate but those of edit links. */
  readonly platform: Uint8Array;
  readonly entropy: Uint8Array;
}

export function encodeGenesis(body: GenesisBody): Uint8Array {
  return encodeCbor({ v: 1, scope: body.scope, mode: body.mode, platform: body.platform, entropy: body.entropy });
}

/** Throws a DecodeError. */
export function decodeGenesis(bytes: Uint8Array): GenesisBody {
  const map = new CborMap(decodeCbor(bytes), ["v", "scope", "mode", "platform", "entropy"]);
  map.literal("v", 1);
  map.literal("mode", "open");
  return {
    scope: readScope(map.text("scope", 16)),
    mode: "open",
    platform: map.bytes("platform", HASH_BYTES),
    entropy: map.bytes("entropy", ENTROPY_BYTES),
  };
}

export function readScope(text: string): Scope {
  const scope = SCOPES.find((known) => known === text);
  if (scope === undefined) throw new DecodeError("form", 0, "scope");
  return scope;
}
