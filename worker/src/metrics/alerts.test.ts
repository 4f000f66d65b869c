import { describe, expect, it } from "vitest";
import { type AlertCode, alertsOf, THRESHOLDS } from "./alerts.ts";
import { type CountedClass, Counters, quantileMs } from "./counters.ts";

type Count = (counters: Counters) => void;

function counted(of: CountedClass, count: Count): ReadonlyMap<CountedClass, ReadonlyMap<string, number>> {
  const counters = new Counters();
  count(counters);
  return new Map([[of, counters.drain()]]);
}

function times(name: string, ...lengths: readonly (readonly [count: number, ms: number])[]): Count {
  return (counters) => {
    for (const [count, ms] of lengths) for (let at = 0; at < count; at++) counters.time(name, ms);
  };
}

function sums(of: Readonly<Record<string, number>>): Count {
  return (counters) => {
    for (const [name, by] of Object.entries(of)) counters.add(name, by);
  };
}

const CASES: Readonly<Record<AlertCode, { readonly of: CountedClass; readonly trips: Count; readonly rests: Count }>> =
  {
    ack_slow: {
      of: "note",
      trips: times("ack_ms", [970, 3], [30, 900]),
      rests: times("ack_ms", [995, 3], [5, 900]),
    },
    refusals_high: {
      of: "note",
      trips: sums({ acks: 900, nacks: 100 }),
      rests: sums({ acks: 999, nacks: 1 }),
    },
    outbox_late: {
      of: "note",
      trips: times("outbox_lag_ms", [10, 40_000]),
      rests: times("outbox_lag_ms", [1000, 800]),
    },
    alarms_failing: {
      of: "library",
      trips: sums({ alarms: 100, alarm_failures: 5 }),
      rests: sums({ alarms: 1000, alarm_failures: 5 }),
    },
    forks_seen: { of: "note", trips: sums({ forks: 1 }), rests: sums({ ops: 1 }) },
    errors_high: {
      of: "worker",
      trips: sums({ requests: 100, "status.5xx": 2 }),
      rests: sums({ requests: 1000, "status.5xx": 2 }),
    },
  };

describe("the thresholds", () => {
  it.each(THRESHOLDS.map(({ code }) => code))(
    "[H43] %s is passed by what it watches for, and by nothing less",
    (code) => {
      const { of, trips, rests } = CASES[code];
      expect(alertsOf(counted(of, trips)).map((alert) => alert.code)).toEqual([code]);
      expect(alertsOf(counted(of, rests))).toEqual([]);
    },
  );

  it("say nothing of too little", () => {
    expect(alertsOf(counted("note", sums({ acks: 1, nacks: 9 })))).toEqual([]);
    expect(alertsOf(counted("worker", sums({ requests: 3, "status.5xx": 3 })))).toEqual([]);
    expect(alertsOf(new Map())).toEqual([]);
  });
});

describe("times in buckets", () => {
  it("give the upper end of the bucket in which a share of them lies", () => {
    const counters = new Counters();
    times("ms", [98, 3], [2, 70])(counters);
    const drained = counters.drain();
    expect([0.5, 0.98, 0.99, 1].map((share) => quantileMs(drained, "ms", share))).toEqual([5, 5, 100, 100]);
    expect(quantileMs(drained, "nothing", 0.5)).toBeNull();
    expect(counters.isEmpty).toBe(true);
  });

  it("know no end beyond the last", () => {
    const counters = new Counters();
    counters.time("ms", 100_000);
    expect(quantileMs(counters.drain(), "ms", 0.99)).toBe(Number.POSITIVE_INFINITY);
  });
});
