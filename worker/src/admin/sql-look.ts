// One question of an operator to the SQLite of one object. SQLite itself says whether it only reads: what it is compiled to must
// not open anything for writing. And whatever it does is done in a transaction that is always taken back.
import { toHex } from "@reed/bytes";
import type { SqlValue } from "@reed/room";
import * as v from "valibot";

/** A cell: bytes as their length and their beginning in hex. */
export type Cell = string | number | null | { readonly bytes: number; readonly hex: string };

export type SqlLook =
  | { readonly columns: readonly string[]; readonly rows: readonly (readonly Cell[])[]; readonly isMore: boolean }
  /** What SQLite says against it. */
  | { readonly problem: string };

const MAX_ROWS = 1000;
const MAX_CHARACTERS = 1_000_000;
const SHOWN_BYTES = 256;
/** Opcodes of statements that only read; `Transaction` with p2 above 0 is one that writes. */
const WRITING = new Set([
  "OpenWrite",
  "ParseSchema",
  "CreateBtree",
  "Destroy",
  "Clear",
  "SetCookie",
  "VUpdate",
  "VCreate",
  "VDestroy",
  "JournalMode",
  "Vacuum",
  "AutoCommit",
]);

const stepSchema = v.object({ opcode: v.string(), p2: v.nullable(v.number()) });

class TakenBack extends Error {
  readonly look: SqlLook;

  constructor(look: SqlLook) {
    super("taken back");
    this.look = look;
  }
}

export function lookBySql(
  storage: Pick<DurableObjectStorage, "sql" | "transactionSync">,
  statement: string,
  values: readonly SqlValue[],
): SqlLook {
  try {
    storage.transactionSync(() => {
      throw new TakenBack(ask(storage.sql, statement, values));
    });
  } catch (error) {
    if (error instanceof TakenBack) return error.look;
    return { problem: error instanceof Error ? error.message : "it can't be run" };
  }
  return { problem: "it can't be run" };
}

function ask(sql: SqlStorage, statement: string, values: readonly SqlValue[]): SqlLook {
  if (!/^\s*(?:select|with|values)\b/i.test(statement)) return { problem: "only SELECT is taken" };
  const explained = sql.exec(`EXPLAIN ${statement}`, ...values);
  const steps = explained.toArray().map((row) => v.parse(stepSchema, row));
  // Of several statements only the first was explained, and the others were run.
  const isWriting =
    explained.rowsWritten > 0 ||
    steps.some(({ opcode, p2 }) => WRITING.has(opcode) || (opcode === "Transaction" && p2 !== 0));
  if (isWriting) return { problem: "only SELECT is taken" };
  const cursor = sql.exec(statement, ...values);
  const rows: (readonly Cell[])[] = [];
  let characters = 0;
  let isMore = false;
  for (const row of cursor.raw()) {
    const cells = row.map(cellOf);
    characters += JSON.stringify(cells).length;
    if (rows.length === MAX_ROWS || characters > MAX_CHARACTERS) {
      isMore = true;
      break;
    }
    rows.push(cells);
  }
  if (cursor.rowsWritten > 0) return { problem: "only SELECT is taken" };
  return { columns: cursor.columnNames, rows, isMore };
}

function cellOf(value: SqlStorageValue): Cell {
  if (!(value instanceof ArrayBuffer)) return value;
  return { bytes: value.byteLength, hex: toHex(new Uint8Array(value.slice(0, SHOWN_BYTES))) };
}
