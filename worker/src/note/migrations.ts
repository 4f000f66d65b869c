// The tables of a note, as numbered steps. A step is never edited after release; a new one is added. They run when an object
// wakes, so every note is migrated when it is next used, and never before it has a genesis: an address that nobody founded
// costs nothing.
import { integerOf, LOG_TABLE, type Sql } from "@reed/room";

const STEPS: readonly (readonly string[])[] = [
  [
    LOG_TABLE,
    `CREATE TABLE links (
      link_id TEXT PRIMARY KEY,
      principal TEXT NOT NULL UNIQUE,
      role TEXT NOT NULL,
      name TEXT,
      created_us INTEGER NOT NULL,
      created_by TEXT NOT NULL,
      expires_us INTEGER,
      max_uses INTEGER,
      secret BLOB,
      revoked_us INTEGER,
      last_used_us INTEGER,
      uses INTEGER NOT NULL
    )`,
    "CREATE TABLE link_uses (principal TEXT, device BLOB, PRIMARY KEY (principal, device)) WITHOUT ROWID",
    "CREATE TABLE evidence (op_id BLOB PRIMARY KEY, envelope BLOB NOT NULL, kept_us INTEGER NOT NULL)",
    "CREATE TABLE projection (k TEXT, part INTEGER, v ANY, PRIMARY KEY (k, part))",
  ],
];

/** Whether this object was ever founded. Reads only. */
export function hasTables(sql: Sql): boolean {
  return sql.run("SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'log'").length > 0;
}

/** Brings the tables up to date, all steps or none. */
export function migrate(sql: Sql): void {
  sql.transaction(() => {
    sql.run("CREATE TABLE IF NOT EXISTS migrations (step INTEGER PRIMARY KEY)");
    const [row] = sql.run("SELECT coalesce(max(step), 0) AS step FROM migrations");
    const done = row === undefined ? 0 : integerOf(row, "step");
    for (const [index, statements] of STEPS.entries()) {
      if (index < done) continue;
      for (const statement of statements) sql.run(statement);
      sql.run("INSERT INTO migrations (step) VALUES (?)", index + 1);
    }
  });
}
