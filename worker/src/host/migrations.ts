// An object's tables as numbered steps. A step is never edited after release; a new one is added. They run when an object wakes,
// so each is migrated when it is next used, and never before it has a genesis: an address that nobody founded costs nothing.
import { integerOf, type Sql } from "@reed/room";

/** The statements of each step, the oldest step first. */
export type Steps = readonly (readonly string[])[];

/** How many steps this object has behind it; 0 where it was never founded. Reads one row at most. */
export function stepsDone(sql: Sql): number {
  try {
    const [row] = sql.run("SELECT coalesce(max(step), 0) AS step FROM migrations");
    return row === undefined ? 0 : integerOf(row, "step");
  } catch (error) {
    if (error instanceof Error && error.message.includes("no such table")) return 0;
    throw error;
  }
}

/** Brings the tables up to date, all steps or none. */
export function migrate(sql: Sql, steps: Steps): void {
  const done = stepsDone(sql);
  if (done >= steps.length) return;
  sql.transaction(() => {
    sql.run("CREATE TABLE IF NOT EXISTS migrations (step INTEGER PRIMARY KEY)");
    for (const [index, statements] of steps.entries()) {
      if (index < done) continue;
      for (const statement of statements) sql.run(statement);
      sql.run("INSERT INTO migrations (step) VALUES (?)", index + 1);
    }
  });
}
