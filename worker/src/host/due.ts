// When an object has something to do by itself. The platform gives an object one alarm and forgets it after six failures, so the
// times are rows of our own: the alarm is set for the earliest, set again when the object wakes, and a duty that fails comes back
// later and takes none of the others with it. Every row counts, also the alarm's: nothing is written for a time that is not
// earlier than the one that stands.
import { integerOf, type Sql } from "@reed/room";
import { log } from "../log.ts";
import { pause } from "./pause.ts";

export const DUTY_KINDS = [
  "project",
  "snapshot",
  "compact",
  "version",
  "scrub",
  "sweep",
  "backup",
  "outbox",
  "tell",
  "wipe",
  "claim",
  "cut",
  "prove",
  "cards",
] as const;
export type DutyKind = (typeof DUTY_KINDS)[number];

/** Does its work, which must bear being done twice, and says when there is more of it: ms since the epoch, or null. */
export type Duty = (nowMs: number) => number | null | Promise<number | null>;
export type Duties = Partial<Readonly<Record<DutyKind, Duty>>>;

export const DUE_TABLE = "CREATE TABLE due (kind TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID";

/** What a duty that failed waits before it is tried again, doubled at each failure. */
const FIRST_RETRY_MS = 2000;
const LAST_RETRY_MS = 300_000;

export class Due {
  readonly #sql: Sql;
  readonly #storage: Pick<DurableObjectStorage, "getAlarm" | "setAlarm">;
  readonly #onFailure: (kind: DutyKind) => void;
  readonly #at = new Map<DutyKind, number>();
  readonly #failures = new Map<DutyKind, number>();
  #alarmMs = Number.POSITIVE_INFINITY;

  /** The table must be there. */
  constructor(
    sql: Sql,
    storage: Pick<DurableObjectStorage, "getAlarm" | "setAlarm">,
    onFailure: (kind: DutyKind) => void = () => undefined,
  ) {
    this.#onFailure = onFailure;
    this.#sql = sql;
    this.#storage = storage;
    for (const row of sql.run("SELECT kind, at FROM due")) {
      const kind = DUTY_KINDS.find((known) => known === row["kind"]);
      if (kind !== undefined) this.#at.set(kind, integerOf(row, "at"));
    }
    this.#alarmMs = this.#earliest();
  }

  get isAnything(): boolean {
    return this.#at.size > 0;
  }

  /** When `kind` is due; null where it is not. */
  at(kind: DutyKind): number | null {
    return this.#at.get(kind) ?? null;
  }

  /** Sees to it that the alarm which belongs to the rows is there: the platform may have given it up. */
  async rearm(): Promise<void> {
    const alarmMs = this.#earliest();
    if (Number.isFinite(alarmMs) && (await this.#storage.getAlarm()) === null) await this.#storage.setAlarm(alarmMs);
  }

  /** `kind` is due at `atMs`, or earlier if it was. Durable together with the rows that are written around it. */
  set(kind: DutyKind, atMs: number): void {
    const at = Math.ceil(atMs);
    if (at >= (this.#at.get(kind) ?? Number.POSITIVE_INFINITY)) return;
    this.#put(kind, at);
    this.#arm(at);
  }

  /** The alarm rang: whatever is due is done, one after the other, at least what is due first. */
  async run(nowMs: number, duties: Duties): Promise<void> {
    this.#alarmMs = Number.POSITIVE_INFINITY;
    const untilMs = Math.max(nowMs, this.#earliest());
    const kinds = [...this.#at].filter(([, atMs]) => atMs <= untilMs).toSorted(([, a], [, b]) => a - b);
    try {
      for (const [index, [kind]] of kinds.entries()) {
        if (index > 0) await pause();
        await this.#perform(kind, duties[kind], nowMs);
      }
    } finally {
      const alarmMs = this.#earliest();
      if (Number.isFinite(alarmMs)) this.#arm(alarmMs);
    }
  }

  async #perform(kind: DutyKind, duty: Duty | undefined, nowMs: number): Promise<void> {
    this.#at.delete(kind);
    const nextMs = duty === undefined ? null : await this.#attempt(kind, duty, nowMs);
    const askedMs = this.#at.get(kind);
    // Rounded up: a duty that is called a fraction too early would ask for the same time again, and again.
    if (nextMs !== null && nextMs < (askedMs ?? Number.POSITIVE_INFINITY)) this.#put(kind, Math.ceil(nextMs));
    else if (askedMs === undefined) this.#sql.run("DELETE FROM due WHERE kind = ?", kind);
  }

  async #attempt(kind: DutyKind, duty: Duty, nowMs: number): Promise<number | null> {
    try {
      const nextMs = await duty(nowMs);
      this.#failures.delete(kind);
      return nextMs;
    } catch (error) {
      const failures = this.#failures.get(kind) ?? 0;
      this.#failures.set(kind, failures + 1);
      this.#onFailure(kind);
      const { name, message } = error instanceof Error ? error : new Error("not an error");
      log("error", { duty: kind, failures: failures + 1, error: name, message });
      return nowMs + Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures);
    }
  }

  #put(kind: DutyKind, at: number): void {
    this.#at.set(kind, at);
    this.#sql.run("INSERT INTO due (kind, at) VALUES (?, ?) ON CONFLICT (kind) DO UPDATE SET at = ?", kind, at, at);
  }

  #arm(atMs: number): void {
    if (atMs >= this.#alarmMs) return;
    this.#alarmMs = atMs;
    // Not awaited: it becomes durable together with the rows that asked for it.
    void this.#storage.setAlarm(atMs);
  }

  #earliest(): number {
    return Math.min(...this.#at.values());
  }
}
