// (g) What a million keys cost on Cloudflare, and (e) what one key costs on disk: the real client types at 5 keys a second, alone
// and in company, and everything that the object reads, writes and is woken for is counted. Prices: reference of 2026-11.
import { countsOf, type Counts, since } from "../lib/counted.ts";
import { runScript } from "../lib/loader.ts";
import { attempt, type Part, type RowSpec } from "../lib/part.ts";
import { startServer } from "../lib/servers.ts";
import type { PeopleResult } from "../load/job.ts";

const MILLION = 1_000_000;
const DOLLARS = {
  rowWritten: 1 / MILLION,
  rowRead: 0.001 / MILLION,
  /** Alarms too. */
  request: 0.15 / MILLION,
  /** Of an object with its 128 MB. */
  secondActive: (0.128 * 12.5) / MILLION,
} as const;
const MESSAGES_A_REQUEST = 20;
const KEYS_PER_SECOND = 5;

const MODES = [
  { key: "company", title: "in company", limit: 2_200_000 },
  { key: "alone", title: "alone", limit: 600_000 },
] as const;

export const cost: Part = {
  letter: "g",
  title: "A million keys at 5 keys/s, with the real client",
  rows: MODES.flatMap(({ key, title, limit }): readonly RowSpec[] => [
    {
      key: `rows.${key}`,
      title: `rows written ${title}, compaction included`,
      unit: "",
      better: "less",
      promises: [{ over: "one", limit }],
    },
    { key: `messages.${key}`, title: `messages to the object ${title}`, unit: "", better: "less" },
    { key: `active.${key}`, title: `object busy or waiting for a timer ${title}`, unit: "s", better: "less" },
    { key: `dollars.${key}`, title: `price ${title}, billed while busy`, unit: "$", better: "less" },
    { key: `dollars.most.${key}`, title: `price ${title}, billed while anybody types`, unit: "$", better: "less" },
    { key: `disk.${key}`, title: `(e) bytes on disk for a key ${title}`, unit: "B", better: "less" },
  ]),
  async run(context) {
    if (context.run > 0) return context.say("counted in the first run");
    // Each has a server of its own, which hardly works: what is counted does not depend on what else runs.
    const modes = MODES.map(({ key, title }) =>
      attempt(context, `cost ${title}`, async () => {
        const server = await startServer("reed", { isCounted: true });
        try {
          const notes = 10;
          const seconds = context.isQuick ? 30 : 120;
          const order = { url: server.url, notes, hasCompany: key === "company", seconds, seed: context.run };
          const stages = new Map<string, Counts>();
          const result = (await runScript("people.ts", order, async (stage) => {
            stages.set(stage, await countsOf(server.url));
          })) as PeopleResult;
          if (result.fault !== null) throw new Error(result.fault);
          const [before, after] = [stages.get("seated"), stages.get("done")];
          if (before === undefined || after === undefined) throw new Error("a stage is missing");
          const counts = since(before, after);
          const scale = MILLION / result.keys;
          // What still lies in the log will be deleted one day, and a deletion is a row written.
          const rows = counts.rowsWritten + Math.max(0, counts.opsAppended - counts.rowsDeleted);
          const active = counts.activeMs / 1000;
          const price =
            rows * DOLLARS.rowWritten +
            counts.rowsRead * DOLLARS.rowRead +
            (counts.messages / MESSAGES_A_REQUEST + counts.alarms) * DOLLARS.request;
          context.record(`rows.${key}`, "reed", rows * scale);
          context.record(`messages.${key}`, "reed", counts.messages * scale);
          context.record(`active.${key}`, "reed", active * scale);
          context.record(`dollars.${key}`, "reed", (price + active * DOLLARS.secondActive) * scale);
          context.record(
            `dollars.most.${key}`,
            "reed",
            (price + (result.keys / KEYS_PER_SECOND) * DOLLARS.secondActive) * scale,
          );
          context.record(`disk.${key}`, "reed", counts.databaseBytes / result.keys);
          context.say(
            `${title}: ${result.keys} keys, ${counts.opsAppended} ops, ${counts.rowsWritten} rows written, ${counts.rowsDeleted} deleted, ${counts.messages} messages, ${counts.alarms} alarms, ${active.toFixed(1)} s active`,
          );
        } finally {
          await server.stop();
        }
      }),
    );
    await Promise.all(modes);
  },
};
