// (b) How long an edit takes at a human pace: ten people at 5 keys a second, every key sent as it is pressed, 100 more who read.
// Measured from the socket send to each receiver, and to the server's answer. (e) is the wire's part of the same run.
import { runJob } from "../lib/loader.ts";
import { attempt, type Part } from "../lib/part.ts";
import { startServer } from "../lib/servers.ts";

/** Until then a server still compiles its own code, and Reed makes its first snapshot: README.md says how much longer that takes. */
const WARM_UP_SECONDS = 10;

export const latency: Part = {
  letter: "b",
  title: "50 edits/s to 100 receivers",
  rows: [
    { key: "peer.p50", title: "edit to peer, p50", unit: "ms", better: "less" },
    {
      key: "peer.p99",
      title: "edit to peer, p99",
      unit: "ms",
      better: "less",
      promises: [{ over: "relay", limit: 1.5 }],
    },
    { key: "ack.p50", title: "edit to answer, p50 (Reed: durable; Hocuspocus: in memory)", unit: "ms", better: "less" },
    {
      key: "ack.p99",
      title: "edit to answer, p99 (against the relay's edit to peer)",
      unit: "ms",
      better: "less",
      promises: [{ over: "relay", row: "peer.p99", limit: 2 }],
    },
    { key: "wire.up", title: "(e) bytes up for a key", unit: "B", better: "less" },
    { key: "wire.down", title: "(e) bytes down for a key, each receiver", unit: "B", better: "less" },
  ],
  async run(context) {
    for (const name of context.servers)
      await attempt(context, `latency of ${name}`, async () => {
        const server = await startServer(name);
        try {
          const seconds = context.isQuick ? 8 : 12;
          const warmUpSeconds = context.isQuick ? 3 : WARM_UP_SECONDS;
          const pace = { receivers: 100, typists: 10, keysPerSecond: 5, seconds, warmUpSeconds, gatherMs: 0 };
          const result = await runJob(server, { type: "type", ...pace }, { seed: context.run });
          context.record("peer.p50", name, result.peer.p50);
          context.record("peer.p99", name, result.peer.p99);
          context.record("ack.p50", name, result.ack.p50);
          context.record("ack.p99", name, result.ack.p99);
          context.record("wire.up", name, result.bytesUpPerKey);
          context.record("wire.down", name, result.bytesDownPerKey);
          context.say(
            `${name}: to peers ${result.peer.p50.toFixed(1)} / ${result.peer.p99.toFixed(1)} ms, answer ${result.ack.p50.toFixed(1)} / ${result.ack.p99.toFixed(1)} ms`,
          );
        } finally {
          await server.stop();
        }
      });
  },
};
