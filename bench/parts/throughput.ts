// (a) How many edits a second a note takes, and how many deliveries that makes: eight senders keep 64 edits under way, and an edit
// is done when every receiver has it and, where the server answers, when it was answered.
import { runJob } from "../lib/loader.ts";
import { attempt, type Part } from "../lib/part.ts";
import { startServer } from "../lib/servers.ts";

const CROWDS = [
  { receivers: 2, edits: 4000, limit: 0.25 },
  { receivers: 10, edits: 3000, limit: 0.5 },
  { receivers: 100, edits: 1500, limit: 2.5 },
] as const;

export const throughput: Part = {
  letter: "a",
  title: "Throughput, 64 edits under way",
  rows: CROWDS.flatMap(({ receivers, limit }) => [
    {
      key: `ops.${receivers}`,
      title: `edits/s, ${receivers} receivers`,
      unit: "/s",
      better: "more",
      promises: [{ over: "relay", limit }],
    },
    { key: `deliveries.${receivers}`, title: `deliveries/s, ${receivers} receivers`, unit: "/s", better: "more" },
  ]),
  async run(context) {
    for (const name of context.servers)
      await attempt(context, `throughput of ${name}`, async () => {
        const server = await startServer(name);
        try {
          for (const { receivers, edits } of CROWDS) {
            const scale = context.isQuick ? 0.3 : 1;
            const job = { type: "push", receivers, edits: Math.round(edits * scale), warmUp: 500 } as const;
            const before = server.usage();
            const result = await runJob(server, job, { seed: context.run });
            const cpu = (server.usage().cpuMs - before.cpuMs) / (job.edits + job.warmUp);
            context.record(`ops.${receivers}`, name, result.opsPerSecond);
            context.record(`deliveries.${receivers}`, name, result.deliveriesPerSecond);
            context.say(
              `${name}, ${receivers}: ${result.opsPerSecond.toFixed(0)} edits/s, ${cpu.toFixed(2)} ms CPU an edit, generator ${result.generatorCores.toFixed(2)} cores`,
            );
          }
        } finally {
          await server.stop();
        }
      });
  },
};
