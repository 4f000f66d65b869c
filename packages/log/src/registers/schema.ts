// A register set without the types of its fields: what judging and reading need of a declaration.
import type { Role } from "@reed/access";
import type { CborValue } from "../cbor.ts";
import type { Room } from "./cells.ts";
import { type Field, hasKey, typeIn } from "./field.ts";
import type { RegisterKey } from "./key.ts";
import type { RegisterType } from "./types.ts";

/** Values by key, none of them null. */
export type RegisterValues = ReadonlyMap<string, CborValue>;
/** From the values of one version to those of the next. Pure; it gives a value for each key that it was given and no others. */
export type Migration = (values: RegisterValues) => RegisterValues;

export interface Schema {
  readonly bucket: string;
  readonly version: number;
  readonly fields: ReadonlyMap<string, Field>;
  /** By the version that they start from. */
  readonly migrations: ReadonlyMap<number, Migration>;
  /** The least role for whatever declares none itself, unknown keys too. */
  readonly role: Role;
  readonly room: Room;
}

/** The type that `key` had in `version`; null where the set had no such key. */
export function typeOf(schema: Schema, key: RegisterKey, version: number): RegisterType | null {
  const field = schema.fields.get(key.name);
  return field !== undefined && hasKey(field, key) ? typeIn(field, version) : null;
}

/** The least role that may write `key`, known or not. */
export function leastRole(schema: Schema, { name }: RegisterKey): Role {
  return schema.fields.get(name)?.role ?? schema.role;
}
