// `npm run operate -- <command>`: what an operator does with a running server, one object or all of them (docs/operations.md).
import process from "node:process";
import { parseArgs } from "node:util";
import {
  adminAuditSchema,
  adminLogSchema,
  adminRebuiltSchema,
  adminRestoredSchema,
  adminRowsSchema,
  adminSchemaSchema,
} from "@reed/api";
import * as v from "valibot";
import { checkBackup, fetchBackup } from "./operator/backup-files.ts";
import { Operator, operatorName } from "./operator/operator.ts";

const USAGE = `npm run operate -- [--url http://localhost:8787] <command>
  notes | users                      every id there is
  inspect <note> [--since <seq>]     a log by its headers and sizes
  sql <note:id | library:id> <SELECT …>
  backup <note> --to FILE            one note
  restore <note> --from FILE         one note, where there is none
  rebuild <user | all>               the list and index of a library, made anew
  migrate                            wakes every object, so that its tables are brought up to date
  purge <note>                       for good, whatever its people say
  purge-users                        whose time is over, without waiting for the timer
  audit                              the last uses of these calls`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    url: { type: "string", default: "http://localhost:8787" },
    since: { type: "string", default: "0" },
    to: { type: "string" },
    from: { type: "string" },
  },
});

function need(value: string | undefined): string {
  if (value !== undefined && value !== "") return value;
  console.error(USAGE);
  process.exit(2);
}

const [command = "", ...rest] = positionals;
const [target, ...words] = rest;
const operator = Operator.of(values.url);
const who = { operator: operatorName() };

async function rebuild(userIds: AsyncGenerator<string, void> | readonly string[]): Promise<void> {
  let [libraries, notes] = [0, 0];
  for await (const id of userIds) {
    notes += (await operator.json("POST", `libraries/${id}/rebuild`, adminRebuiltSchema, who)).notes;
    libraries += 1;
  }
  console.log(`${libraries} libraries, ${notes} notes in them`);
}

/** Every known object, so that none is left at an older form of its tables. */
async function migrateAll(): Promise<void> {
  const counts = { current: 0, empty: 0, behind: 0 };
  for (const [ids, kind] of [
    ["notes", "notes"],
    ["users", "libraries"],
  ] as const)
    for await (const id of operator.ids(ids)) {
      const { steps, of } = await operator.json("GET", `${kind}/${id}/schema`, adminSchemaSchema);
      if (steps === of) counts.current += 1;
      else if (steps === 0) counts.empty += 1;
      else counts.behind += 1;
    }
  console.log(`${counts.current} objects up to date, ${counts.empty} that hold nothing, ${counts.behind} behind`);
  if (counts.behind > 0) process.exitCode = 1;
}

async function inspect(noteId: string): Promise<void> {
  const { items, ...log } = await operator.json(
    "GET",
    `notes/${noteId}/log?since=${Number(values.since)}`,
    adminLogSchema,
  );
  console.log(JSON.stringify(log, null, 2));
  console.table(
    items.map(({ opId, author, ...item }) => ({ ...item, opId: opId.slice(0, 12), author: author.slice(0, 12) })),
  );
}

async function sql(object: string, statement: string): Promise<void> {
  const [kind, id] = object.split(":");
  const path = kind === "library" ? `libraries/${id}/sql` : `notes/${id}/sql`;
  const { columns, rows, isMore } = await operator.json("POST", path, adminRowsSchema, { ...who, sql: statement });
  console.table(rows.map((row) => Object.fromEntries(columns.map((column, at) => [column, shown(row[at])]))));
  if (isMore) console.log("… and more");
}

function shown(cell: v.InferOutput<typeof adminRowsSchema>["rows"][number][number] | undefined): unknown {
  return cell !== null && typeof cell === "object" ? `${cell.bytes} bytes ${cell.hex.slice(0, 32)}` : cell;
}

async function list(path: "notes" | "users"): Promise<void> {
  for await (const id of operator.ids(path)) console.log(id);
}

async function restore(noteId: string, file: string): Promise<void> {
  await checkBackup(file);
  console.log(await operator.upload(`notes/${noteId}/backup`, file, adminRestoredSchema));
}

const COMMANDS: Readonly<Record<string, () => Promise<unknown>>> = {
  notes: () => list("notes"),
  users: () => list("users"),
  inspect: () => inspect(need(target)),
  sql: () => sql(need(target), need(words.join(" "))),
  backup: async () => console.log(await fetchBackup(operator, `notes/${need(target)}/backup`, need(values.to))),
  restore: () => restore(need(target), need(values.from)),
  rebuild: () => rebuild(need(target) === "all" ? operator.ids("users") : [need(target)]),
  migrate: migrateAll,
  purge: () => operator.json("POST", `notes/${need(target)}/purge`, v.null(), who),
  "purge-users": async () =>
    console.log(await operator.json("POST", "purge", v.object({ purged: v.number(), left: v.number() }))),
  audit: async () => console.table((await operator.json("GET", "audit", adminAuditSchema)).items),
};

const run = COMMANDS[command];
if (run === undefined || (target === undefined && USAGE.includes(`  ${command} <`))) need(undefined);
else await run();
