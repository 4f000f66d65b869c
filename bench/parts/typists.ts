// (c) How many people can type in one note at 5 keys a second, 100 more reading, before one key in a hundred takes longer than a
// quarter of a second from the press to some reader. Each has a socket. Reed's clients gather keys for 120 ms when others are
// there, as the app does, and that wait is counted; the peers' providers send each key at once.
import { runJob } from "../lib/loader.ts";
import { attempt, type Contestant, type Part, type PartContext, PEERS } from "../lib/part.ts";
import { type ServerName, startServer } from "../lib/servers.ts";

const STEPS = [
  5, 10, 20, 30, 40, 60, 80, 100, 120, 160, 200, 240, 280, 320, 360, 400, 440, 480, 520, 560, 600, 640, 680, 700,
] as const;
const FIRST = 4;
const LIMIT_MS = 250;
const GATHER_MS = 120;
const WARM_UP_SECONDS = 6;

export const typists: Part = {
  letter: "c",
  title: "Most typists at 5 keys/s, 100 receivers, p99 from key press to peer within 250 ms",
  rows: [
    {
      key: "typists",
      title: "typists",
      unit: "",
      better: "more",
      promises: [
        { over: "best peer", limit: 1 },
        { over: "y-websocket", limit: 3 },
      ],
    },
    { key: "typists.p99", title: "p99 at that many", unit: "ms", better: "less" },
  ],
  async run(context) {
    for (const name of contestantsOf(context))
      await attempt(context, `typists of ${name}`, async () => {
        const [step, p99] = await search(name, context);
        context.record("typists", name, step < 0 ? 0 : (STEPS[step] ?? 0));
        context.record("typists.p99", name, p99);
      });
  },
};

/** Everybody at first; from then on those that Reed is held against. */
function contestantsOf({ run, servers, recorded }: PartContext): readonly ServerName[] {
  if (run === 0) return servers;
  const newest = (name: Contestant): number => recorded("typists", name).at(-1) ?? 0;
  const best = PEERS.toSorted((a, b) => newest(b) - newest(a))[0];
  return servers.filter((name) => name === "reed" || name === "y-websocket" || name === best);
}

/** The highest step that holds, found upward from where the last run ended. */
async function search(name: ServerName, context: PartContext): Promise<readonly [step: number, p99: number]> {
  const last = context.recorded("typists", name satisfies Contestant).at(-1);
  let step =
    last === undefined
      ? FIRST
      : Math.max(
          0,
          STEPS.findIndex((count) => count === last),
        );
  // The first search takes strides and then goes back for what lies between.
  let stride = last === undefined ? 4 : 1;
  let best = -1;
  let bestMs = Number.NaN;
  const failed = new Set<number>();
  while (step >= 0 && step < STEPS.length) {
    const p99 = failed.has(step) ? Number.POSITIVE_INFINITY : await measure(name, STEPS[step] ?? 0, context);
    if (p99 <= LIMIT_MS) {
      best = step;
      bestMs = p99;
      while (stride > 1 && (failed.has(best + stride) || best + stride >= STEPS.length))
        stride = Math.floor(stride / 2);
      step = best + stride;
      if (failed.has(step)) break;
    } else {
      failed.add(step);
      if (best === -1) step -= stride;
      else if (stride === 1) break;
      else step = best + (stride = Math.floor(stride / 2));
    }
  }
  return [best, bestMs];
}

async function measure(name: ServerName, count: number, context: PartContext): Promise<number> {
  const server = await startServer(name);
  try {
    const seconds = context.isQuick ? 5 : 6;
    const gatherMs = name === "reed" ? GATHER_MS : 0;
    const job = {
      type: "type",
      receivers: 100,
      typists: count,
      keysPerSecond: 5,
      seconds,
      warmUpSeconds: WARM_UP_SECONDS,
      gatherMs,
    } as const;
    const before = server.usage();
    const { key, generatorCores } = await runJob(server, job, { seed: context.run });
    const cores = (server.usage().cpuMs - before.cpuMs) / 1000 / (seconds + WARM_UP_SECONDS);
    context.say(
      `${name}, ${count} typists: p50 ${key.p50.toFixed(0)} p99 ${key.p99.toFixed(0)} ms, server ~${cores.toFixed(2)}, generator ${generatorCores.toFixed(2)} cores`,
    );
    return key.p99;
  } catch (error) {
    // Past its limit a server also loses sockets or lags for longer than we wait: that is an answer here, not a failure.
    context.say(`${name}, ${count} typists: ${error instanceof Error ? error.message : String(error)}`);
    return Number.POSITIVE_INFINITY;
  } finally {
    await server.stop();
  }
}
