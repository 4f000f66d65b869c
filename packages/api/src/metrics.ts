// GET /api/admin/metrics: what was counted, and what of it operators should look at.
import * as v from "valibot";
import { timeField } from "./fields.ts";

const countsField = v.record(v.string(), v.number());

export const metricsQuerySchema = v.object({
  /** How far back, in minutes. */
  minutes: v.optional(v.pipe(v.string(), v.regex(/^\d{1,5}$/), v.transform(Number), v.minValue(5), v.maxValue(10_080))),
});

export const metricsSchema = v.object({
  from: timeField,
  to: timeField,
  /** By class of object; names are in docs/operations.md. */
  counters: v.object({ worker: countsField, note: countsField, library: countsField }),
  /** Of the last 15 minutes, whatever was asked for. `value` null: beyond what is measured. */
  alerts: v.array(
    v.object({
      code: v.string(),
      value: v.nullable(v.number()),
      limit: v.number(),
      unit: v.picklist(["ms", "share", "count"]),
    }),
  ),
});

export type Metrics = v.InferOutput<typeof metricsSchema>;
