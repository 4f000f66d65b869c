// One declaration makes a register set: the types of its fields, how it judges what others write, how it writes and reads. Server,
// replicas and the app all use the same one.
import type { Role } from "@reed/access";
import type { CborValue } from "../cbor.ts";
import type { Judged, Reducer } from "../reducer.ts";
import {
  emptyRegisters,
  loadCells,
  newestTimeUs,
  type RegisterState,
  type Room,
  saveCells,
  writeCells,
} from "./cells.ts";
import type { RegisterRefusal } from "./fault.ts";
import type { Field, MapField, OneField } from "./field.ts";
import { faultOfValue, judgeRegisters, type RegisterChange } from "./judge.ts";
import { isFree, isRegisterName, keyOf } from "./key.ts";
import { decodePayload, encodePayload, MAX_VERSION } from "./payload.ts";
import { entriesUnder, readCells } from "./read.ts";
import type { Migration, Schema } from "./schema.ts";
import { isKeepable } from "./value.ts";

export type Fields = Readonly<Record<string, Field>>;

/** What is read: null where nothing is set, and for a map the entries that are. */
export type RegistersOf<F extends Fields> = {
  readonly [Name in keyof F]: F[Name] extends MapField<infer T>
    ? ReadonlyMap<string, T>
    : F[Name] extends OneField<infer T>
      ? T | null
      : never;
};

/** What is written: only the fields and entries that are named; null takes a value away. */
export type WritesOf<F extends Fields> = {
  readonly [Name in keyof F]?:
    | (F[Name] extends MapField<infer T>
        ? ReadonlyMap<string, T | null>
        : F[Name] extends OneField<infer T>
          ? T | null
          : never)
    | undefined;
};

export interface RegisterDeclaration<F extends Fields> {
  readonly bucket: string;
  /** From 1; one more with each change of `fields`. */
  readonly version: number;
  readonly fields: F;
  /** By the version that they start from: one for each version after which a type changed. */
  readonly migrations?: Readonly<Record<number, Migration>> | undefined;
  /** The least role for fields that state none and for unknown keys; editor unless stated. The same in all versions. */
  readonly role?: Role | undefined;
  /** Of all registers together; 256 unless stated. The same in all versions. */
  readonly maxKeys?: number | undefined;
}

export interface RegisterSet<F extends Fields> {
  readonly reducer: Reducer<RegisterState, RegisterChange, RegisterRefusal>;
  /** The payload that sets these registers at `timeUs`, which nextTimeUs gave. RangeError for what every replica would refuse. */
  write(set: WritesOf<F>, timeUs: number): Uint8Array;
  /** The same object until the state changes. */
  read(state: RegisterState): RegistersOf<F>;
  /** The time for a write: now, and past everything that is there, so that it wins however wrong another clock was. */
  nextTimeUs(state: RegisterState, ownLastUs: number, nowUs: number): number;
  /**
   * Whether `payload` is of a newer version than this. A server takes no new op that is ahead of it, or an older program's judgement
   * would stand in the log where a newer one judges otherwise; rows that are in the log are folded whatever their version.
   */
  isAhead(payload: Uint8Array): boolean;
}

const MAX_KEYS = 256;
/** Of these, the room that entries of maps can't take. */
const PLAIN_KEYS = 64;

/** RangeError for a declaration that contradicts itself. */
export function defineRegisters<const F extends Fields>(declaration: RegisterDeclaration<F>): RegisterSet<F> {
  const schema = schemaOf(declaration);
  const memo = new WeakMap<RegisterState, { readonly revision: number; readonly registers: RegistersOf<F> }>();
  return {
    reducer: reducerOf(schema),

    write(set: WritesOf<F>, timeUs: number): Uint8Array {
      const writes = Object.entries(set).flatMap(([name, value]) => writesOf(schema, name, value));
      for (const [key, value] of writes) {
        const fault = faultOfValue(schema, schema.version, key, value);
        if (fault !== null) throw new RangeError(`${key}: ${fault}`);
      }
      return encodePayload({ version: schema.version, timeUs, set: writes });
    },

    read(state: RegisterState): RegistersOf<F> {
      const known = memo.get(state);
      if (known?.revision === state.revision) return known.registers;
      const registers = registersOf<F>(schema, state);
      memo.set(state, { revision: state.revision, registers });
      return registers;
    },

    nextTimeUs: (state, ownLastUs, nowUs) => Math.max(nowUs, ownLastUs + 1, newestTimeUs(state) + 1),

    isAhead: (payload) => (decodePayload(payload)?.version ?? 0) > schema.version,
  };
}

function reducerOf(schema: Schema): Reducer<RegisterState, RegisterChange, RegisterRefusal> {
  return {
    bucket: schema.bucket,
    empty: emptyRegisters,
    judge: (state, entry): Judged<RegisterChange, RegisterRefusal> => judgeRegisters(schema, state, entry),
    apply(state, _entry, change) {
      writeCells(state, change, schema.room);
      return state;
    },
    save: saveCells,
    load: (saved) => loadCells(saved, schema.room),
  };
}

function schemaOf(declaration: RegisterDeclaration<Fields>): Schema {
  const { bucket, version } = declaration;
  const fields = new Map(Object.entries(declaration.fields));
  const migrations = new Map(Object.entries(declaration.migrations ?? {}).map(([from, step]) => [Number(from), step]));
  if (!Number.isSafeInteger(version) || version < 1 || version > MAX_VERSION) throw new RangeError("version");
  for (const [name, field] of fields) {
    if (!isRegisterName(name) || isFree(name)) throw new RangeError(`${name}: not a name of a register`);
    if (field.since < 1 || field.since > version) throw new RangeError(`${name}: since`);
    assertPast(name, field, version, migrations);
  }
  return { bucket, version, fields, migrations, role: declaration.role ?? "editor", room: roomOf(declaration.maxKeys) };
}

function assertPast(name: string, field: Field, version: number, migrations: ReadonlyMap<number, Migration>): void {
  let before = field.since - 1;
  for (const { through } of field.was) {
    if (through <= before || through >= version) throw new RangeError(`${name}: earlier types`);
    if (!migrations.has(through)) throw new RangeError(`${name}: no migration from version ${through}`);
    before = through;
  }
}

function roomOf(maxKeys: number = MAX_KEYS): Room {
  if (!Number.isSafeInteger(maxKeys) || maxKeys <= PLAIN_KEYS) throw new RangeError("maxKeys");
  return { plain: PLAIN_KEYS, entry: maxKeys - PLAIN_KEYS };
}

function writesOf(schema: Schema, name: string, value: unknown): readonly (readonly [string, CborValue])[] {
  if (value === undefined) return [];
  const isMap = schema.fields.get(name)?.shape === "map" && value instanceof Map;
  const writes: readonly (readonly [unknown, unknown])[] = isMap ? [...value] : [[null, value]];
  return writes.map(([entry, item]) => {
    if (!isKeepable(item)) throw new RangeError(`${name}: type`);
    return [keyOf(name, typeof entry === "string" ? entry : null), item];
  });
}

function registersOf<F extends Fields>(schema: Schema, state: RegisterState): RegistersOf<F> {
  const values = readCells(schema, state);
  const registers = [...schema.fields].map(([name, { shape }]) => [
    name,
    shape === "map" ? entriesUnder(values, name) : (values.get(name) ?? null),
  ]);
  // Each value fits the type of its field, for readCells gives no others, and each field of F is there.
  return Object.fromEntries(registers) as RegistersOf<F>;
}
