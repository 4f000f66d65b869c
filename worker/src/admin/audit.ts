// Who of the operators did what, kept in D1 beside everything that they can reach: a row before it is done, and then what came of it.
// There is no call that takes a row away. The log has a line too, without the detail, which may quote a note.
import type { AuditEntry } from "@reed/api";
import * as v from "valibot";
import { uuidV7 } from "../identity/uuid.ts";
import { log } from "../log.ts";

export interface AuditedUse {
  /** As they call themselves: the secret is shared. */
  readonly operator: string;
  readonly action: "sql" | "backup" | "restore" | "purge" | "rebuild";
  /** note:…, library:… or platform. */
  readonly target: string;
  readonly detail: unknown;
}

const RANDOM_BYTES = 10;

const rowSchema = v.object({
  id: v.string(),
  at: v.number(),
  operator: v.string(),
  action: v.string(),
  target: v.string(),
  detail: v.string(),
  outcome: v.nullable(v.string()),
});

/** Does `work` between the two halves of its entry. `outcomeOf`: in few words, for the second. */
export async function audited<T>(
  db: D1Database,
  { operator, action, target, detail }: AuditedUse,
  work: () => Promise<T>,
  outcomeOf: (result: T) => string = () => "done",
): Promise<T> {
  const nowMs = Date.now();
  const id = uuidV7(nowMs, crypto.getRandomValues(new Uint8Array(RANDOM_BYTES)));
  await db
    .prepare("INSERT INTO audit (id, at, operator, action, target, detail) VALUES (?, ?, ?, ?, ?, ?)")
    .bind(id, nowMs, operator, action, target, JSON.stringify(detail))
    .run();
  log("info", { audit: id, operator, action });
  let outcome = "failed";
  try {
    const result = await work();
    outcome = outcomeOf(result);
    return result;
  } finally {
    await db.prepare("UPDATE audit SET outcome = ? WHERE id = ?").bind(outcome, id).run();
  }
}

/** Newest first; `before`: the id of the last one that was read. */
export async function auditBefore(
  db: D1Database,
  before: string | null,
  limit: number,
): Promise<readonly AuditEntry[]> {
  const { results } = await db
    .prepare("SELECT * FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?")
    .bind(before ?? "g", limit)
    .all();
  return results.map((row) => {
    const { at, ...entry } = v.parse(rowSchema, row);
    return { ...entry, at: new Date(at).toISOString() };
  });
}
