// What operators are woken for: the thresholds as data, and which of them are passed. docs/operations.md says what to do then.
import { type CountedClass, quantileMs, type Sums } from "./counters.ts";

export const ALERT_WINDOW_MS = 15 * 60 * 1000;

export type AlertCode = "ack_slow" | "refusals_high" | "outbox_late" | "alarms_failing" | "forks_seen" | "errors_high";

export interface Threshold {
  readonly code: AlertCode;
  /** Beyond it the alert stands. */
  readonly limit: number;
  readonly unit: "ms" | "share" | "count";
  /** Fewer events than these say nothing. */
  readonly minEvents: number;
  /** What is measured over the window, and from how many events; null: nothing was. */
  measure(counted: ReadonlyMap<CountedClass, Sums>): Measured | null;
}

interface Measured {
  readonly value: number;
  readonly events: number;
}

export interface Alert {
  readonly code: AlertCode;
  readonly value: number;
  readonly limit: number;
  readonly unit: Threshold["unit"];
}

export const THRESHOLDS: readonly Threshold[] = [
  {
    code: "ack_slow",
    limit: 500,
    unit: "ms",
    minEvents: 20,
    measure: (counted) => p99(objectsOf(counted), "ack_ms"),
  },
  {
    code: "refusals_high",
    limit: 0.05,
    unit: "share",
    minEvents: 50,
    measure: (counted) => {
      const sums = objectsOf(counted);
      const refused = sums.get("nacks") ?? 0;
      return shareOf(refused, refused + (sums.get("acks") ?? 0));
    },
  },
  {
    code: "outbox_late",
    limit: 30_000,
    unit: "ms",
    minEvents: 1,
    measure: (counted) => p99(objectsOf(counted), "outbox_lag_ms"),
  },
  {
    code: "alarms_failing",
    limit: 0.02,
    unit: "share",
    minEvents: 1,
    measure: (counted) => {
      const sums = objectsOf(counted);
      const failed = sums.get("alarm_failures") ?? 0;
      return shareOf(failed, Math.max(failed, sums.get("alarms") ?? 0));
    },
  },
  {
    code: "forks_seen",
    limit: 0,
    unit: "count",
    minEvents: 1,
    measure: (counted) => {
      const forks = objectsOf(counted).get("forks") ?? 0;
      return { value: forks, events: forks };
    },
  },
  {
    code: "errors_high",
    limit: 0.01,
    unit: "share",
    minEvents: 50,
    measure: (counted) => {
      const sums = counted.get("worker") ?? new Map<string, number>();
      return shareOf(sums.get("status.5xx") ?? 0, sums.get("requests") ?? 0);
    },
  },
];

/** The thresholds that are passed by what was counted over the window. */
export function alertsOf(counted: ReadonlyMap<CountedClass, Sums>): readonly Alert[] {
  return THRESHOLDS.flatMap(({ code, limit, unit, minEvents, measure }) => {
    const measured = measure(counted);
    if (measured === null || measured.events < minEvents || measured.value <= limit) return [];
    return [{ code, value: measured.value, limit, unit }];
  });
}

/** Notes and libraries together: both hold logs. */
function objectsOf(counted: ReadonlyMap<CountedClass, Sums>): Sums {
  const sums = new Map<string, number>();
  for (const name of ["note", "library"] as const)
    for (const [key, value] of counted.get(name) ?? []) sums.set(key, (sums.get(key) ?? 0) + value);
  return sums;
}

function p99(sums: Sums, name: string): Measured | null {
  const value = quantileMs(sums, name, 0.99);
  const events = [...sums].reduce((sum, [key, count]) => (key.startsWith(`${name}.`) ? sum + count : sum), 0);
  return value === null ? null : { value, events };
}

function shareOf(part: number, whole: number): Measured | null {
  return whole === 0 ? null : { value: part / whole, events: whole };
}
