// What the cells say to a program of this version: values of older versions are carried forward by the migrations, values of
// newer ones are taken where they fit. What can't be read is null here and stays in its cell.
import type { CborValue } from "../cbor.ts";
import type { RegisterState } from "./cells.ts";
import { keyOf, parseKey } from "./key.ts";
import { type RegisterValues, type Schema, typeOf } from "./schema.ts";

/** The values of the known keys that are there and fit, in the order of their keys. */
export function readCells(schema: Schema, { cells }: RegisterState): RegisterValues {
  const byVersion = new Map<number, Map<string, CborValue>>();
  for (const [key, { version, value }] of cells) {
    const writtenIn = Math.min(version, schema.version);
    if (!fits(schema, key, value, writtenIn)) continue;
    const values = byVersion.get(writtenIn) ?? new Map<string, CborValue>();
    byVersion.set(writtenIn, values.set(key, value));
  }
  let values: RegisterValues = new Map();
  const versions = new Set([...byVersion.keys(), ...schema.migrations.keys()]);
  for (const version of [...versions].toSorted((a, b) => a - b)) {
    values = migrated(schema, new Map([...values, ...(byVersion.get(version) ?? [])]), version);
  }
  return new Map(
    [...values]
      .filter(([key, value]) => fits(schema, key, value, schema.version))
      .toSorted(([a], [b]) => (a < b ? -1 : Number(a > b))),
  );
}

/** The values of a map field by entry. */
export function entriesUnder(values: RegisterValues, name: string): ReadonlyMap<string, CborValue> {
  const prefix = keyOf(name, "");
  return new Map(
    [...values].flatMap(([key, value]): [string, CborValue][] =>
      key.startsWith(prefix) ? [[key.slice(prefix.length), value]] : [],
    ),
  );
}

/** `values` as the next version has them. Keys that the migration was not given are not its to write: they have their own cells. */
function migrated(schema: Schema, values: RegisterValues, version: number): RegisterValues {
  const migrate = schema.migrations.get(version);
  if (migrate === undefined || version >= schema.version || values.size === 0) return values;
  return new Map([...migrate(values)].filter(([key]) => values.has(key)));
}

function fits(schema: Schema, key: string, value: CborValue, version: number): boolean {
  const parsed = parseKey(key);
  return parsed !== null && value !== null && (typeOf(schema, parsed, version)?.accepts(value) ?? false);
}
