// A backup of a whole platform as files of one folder: D1, a file for each library and each note, and, written last, one that says
// that all of it is there. Files are only the operator's to read.
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { adminPlatformRestoredSchema, adminRebuiltSchema, adminRestoredSchema } from "@reed/api";
import * as v from "valibot";
import { type BackupHeader, BackupReader } from "../../worker/src/admin/backup-format.ts";
import { type Operator, operatorName } from "./operator.ts";

const SUFFIX = ".ndjson.gz";
const WHOLE = "backup.json";
const PLATFORM = `platform${SUFFIX}`;
/** A log that is folded while it is read is read again. */
const TRIES = 4;
const AT_ONCE = 4;

const wholeSchema = v.object({
  version: v.literal(1),
  from: v.string(),
  begunAt: v.string(),
  endedAt: v.string(),
  notes: v.number(),
  libraries: v.number(),
});

export type WholeBackup = v.InferOutput<typeof wholeSchema>;

export interface RestoreReport {
  readonly backup: WholeBackup;
  readonly rows: number;
  readonly libraries: number;
  readonly notes: number;
  /** What was not brought back, and why. */
  readonly failures: readonly string[];
}

/** Everything, while people go on. What the notes name is written after them, so nothing of the backup points at what is not in it. */
export async function backUp(operator: Operator, folder: string): Promise<WholeBackup> {
  if (existsSync(path.join(folder, WHOLE))) throw new Error(`${folder} holds a backup already`);
  const begunAt = new Date().toISOString();
  for (const name of ["notes", "libraries"]) mkdirSync(path.join(folder, name), { recursive: true, mode: 0o700 });
  const notes = await eachOf(operator.ids("notes"), (id) =>
    fetchBackup(operator, `notes/${id}/backup`, path.join(folder, "notes", id + SUFFIX)),
  );
  const libraries = await eachOf(operator.ids("users"), (id) =>
    fetchBackup(operator, `libraries/${id}/backup`, path.join(folder, "libraries", id + SUFFIX)),
  );
  await fetchBackup(operator, "platform/backup", path.join(folder, PLATFORM));
  const whole = {
    version: 1,
    from: operator.url,
    begunAt,
    endedAt: new Date().toISOString(),
    notes,
    libraries,
  } as const;
  writeFileSync(path.join(folder, WHOLE), `${JSON.stringify(whole, null, 2)}\n`, { mode: 0o600 });
  return whole;
}

/** Into a server that holds nothing and lets nobody in but operators. What is there already stays, and is reported. */
export async function bringBack(operator: Operator, folder: string): Promise<RestoreReport> {
  const backup = readWhole(folder);
  const failures: string[] = [];
  const bring = (kind: "libraries" | "notes") =>
    eachOf(idsIn(path.join(folder, kind)), async (id) => {
      try {
        await operator.upload(`${kind}/${id}/backup`, path.join(folder, kind, id + SUFFIX), adminRestoredSchema);
        return true;
      } catch (error) {
        failures.push(error instanceof Error ? error.message : `${kind}/${id}`);
        return false;
      }
    });
  const { rows } = await operator.upload("platform/backup", path.join(folder, PLATFORM), adminPlatformRestoredSchema);
  // Before the notes: a note tells the libraries of its people of itself, and would find new ones in place of theirs.
  const libraries = await bring("libraries");
  const notes = await bring("notes");
  await eachOf(idsIn(path.join(folder, "libraries")), async (id) => {
    await operator.json("POST", `libraries/${id}/rebuild`, adminRebuiltSchema, { operator: operatorName() });
    return true;
  });
  return { backup, rows, libraries, notes, failures };
}

/** Fetches one backup and reads all of it. False where there is nothing to back up. */
export async function fetchBackup(operator: Operator, source: string, file: string): Promise<boolean> {
  for (let left = TRIES; ; left -= 1) {
    try {
      const stream = await operator.download(source);
      if (stream === null) return false;
      const part = `${file}.part`;
      await pipeline(Readable.from(stream), createWriteStream(part, { mode: 0o600 }));
      await checkBackup(part);
      renameSync(part, file);
      return true;
    } catch (error) {
      rmSync(`${file}.part`, { force: true });
      if (left === 1) throw error;
    }
  }
}

/** Throws where the file is not a whole backup. */
export async function checkBackup(file: string): Promise<BackupHeader> {
  const reader = new BackupReader();
  let header: BackupHeader | null = null;
  const read = (line: string): void => {
    if (header === null) header = reader.header(line);
    else reader.part(line);
  };
  await pipeline(createReadStream(file), createGunzip(), async (unpacked: AsyncIterable<Buffer>) => {
    let rest = Buffer.alloc(0);
    for await (const chunk of unpacked) {
      let lines = Buffer.concat([rest, chunk]);
      for (let end = lines.indexOf(0x0a); end >= 0; end = lines.indexOf(0x0a)) {
        read(lines.toString("utf8", 0, end));
        lines = lines.subarray(end + 1);
      }
      rest = lines;
    }
  });
  if (header === null || !reader.isWhole) throw new Error(`${path.basename(file)} is cut off`);
  return header;
}

function readWhole(folder: string): WholeBackup {
  const file = path.join(folder, WHOLE);
  if (!existsSync(file)) throw new Error(`${folder} holds no whole backup`);
  return v.parse(wholeSchema, JSON.parse(readFileSync(file, "utf8")));
}

async function* idsIn(folder: string): AsyncGenerator<string, void> {
  for (const name of readdirSync(folder).toSorted()) if (name.endsWith(SUFFIX)) yield name.slice(0, -SUFFIX.length);
}

/** `work` for each, some at once. How many times it answered true. */
async function eachOf(ids: AsyncGenerator<string, void>, work: (id: string) => Promise<boolean>): Promise<number> {
  let done = 0;
  const worker = async (): Promise<void> => {
    for (let next = await ids.next(); next.done !== true; next = await ids.next())
      if (await work(next.value)) done += 1;
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return done;
}
