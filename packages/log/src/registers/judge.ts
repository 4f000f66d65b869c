// The validity rule for register ops (docs/spec/registers.md, R6-R15). Pure and total. A payload of this version or an older one
// is held to what its own version declared, which never changes; one of a newer version is held to what no version may change.
// So programs of all versions agree on every payload that was not ahead of the server which took it.
import { maxRole, type Role } from "@reed/access";
import { type CborValue, encodeCbor } from "../cbor.ts";
import type { BucketEntry, Judged } from "../reducer.ts";
import { type Cell, hasRoom, type RegisterState } from "./cells.ts";
import type { RegisterFault, RegisterRefusal } from "./fault.ts";
import { isFree, parseKey } from "./key.ts";
import { decodePayload, MAX_PAYLOAD_BYTES } from "./payload.ts";
import { leastRole, type Schema, typeOf } from "./schema.ts";
import { MAX_VALUE_BYTES } from "./value.ts";

/** What an op writes, all or nothing. */
export type RegisterChange = ReadonlyMap<string, Cell>;

/** Whether `entry` holds in `state`; with several faults, the first met. */
export function judgeRegisters(
  schema: Schema,
  state: RegisterState,
  entry: BucketEntry,
): Judged<RegisterChange, RegisterRefusal> {
  if (entry.payload.length > MAX_PAYLOAD_BYTES) return refused("too_big");
  const payload = decodePayload(entry.payload);
  if (payload === null) return refused("malformed");
  const { version, timeUs, set } = payload;
  if (timeUs > entry.wallTimeUs) return refused("time");
  for (const [key, value] of set) {
    const fault = faultOfValue(schema, version, key, value) ?? faultOfRole(schema, key, entry.role);
    if (fault !== null) return refused(fault);
  }
  const origin = { version, timeUs, device: entry.author.slice(), opId: entry.opId.slice() };
  const change = new Map(set.map(([key, value]): [string, Cell] => [key, { ...origin, value }]));
  return hasRoom(state, change, schema.room) ? { ok: true, change } : refused("too_many");
}

/** Why a writer of `version` may not set `key` to `value`, whoever it is. */
export function faultOfValue(schema: Schema, version: number, key: string, value: CborValue): RegisterFault | null {
  const parsed = parseKey(key);
  if (parsed === null) return "key";
  if (encodeCbor(value).length > MAX_VALUE_BYTES) return "too_big";
  if (version > schema.version || isFree(parsed.name)) return null;
  const type = typeOf(schema, parsed, version);
  if (type === null) return "unknown_key";
  return value === null || type.accepts(value) ? null : "type";
}

function faultOfRole(schema: Schema, key: string, role: Role | null): RegisterFault | null {
  const parsed = parseKey(key);
  if (parsed === null) return "key";
  return role !== null && maxRole(role, leastRole(schema, parsed)) === role ? null : "role";
}

function refused(fault: RegisterFault): { readonly ok: false; readonly fault: RegisterRefusal } {
  return { ok: false, fault: `register_${fault}` };
}
