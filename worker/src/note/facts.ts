// What a note knows of itself beside its log, in one row: who made it and when, whether it lies in the trash, and how far the
// libraries of its people were told.
import { integerOf, type Sql, type SqlValue } from "@reed/room";
import * as v from "valibot";

export const FACTS_TABLES: readonly string[] = [
  `CREATE TABLE facts (
    k INTEGER PRIMARY KEY CHECK (k = 1),
    created_us INTEGER NOT NULL,
    created_by TEXT,
    version INTEGER NOT NULL,
    told_us INTEGER NOT NULL,
    trashed_us INTEGER,
    touched_us INTEGER NOT NULL,
    is_guest INTEGER NOT NULL
  )`,
  `INSERT INTO facts (k, created_us, version, told_us, touched_us, is_guest)
   VALUES (1, coalesce((SELECT recv_us FROM log ORDER BY seq LIMIT 1), 0), 0, 0, 0, 0)`,
];

export interface FactsState {
  readonly createdUs: number;
  /** User id of the first owner. */
  readonly createdBy: string | null;
  /** Of the newest event to a library. */
  readonly version: number;
  /** When the text was last changed that the libraries know. */
  readonly toldUs: number;
  /** null: it does not lie in the trash. */
  readonly trashedUs: number | null;
  /** When its guest last came, to the day. */
  readonly touchedUs: number;
  /** Whether it goes when nobody touches it for long. */
  readonly isGuest: boolean;
}

const COLUMNS: Readonly<Record<keyof FactsState, string>> = {
  createdUs: "created_us",
  createdBy: "created_by",
  version: "version",
  toldUs: "told_us",
  trashedUs: "trashed_us",
  touchedUs: "touched_us",
  isGuest: "is_guest",
};

export class Facts {
  readonly #sql: Sql;
  #state: FactsState;

  /** The table must be there. */
  constructor(sql: Sql) {
    this.#sql = sql;
    const [row] = sql.run("SELECT * FROM facts WHERE k = 1");
    if (row === undefined) throw new Error("the facts of a note are made with its tables");
    this.#state = {
      createdUs: integerOf(row, "created_us"),
      createdBy: v.parse(v.nullable(v.string()), row["created_by"]),
      version: integerOf(row, "version"),
      toldUs: integerOf(row, "told_us"),
      trashedUs: row["trashed_us"] === null ? null : integerOf(row, "trashed_us"),
      touchedUs: integerOf(row, "touched_us"),
      isGuest: integerOf(row, "is_guest") === 1,
    };
  }

  get state(): FactsState {
    return this.#state;
  }

  set(change: Partial<FactsState>): void {
    this.#state = { ...this.#state, ...change };
    const keys = (Object.keys(COLUMNS) as (keyof FactsState)[]).filter((key) => change[key] !== undefined);
    const values = keys.map((key): SqlValue => {
      const value = this.#state[key];
      return typeof value === "boolean" ? Number(value) : value;
    });
    this.#sql.run(`UPDATE facts SET ${keys.map((key) => `${COLUMNS[key]} = ?`).join(", ")} WHERE k = 1`, ...values);
  }
}
