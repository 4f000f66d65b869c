// (f) What people cost who only have a note open: memory of the server for each socket, and what wakes it in a quiet minute.
import { countsOf, since, type Counts } from "../lib/counted.ts";
import { heapBytes } from "../lib/inspector.ts";
import { runJob } from "../lib/loader.ts";
import { attempt, type Part, type PartContext } from "../lib/part.ts";
import type { Usage } from "../lib/proc.ts";
import { freePort, type ServerName, startServer } from "../lib/servers.ts";

const SOCKETS = 500;

export const idle: Part = {
  letter: "f",
  title: `${SOCKETS} sockets that do nothing`,
  rows: [
    {
      key: "heap",
      title: "heap for a socket",
      unit: "B",
      better: "less",
      promises: [{ over: "one", limit: 2000 }],
    },
    { key: "heap.asleep", title: "heap for a socket, hibernated", unit: "B", better: "less" },
    { key: "rss", title: "resident memory for a socket", unit: "B", better: "less" },
    {
      key: "wakes",
      title: "wake-ups in the quiet minute (objects started, alarms, timers, messages)",
      unit: "",
      better: "less",
      promises: [{ over: "one", limit: 0 }],
    },
    { key: "frames", title: "frames and pings sent to them in that minute", unit: "", better: "less" },
    { key: "cpu", title: "CPU of the server in that minute", unit: "ms", better: "less" },
  ],
  async run(context) {
    if (context.run > 0) return context.say("counted in the first run");
    // Nothing happens on any of them, and each process is looked at by itself: they may be quiet together.
    await Promise.all(
      context.servers.map((name) => attempt(context, `idle sockets of ${name}`, () => quiet(name, context))),
    );
    for (const name of context.servers.filter(isWorker))
      await attempt(context, `heap of ${name}`, () => heap(name, context));
  },
};

const isWorker = (name: ServerName): boolean => name !== "y-websocket" && name !== "hocuspocus";

async function quiet(name: ServerName, context: PartContext): Promise<void> {
  const seconds = context.isQuick ? 20 : 60;
  const server = await startServer(name, { isCounted: name === "reed" });
  try {
    const usage = new Map<string, Usage>();
    const counts = new Map<string, Counts>();
    const onStage = async (stage: string): Promise<void> => {
      if (name === "reed") counts.set(stage, await countsOf(server.url));
      usage.set(stage, server.usage());
    };
    const job = { type: "idle", receivers: SOCKETS, settleSeconds: 15, seconds } as const;
    const { idleFrames } = await runJob(server, job, { seed: context.run, onStage });
    const [warm, open, from, to] = ["warm", "open", "quiet", "over"].map((stage) => usage.get(stage));
    if (warm === undefined || open === undefined || from === undefined || to === undefined)
      throw new Error("a stage is missing");
    const rss = (open.rssBytes - warm.rssBytes) / SOCKETS;
    const cpu = ((to.cpuMs - from.cpuMs) * 60) / seconds;
    context.record("rss", name, rss);
    context.record("frames", name, ((idleFrames ?? Number.NaN) * 60) / seconds);
    context.record("cpu", name, cpu);
    context.say(
      `${name}: resident ${rss.toFixed(0)} B a socket; quiet: ${idleFrames} frames, ${cpu.toFixed(0)} ms CPU a minute`,
    );
    const [before, after] = [counts.get("quiet"), counts.get("over")];
    if (before === undefined || after === undefined) return;
    const { wakes, alarms, timers, messages } = since(before, after);
    context.record("wakes", name, wakes + alarms + timers + messages);
    context.say(`${name}: ${wakes} objects started, ${alarms} alarms, ${timers} timers, ${messages} messages`);
  } finally {
    await server.stop();
  }
}

/** On a server of its own: looking at a heap swells the process. */
async function heap(name: ServerName, context: PartContext): Promise<void> {
  const inspectorPort = await freePort();
  const server = await startServer(name, { inspectorPort });
  try {
    const bytes = new Map<string, number>();
    const onStage = async (stage: string): Promise<void> => {
      if (stage !== "quiet") bytes.set(stage, await heapBytes(inspectorPort));
    };
    const job = { type: "idle", receivers: SOCKETS, settleSeconds: 15, seconds: 1 } as const;
    await runJob(server, job, { seed: context.run, onStage });
    const [warm, open, asleep] = ["warm", "open", "over"].map((stage) => bytes.get(stage) ?? Number.NaN);
    context.record("heap", name, ((open ?? Number.NaN) - (warm ?? Number.NaN)) / SOCKETS);
    context.record("heap.asleep", name, ((asleep ?? Number.NaN) - (warm ?? Number.NaN)) / SOCKETS);
    context.say(
      `${name}: heap ${(((open ?? 0) - (warm ?? 0)) / SOCKETS).toFixed(0)} B a socket, ${(((asleep ?? 0) - (warm ?? 0)) / SOCKETS).toFixed(0)} B after a quiet while`,
    );
  } finally {
    await server.stop();
  }
}
