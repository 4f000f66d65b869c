// What was counted over all objects, and which thresholds are passed. For operators.
import { type Metrics, metricsQuerySchema } from "@reed/api";
import { Hono } from "hono";
import type { AppEnv } from "../http/context.ts";
import { requireOperator } from "../http/operator.ts";
import { readQuery } from "../http/read-query.ts";
import { ALERT_WINDOW_MS, alertsOf } from "../metrics/alerts.ts";
import { readCounters } from "../metrics/counter-table.ts";
import { requestMeter } from "../metrics/request-meter.ts";

const DEFAULT_MINUTES = 60;
const MINUTE_MS = 60 * 1000;

export const adminMetrics = new Hono<AppEnv>().get("/api/admin/metrics", async (c) => {
  requireOperator(c);
  const { minutes = DEFAULT_MINUTES } = readQuery(c, metricsQuerySchema);
  const nowMs = Date.now();
  await requestMeter(c.env).flush(nowMs);
  const [asked, recent] = await Promise.all([
    readCounters(c.env.PLATFORM, minutes * MINUTE_MS, nowMs),
    readCounters(c.env.PLATFORM, ALERT_WINDOW_MS, nowMs),
  ]);
  const countersOf = (name: "worker" | "note" | "library") => Object.fromEntries(asked.get(name) ?? []);
  return c.json({
    from: new Date(nowMs - minutes * MINUTE_MS).toISOString(),
    to: new Date(nowMs).toISOString(),
    counters: { worker: countersOf("worker"), note: countersOf("note"), library: countersOf("library") },
    alerts: alertsOf(recent).map((alert) => ({ ...alert, value: Number.isFinite(alert.value) ? alert.value : null })),
  } satisfies Metrics);
});
