// What a register set declares of one name: its type, now and in earlier versions, and the least role that may write it. A
// declaration is never taken back: what a version once accepted, every later one accepts, or replicas of different ages would
// judge one log differently.
import type { Role } from "@reed/access";
import type { CborValue } from "../cbor.ts";
import type { RegisterKey } from "./key.ts";
import type { RegisterType } from "./types.ts";

/** The type that a field had up to and including version `through`. */
export interface PastType {
  readonly through: number;
  readonly type: RegisterType;
}

export interface FieldOptions {
  /** The least role that may write it; the set's own unless stated. The same in all versions. */
  readonly role?: Role | undefined;
  /** The first version that has it; 1 unless stated. */
  readonly since?: number | undefined;
  /** Its earlier types, oldest first. */
  readonly was?: readonly PastType[] | undefined;
}

interface FieldBase<T extends CborValue> {
  readonly type: RegisterType<T>;
  readonly role: Role | null;
  readonly since: number;
  readonly was: readonly PastType[];
}

/** One value under its own name. */
export interface OneField<T extends CborValue = CborValue> extends FieldBase<T> {
  readonly shape: "one";
}

/** Any number of values, each under `name/entry`, each written and won by itself. */
export interface MapField<T extends CborValue = CborValue> extends FieldBase<T> {
  readonly shape: "map";
  /** What an entry may be called. The same in all versions. */
  readonly isEntry: (entry: string) => boolean;
}

export type Field = OneField | MapField;

export interface MapOptions extends FieldOptions {
  readonly isEntry?: ((entry: string) => boolean) | undefined;
}

export function one<T extends CborValue>(type: RegisterType<T>, options: FieldOptions = {}): OneField<T> {
  return { shape: "one", type, ...baseOf(options) };
}

export function mapOf<T extends CborValue>(type: RegisterType<T>, options: MapOptions = {}): MapField<T> {
  return { shape: "map", type, isEntry: options.isEntry ?? (() => true), ...baseOf(options) };
}

/** The type of `field` in `version`; null where it was not there yet. */
export function typeIn(field: Field, version: number): RegisterType | null {
  if (version < field.since) return null;
  return field.was.find(({ through }) => version <= through)?.type ?? field.type;
}

/** Whether `key`, whose name is the field's, is one of its keys. */
export function hasKey(field: Field, { entry }: RegisterKey): boolean {
  return field.shape === "map" ? entry !== null && field.isEntry(entry) : entry === null;
}

function baseOf(options: FieldOptions): Pick<FieldBase<CborValue>, "role" | "since" | "was"> {
  return { role: options.role ?? null, since: options.since ?? 1, was: options.was ?? [] };
}
