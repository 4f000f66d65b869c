// Backups of one object and of the platform's tables, out and in, for the operators' commands. They are streams packed with gzip, in
// the form of docs/spec/backup.md. Who they are of stands in the list of each kind.
import { adminListQuerySchema, type AdminIds, type AdminPlatformRestored, type AdminRestored } from "@reed/api";
import { Hono } from "hono";
import * as v from "valibot";
import { audited } from "../admin/audit.ts";
import { BackupError } from "../admin/backup-format.ts";
import { packed, unpacked } from "../admin/backup-stream.ts";
import { listNote, notesAfter, usersAfter } from "../admin/notes-index.ts";
import type { DeskProblem } from "../admin/object-desk.ts";
import { platformBackup, restorePlatform } from "../admin/platform-backup.ts";
import type { AppContext, AppEnv } from "../http/context.ts";
import { requireOperator } from "../http/operator.ts";
import { ApiProblem } from "../http/problem.ts";
import { readQuery } from "../http/read-query.ts";
import type { RestoreAnswer } from "../note/rpc.ts";
import { operatorOf } from "./admin-operator.ts";
import { libraryObject } from "./library-address.ts";
import { noteIdOfPath, noteObject, userIdOfPath } from "./note-address.ts";

const PAGE = 500;
const MEDIA_TYPE = "application/gzip";

export const adminBackups = new Hono<AppEnv>()
  .get("/api/admin/notes", async (c) => c.json(await idsOf(c, notesAfter)))
  .get("/api/admin/users", async (c) => c.json(await idsOf(c, usersAfter)))
  .get("/api/admin/notes/:noteId/backup", async (c) => {
    requireOperator(c);
    const noteId = noteIdOfPath(c);
    return handOut(c, `note:${noteId}`, () => noteObject(c.env, noteId).backup(noteId));
  })
  .put("/api/admin/notes/:noteId/backup", async (c) => {
    requireOperator(c);
    const noteId = noteIdOfPath(c);
    await listNote(c.env.PLATFORM, noteId, Date.now());
    return takeIn(c, `note:${noteId}`, (backup) => noteObject(c.env, noteId).restore(noteId, backup));
  })
  .get("/api/admin/libraries/:userId/backup", async (c) => {
    requireOperator(c);
    const userId = userIdOfPath(c);
    return handOut(c, `library:${userId}`, () => libraryObject(c.env, userId).backup(userId));
  })
  .put("/api/admin/libraries/:userId/backup", async (c) => {
    requireOperator(c);
    const userId = userIdOfPath(c);
    return takeIn(c, `library:${userId}`, (backup) => libraryObject(c.env, userId).restore(userId, backup));
  })
  .get("/api/admin/platform/backup", async (c) => {
    requireOperator(c);
    return handOut(c, "platform", () => Promise.resolve(platformBackup(c.env.PLATFORM, Date.now())));
  })
  .put("/api/admin/platform/backup", async (c) => {
    requireOperator(c);
    const use = { operator: operatorOf(c), action: "restore", target: "platform", detail: {} } as const;
    const restored = await audited(c.env.PLATFORM, use, () => platformFrom(c));
    const { header, rows, leftOut } = restored;
    return c.json({ backupAt: timeOf(header.atMs), rows, leftOut } satisfies AdminPlatformRestored);
  });

async function idsOf(
  c: AppContext,
  after: (db: D1Database, id: string, limit: number) => Promise<readonly string[]>,
): Promise<AdminIds> {
  requireOperator(c);
  const { limit = PAGE, cursor = "" } = readQuery(c, adminListQuerySchema);
  const items = [...(await after(c.env.PLATFORM, cursor, limit))];
  return { items, nextCursor: items.length < limit ? null : (items.at(-1) ?? null) };
}

async function handOut(
  c: AppContext,
  target: string,
  read: () => Promise<ReadableStream<Uint8Array> | null>,
): Promise<Response> {
  const use = { operator: operatorOf(c), action: "backup", target, detail: {} } as const;
  const backup = await audited(c.env.PLATFORM, use, read);
  if (backup === null) throw new ApiProblem("not_found");
  return c.body(packed(backup), 200, { "Content-Type": MEDIA_TYPE, "Cache-Control": "no-store" });
}

async function takeIn(
  c: AppContext,
  target: string,
  write: (backup: ReadableStream<Uint8Array>) => Promise<RestoreAnswer | DeskProblem>,
): Promise<Response> {
  const use = { operator: operatorOf(c), action: "restore", target, detail: {} } as const;
  const restored = await audited(
    c.env.PLATFORM,
    use,
    () => write(bodyOf(c)),
    (answer) => ("problem" in answer ? answer.problem : "done"),
  );
  if ("problem" in restored) throw new ApiProblem("invalid", restored.problem);
  return c.json({ backupAt: timeOf(restored.atMs), seq: restored.seq } satisfies AdminRestored, 201);
}

async function platformFrom(c: AppContext) {
  try {
    return await restorePlatform(c.env.PLATFORM, bodyOf(c));
  } catch (error) {
    if (error instanceof BackupError) throw new ApiProblem("invalid", error.message);
    throw error;
  }
}

function bodyOf(c: AppContext): ReadableStream<Uint8Array> {
  const { body } = c.req.raw;
  if (body === null) throw new ApiProblem("invalid", "the body");
  return unpacked(v.parse(v.instance(ReadableStream<Uint8Array>), body));
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
