// The form of a backup file (docs/spec/backup.md): lines of JSON. The first says what it is of, then rows under the table that they
// are of, then blobs, and the last says how much there was and what all of it hashes to, so that a file which was cut off or
// changed is not taken for one that is whole.
import { createHash } from "node:crypto";
import { fromBase64Url, toBase64Url } from "@reed/bytes";
import type { SqlRow, SqlValue } from "@reed/room";
import * as v from "valibot";

const BACKUP_VERSION = 1;
export const BACKUP_KINDS = ["note", "library", "platform"] as const;
export type BackupKind = (typeof BACKUP_KINDS)[number];

const headerSchema = v.object({
  reed: v.literal("backup"),
  version: v.literal(BACKUP_VERSION),
  kind: v.picklist(BACKUP_KINDS),
  /** The note's id or the user's; null for the platform. */
  name: v.nullable(v.string()),
  /** How many steps of its migrations the object had behind it. */
  steps: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  atMs: v.pipe(v.number(), v.safeInteger()),
  /** Where the log stood; null where there is none. */
  seq: v.nullable(v.pipe(v.number(), v.safeInteger())),
});

export type BackupHeader = v.InferOutput<typeof headerSchema>;

const valueSchema = v.union([v.number(), v.string(), v.null(), v.strictObject({ b: v.string() })]);
const lineSchema = v.union([
  v.strictObject({
    table: v.pipe(v.string(), v.regex(/^[a-z_0-9]{1,64}$/)),
    columns: v.array(v.pipe(v.string(), v.regex(/^[a-z_0-9]{1,64}$/))),
  }),
  v.array(valueSchema),
  v.strictObject({ blob: v.string(), bytes: v.string() }),
  v.strictObject({ end: v.literal(true), rows: v.number(), blobs: v.number(), sha256: v.string() }),
]);

export type BackupPart =
  | {
      readonly type: "row";
      readonly table: string;
      readonly columns: readonly string[];
      readonly values: readonly SqlValue[];
    }
  | { readonly type: "blob"; readonly key: string; readonly bytes: Uint8Array };

/** A file that is not a whole backup of what was wanted. Its message names no content. */
export class BackupError extends Error {
  override readonly name = "BackupError";
}

/** Makes the lines of one file, in order. */
export class BackupWriter {
  readonly #hash = createHash("sha256");
  #table = "";
  #columns: readonly string[] = [];
  #rows = 0;
  #blobs = 0;

  header(header: Omit<BackupHeader, "reed" | "version">): string {
    return this.#line({ reed: "backup", version: BACKUP_VERSION, ...header });
  }

  /** All rows of one call have the same columns. */
  rows(table: string, rows: readonly SqlRow[]): string {
    const [first] = rows;
    if (first === undefined) return "";
    const columns = Object.keys(first);
    const isSame = table === this.#table && columns.join() === this.#columns.join();
    [this.#table, this.#columns] = [table, columns];
    this.#rows += rows.length;
    const head = isSame ? "" : this.#line({ table, columns });
    return head + rows.map((row) => this.#line(columns.map((column) => jsonOf(row[column])))).join("");
  }

  blob(key: string, bytes: Uint8Array): string {
    this.#blobs += 1;
    return this.#line({ blob: key, bytes: toBase64Url(bytes) });
  }

  end(): string {
    const sha256 = this.#hash.copy().digest("base64url");
    return this.#line({ end: true, rows: this.#rows, blobs: this.#blobs, sha256 });
  }

  #line(value: unknown): string {
    const line = `${JSON.stringify(value)}\n`;
    this.#hash.update(line);
    return line;
  }
}

/** Reads the lines of one file, in order. Throws a BackupError at the first that does not belong there. */
export class BackupReader {
  readonly #hash = createHash("sha256");
  #table: { readonly name: string; readonly columns: readonly string[] } | null = null;
  #rows = 0;
  #blobs = 0;
  #isEnded = false;

  get isWhole(): boolean {
    return this.#isEnded;
  }

  header(line: string): BackupHeader {
    const header = v.safeParse(headerSchema, parse(line));
    if (!header.success) throw new BackupError("this is no backup that this release can read");
    this.#hash.update(`${line}\n`);
    return header.output;
  }

  /** null for lines that hold nothing themselves. */
  part(line: string): BackupPart | null {
    if (this.#isEnded) throw new BackupError("there is more after the end");
    const parsed = v.safeParse(lineSchema, parse(line));
    if (!parsed.success) throw new BackupError("a line is of no known form");
    const value = parsed.output;
    if ("end" in value) {
      this.#finish(value);
      return null;
    }
    this.#hash.update(`${line}\n`);
    if ("table" in value) {
      this.#table = { name: value.table, columns: value.columns };
      return null;
    }
    if ("blob" in value) {
      this.#blobs += 1;
      return { type: "blob", key: value.blob, bytes: bytesOf(value.bytes) };
    }
    const table = this.#table;
    if (table === null || table.columns.length !== value.length) throw new BackupError("a row fits no table");
    this.#rows += 1;
    return { type: "row", table: table.name, columns: table.columns, values: value.map(valueOf) };
  }

  #finish({ rows, blobs, sha256 }: { readonly rows: number; readonly blobs: number; readonly sha256: string }): void {
    if (rows !== this.#rows || blobs !== this.#blobs || sha256 !== this.#hash.digest("base64url"))
      throw new BackupError("what was read is not what was written");
    this.#isEnded = true;
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new BackupError("a line is no JSON");
  }
}

function bytesOf(text: string): Uint8Array {
  try {
    return fromBase64Url(text);
  } catch {
    throw new BackupError("bytes are not in base64url");
  }
}

function jsonOf(value: unknown): unknown {
  if (value instanceof Uint8Array) return { b: toBase64Url(value) };
  if (value instanceof ArrayBuffer) return { b: toBase64Url(new Uint8Array(value)) };
  // D1 gives a blob as a list of its bytes.
  if (Array.isArray(value)) return { b: toBase64Url(Uint8Array.from(v.parse(v.array(v.number()), value))) };
  if (value === null || typeof value === "string" || (typeof value === "number" && Number.isFinite(value)))
    return value;
  throw new TypeError("a column holds what a backup can't");
}

function valueOf(value: v.InferOutput<typeof valueSchema>): SqlValue {
  return value !== null && typeof value === "object" ? bytesOf(value.b) : value;
}
