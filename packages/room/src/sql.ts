// The three things that a log store needs of SQLite, so that the object's storage and node:sqlite are one implementation.

export type SqlValue = number | string | Uint8Array | null;
export type SqlRow = Readonly<Record<string, unknown>>;

export interface Sql {
  /** Runs one statement and returns its rows. */
  run(statement: string, ...values: readonly SqlValue[]): readonly SqlRow[];
  /** Runs `work` as one transaction: all of it or, where it throws, nothing. */
  transaction(work: () => void): void;
}

/** A BLOB column: Node gives a Uint8Array, the object an ArrayBuffer. */
export function blobOf(row: SqlRow, column: string): Uint8Array {
  const value = row[column];
  if (value instanceof Uint8Array) return value;
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  throw new TypeError(`column ${column} is not a blob`);
}

export function integerOf(row: SqlRow, column: string): number {
  const value = row[column];
  if (typeof value !== "number" || !Number.isSafeInteger(value))
    throw new TypeError(`column ${column} is not an integer`);
  return value;
}
