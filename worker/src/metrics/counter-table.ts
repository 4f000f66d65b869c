// Counters in D1, added up over all objects by five minutes. Owns every statement on that table.
import * as v from "valibot";
import { COUNTED_CLASSES, type CountedClass, type Sums } from "./counters.ts";

export const SLOT_MS = 5 * 60 * 1000;
/** Alerts look back minutes, people some days. */
const KEPT_SLOTS = (7 * 24 * 3600 * 1000) / SLOT_MS;
const SWEPT_AT_ONCE = 50;

const rowSchema = v.object({ class: v.picklist(COUNTED_CLASSES), name: v.string(), value: v.number() });

export async function addCounters(db: D1Database, counted: CountedClass, sums: Sums, nowMs: number): Promise<void> {
  const slot = Math.floor(nowMs / SLOT_MS);
  const add = db.prepare(
    `INSERT INTO counters (slot, class, name, value) VALUES (?, ?, ?, ?)
     ON CONFLICT (slot, class, name) DO UPDATE SET value = value + excluded.value`,
  );
  const sweep = db.prepare(
    "DELETE FROM counters WHERE (slot, class, name) IN (SELECT slot, class, name FROM counters WHERE slot < ? LIMIT ?)",
  );
  await db.batch([
    ...[...sums].map(([name, value]) => add.bind(slot, counted, name, value)),
    sweep.bind(slot - KEPT_SLOTS, SWEPT_AT_ONCE),
  ]);
}

/** The sums of the last `windowMs`, in whole slots. */
export async function readCounters(
  db: D1Database,
  windowMs: number,
  nowMs: number,
): Promise<ReadonlyMap<CountedClass, Sums>> {
  const fromSlot = Math.floor((nowMs - windowMs) / SLOT_MS);
  const { results } = await db
    .prepare("SELECT class, name, sum(value) AS value FROM counters WHERE slot > ? GROUP BY class, name")
    .bind(fromSlot)
    .all();
  const byClass = new Map<CountedClass, Map<string, number>>(COUNTED_CLASSES.map((name) => [name, new Map()]));
  for (const result of results) {
    const row = v.parse(rowSchema, result);
    byClass.get(row.class)?.set(row.name, row.value);
  }
  return byClass;
}
