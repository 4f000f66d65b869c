import { env } from "cloudflare:workers";
import { metricsSchema } from "@reed/api";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import * as v from "valibot";
import { ask } from "../security/matrix.test-support.ts";
import { api, type Guest, join, newGuest, newNote, startWorld } from "../world.test-support.ts";
import { addCounters, readCounters, SLOT_MS } from "./counter-table.ts";
import { Counters } from "./counters.ts";
import { Meter } from "./meter.ts";

const MINUTE_MS = 60_000;

let owner: Guest;

beforeAll(async () => {
  await startWorld();
  owner = await newGuest();
});

afterEach(() => {
  vi.useRealTimers();
});

async function metrics(): Promise<v.InferOutput<typeof metricsSchema>> {
  const headers = { Authorization: `Reed-Admin ${env.ADMIN_TOKEN ?? ""}` };
  return v.parse(metricsSchema, await (await api("/api/admin/metrics", { headers })).json());
}

describe("what is counted", () => {
  it("[H48] of requests is read by operators, by status and problem", async () => {
    const before = (await metrics()).counters.worker;
    await api("/api/platform");
    await api("/api/nothing");
    const { worker } = (await metrics()).counters;
    const grown = (name: string) => (worker[name] ?? 0) - (before[name] ?? 0);
    expect([grown("status.4xx"), grown("problem.not_found")]).toEqual([1, 1]);
    expect(grown("requests")).toBeGreaterThanOrEqual(3);
    expect(Object.keys(worker).join()).not.toMatch(/nothing/);
  });

  it("[H48] of a note is handed on a minute later, when somebody says something", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const note = await newNote(owner, "Words");
    const viewer = await newGuest("Viewer");
    await ask(`/api/notes/${note.id}/members/${viewer.userId}`, "PUT", owner, { role: "viewer" });
    const [wire, reader] = [await join(owner, note.id), await join(viewer, note.id)];
    await wire.enrol(owner.certificate);
    await wire.type("!");
    await reader.enrol(viewer.certificate);
    expect(await reader.type("?")).toMatchObject({ type: "nack" });
    reader.close();
    vi.setSystemTime(Date.now() + MINUTE_MS + 1000);
    await wire.type("!");
    const { counters } = await vi.waitUntil(
      async () => {
        const found = await metrics();
        return found.counters.note["ops"] === undefined ? null : found;
      },
      { timeout: 5000 },
    );
    const { note: sums } = counters;
    // Notes of other files may hand on theirs at the same time.
    for (const [name, least] of Object.entries({ ops: 4, acks: 3, "nack.forbidden": 1, sockets_opened: 2 }))
      expect(sums[name], name).toBeGreaterThanOrEqual(least);
    for (const name of ["op_bytes", "rows_written", "frames_in", "frames_out", "frame_bytes_in", "frame_bytes_out"])
      expect(sums[name], name).toBeGreaterThan(0);
    expect(Object.keys(sums).some((name) => name.startsWith("ack_ms."))).toBe(true);
    expect(Object.keys(sums).join()).not.toContain(note.id);
  });

  it("[H48] goes to Analytics Engine each minute where that is bound, and to D1 less often", async () => {
    const points: string[] = [];
    const METRICS = {
      writeDataPoint: ({ blobs = [], doubles = [] }: AnalyticsEngineDataPoint = {}) =>
        void points.push(`${JSON.stringify(blobs)}=${doubles[0] ?? 0}`),
    };
    const meter = new Meter("library", { PLATFORM: env.PLATFORM, METRICS });
    const work: Promise<unknown>[] = [];
    const beat = (minutes: number) => meter.beat(minutes * MINUTE_MS, (each) => void work.push(each));
    beat(0);
    meter.add("ops", 3);
    beat(0.5);
    expect(points).toEqual([]);
    beat(1);
    expect(points).toEqual(['["ops"]=3']);
    expect(work).toHaveLength(0);
    beat(15);
    await Promise.all(work);
    expect(work).toHaveLength(1);
    const kept = await readCounters(env.PLATFORM, SLOT_MS, 15 * MINUTE_MS);
    expect(kept.get("library")?.get("ops")).toBe(3);
  });

  it("[H48] is kept until D1 takes it", async () => {
    const broken = { prepare: () => env.PLATFORM.prepare("SELECT 1"), batch: () => Promise.reject(new Error("away")) };
    const meter = new Meter("note", { PLATFORM: Object.assign(Object.create(env.PLATFORM), broken) });
    meter.add("ops", 2);
    await meter.flush(0);
    meter.add("ops", 1);
    await expect(meter.flush(0)).resolves.toBeUndefined();
  });

  it("[H43] trips an alert that operators see, and only for fifteen minutes", async () => {
    const counters = new Counters();
    counters.add("forks");
    const nowMs = Date.now();
    const sums = counters.drain();
    await addCounters(env.PLATFORM, "note", sums, nowMs - 3_600_000);
    const seen = async () => (await metrics()).alerts.filter(({ code }) => code === "forks_seen");
    expect(await seen()).toEqual([]);
    await addCounters(env.PLATFORM, "note", sums, nowMs);
    expect(await seen()).toMatchObject([{ value: 1, limit: 0 }]);
  });

  it("[H48] is swept after a week", async () => {
    const counters = new Counters();
    counters.add("ops");
    const sums = counters.drain();
    const [oldMs, nowMs] = [Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 9)];
    await addCounters(env.PLATFORM, "note", sums, oldMs);
    await addCounters(env.PLATFORM, "note", sums, nowMs);
    const slot = Math.floor(oldMs / SLOT_MS);
    const left = await env.PLATFORM.prepare("SELECT count(*) AS n FROM counters WHERE slot = ?").bind(slot).first("n");
    expect(left).toBe(0);
  });
});
