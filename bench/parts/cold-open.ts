// (d) A note with a long history is opened on a server that has just started: 259 778 edits, written by one person over months.
// Reed answers with a snapshot and then the tail; the server next to it keeps every edit as a row and replays them.
import { gunzipSync } from "node:zlib";
import * as Y from "yjs";
import { countsOf, since } from "../lib/counted.ts";
import { download } from "../lib/download.ts";
import { attempt, type Part, type PartContext } from "../lib/part.ts";
import { makeNote, type MadeNote } from "../lib/reed-client.ts";
import { checkTail, fill, openSnapshot, snapshotOf, untilSnapshot } from "../lib/reed-snapshot.ts";
import { type BenchServer, startServer } from "../lib/servers.ts";
import { frame, paperTrace, type Recording } from "../lib/trace.ts";

const ROWS_A_POST = 20_000;
/** How often the note is written, for it depends on the moment whether the newest snapshot has the last edits too. */
const TRIES = 5;

export const coldOpen: Part = {
  letter: "d",
  title: "Cold open of a note with 259 778 edits",
  rows: [
    {
      key: "bytes",
      title: "bytes to open it, text and state",
      unit: "B",
      better: "less",
      promises: [{ over: "one", limit: 110_000 }],
    },
    // All of them, and those of waking where no alarm had woken it. Rows of state are held to three by cold-open.workerd.test.ts.
    { key: "rows", title: "rows read by the object", unit: "", better: "less" },
    { key: "cpu", title: "CPU of the server", unit: "ms", better: "less" },
    { key: "answer", title: "request to last byte", unit: "ms", better: "less" },
    { key: "text", title: "bytes arrived to text", unit: "ms", better: "less", promises: [{ over: "one", limit: 50 }] },
    {
      key: "editable",
      title: "bytes arrived to editable",
      unit: "ms",
      better: "less",
      promises: [{ over: "one", limit: 150 }],
    },
    {
      key: "all",
      title: "request to text (against replay)",
      unit: "ms",
      better: "less",
      promises: [{ over: "replay", limit: 0.1 }],
    },
  ],
  async run(context) {
    const recording = paperTrace();
    if (recording === null) return context.say("the trace is not on this machine (REED_DATA): skipped");
    await attempt(context, "cold open of reed", () => reed(context, recording));
    await attempt(context, "cold open by replay", () => replay(context, recording));
  },
};

/** A state that a server has left on the disk. */
interface Written {
  readonly stateDir: string;
  readonly note: MadeNote;
}

/** It is written in the first run, and opened cold in each. */
let written: Written | null = null;
let replayDir: string | null = null;

/** A snapshot that leaves the last of it to the log is as right, but one that has all of it is what the promises are about. */
async function write(recording: Recording): Promise<Written> {
  const server = await startServer("reed");
  try {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const note = await makeNote(server.url);
      await fill(note, recording.merged);
      await untilSnapshot(note);
      const opened = await openSnapshot(await snapshotOf(note), note);
      await checkTail(note, opened, recording.text);
      if (opened.text === recording.text) return { stateDir: server.stateDir, note };
    }
    throw new Error("no snapshot has the whole text");
  } finally {
    await server.stop({ keepsState: true });
  }
}

async function reed(context: PartContext, recording: Recording): Promise<void> {
  written ??= await write(recording);
  const { stateDir, note } = written;
  const server = await startServer("reed", { stateDir, isCounted: true });
  try {
    const cold = { ...note, serverUrl: server.url };
    const before = [server.usage(), await countsOf(server.url)] as const;
    const file = await snapshotOf(cold);
    const cpu = server.usage().cpuMs - before[0].cpuMs;
    const { rowsRead } = since(before[1], await countsOf(server.url));
    const opened = await openSnapshot(file, cold);
    if (opened.text !== recording.text) throw new Error("the text of the snapshot is not that of the recording");
    context.record("bytes", "reed", file.body.length);
    context.record("rows", "reed", rowsRead);
    context.record("cpu", "reed", cpu);
    context.record("answer", "reed", file.lastMs);
    context.record("text", "reed", opened.textMs);
    context.record("editable", "reed", opened.editableMs);
    context.record("all", "reed", file.lastMs + opened.textMs);
    await checkTail(cold, opened, recording.text);
    context.say(
      `reed: ${file.body.length} B in ${file.lastMs.toFixed(0)} ms, ${rowsRead} rows, text after ${opened.textMs.toFixed(1)} ms, editable after ${opened.editableMs.toFixed(1)} ms`,
    );
  } finally {
    await server.stop({ keepsState: true });
  }
}

async function writeReplay(recording: Recording): Promise<string> {
  const server: BenchServer = await startServer("replay");
  try {
    for (let from = 0; from < recording.updates.length; from += ROWS_A_POST) {
      const body = new Uint8Array(frame(recording.updates.slice(from, from + ROWS_A_POST)));
      const response = await fetch(`${server.url}/open`, { method: "POST", body });
      if (!response.ok) throw new Error(`the replay server took no rows: ${response.status}`);
    }
    return server.stateDir;
  } finally {
    await server.stop({ keepsState: true });
  }
}

async function replay(context: PartContext, recording: Recording): Promise<void> {
  replayDir ??= await writeReplay(recording);
  const server = await startServer("replay", { stateDir: replayDir });
  try {
    const before = server.usage();
    const file = await download(`${server.url}/open`);
    const cpu = server.usage().cpuMs - before.cpuMs;
    const startedAt = performance.now();
    const doc = new Y.Doc();
    Y.applyUpdate(doc, file.headers["content-encoding"] === "gzip" ? gunzipSync(file.body) : file.body);
    const text = doc.getText("text").toString();
    const openMs = performance.now() - startedAt;
    if (text !== recording.text) throw new Error("the replayed text is not that of the recording");
    context.record("bytes", "replay", file.body.length);
    context.record("rows", "replay", Number(file.headers["rows-read"]));
    context.record("cpu", "replay", cpu);
    context.record("answer", "replay", file.lastMs);
    context.record("text", "replay", openMs);
    context.record("editable", "replay", openMs);
    context.record("all", "replay", file.lastMs + openMs);
    context.say(
      `replay: ${file.body.length} B in ${file.lastMs.toFixed(0)} ms, ${String(file.headers["rows-read"])} rows`,
    );
  } finally {
    await server.stop({ keepsState: true });
  }
}
