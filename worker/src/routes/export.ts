// Taking a note away, or all that one can read, at the caller's own role.
import {
  accountExportQuerySchema,
  type ExportFormat,
  exportQuerySchema,
  MAX_EXPORTED_NOTES,
  type NoteExport as NoteExportJson,
} from "@reed/api";
import type { NoteId } from "@reed/log";
import { Hono } from "hono";
import { streamOf } from "../admin/backup-stream.ts";
import { requireCaller } from "../auth/credentials.ts";
import type { AppContext, AppEnv } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";
import { readQuery } from "../http/read-query.ts";
import { findUser } from "../identity/users.ts";
import type { Actor } from "../note/standing.ts";
import { accountExport } from "../text-io/account-export.ts";
import { exportPage } from "../text-io/export-page.ts";
import { exportName } from "../text-io/export-name.ts";
import type { NoteExport } from "../text-io/text-io.ts";
import { requireActor } from "./actor.ts";
import { noteIdOfPath, noteObject, noteUrl } from "./note-address.ts";

const MEDIA = {
  md: "text/markdown; charset=utf-8",
  html: "text/html; charset=utf-8",
  json: "application/json",
} as const satisfies Record<ExportFormat, string>;

export const exports = new Hono<AppEnv>()
  .get("/api/notes/:noteId/export", async (c) => {
    const noteId = noteIdOfPath(c);
    const { format = "md" } = readQuery(c, exportQuerySchema);
    const actor = await requireActor(c);
    const found = await noteObject(c.env, noteId).exportNote(actor);
    if ("code" in found) throw new ApiProblem(found.code);
    return c.body(await bodyOf(c, { noteId, actor, found, format }), 200, {
      "Content-Type": MEDIA[format],
      "Content-Disposition": `attachment; ${exportName(found.title, format)}`,
      "Cache-Control": "no-store",
    });
  })
  .get("/api/me/export", async (c) => {
    const { userId } = await requireCaller(c);
    const { limit = MAX_EXPORTED_NOTES, cursor = null } = readQuery(c, accountExportQuerySchema);
    const found = await findUser(c.env.PLATFORM, userId);
    if (found === null) throw new ApiProblem("not_found");
    const { id, name, color } = found.user;
    const { origin } = new URL(c.req.url);
    const lines = accountExport({ env: c.env, user: { id, name, color }, origin, limit, cursor, nowMs: Date.now() });
    const first = await lines.next();
    if (first.done === true) throw new ApiProblem("invalid", "cursor");
    return c.body(streamOf(after(first.value, lines)), 200, {
      "Content-Type": "application/x-ndjson",
      "Content-Disposition": 'attachment; filename="reed.ndjson"',
      "Cache-Control": "no-store",
    });
  });

async function* after(first: string, lines: AsyncGenerator<string, void>): AsyncGenerator<string, void> {
  yield first;
  yield* lines;
}

interface Wanted {
  readonly noteId: NoteId;
  readonly actor: Actor;
  readonly found: NoteExport;
  readonly format: ExportFormat;
}

async function bodyOf(c: AppContext, { noteId, actor, found, format }: Wanted): Promise<string> {
  const { title, text } = found;
  switch (format) {
    case "md":
      return text;
    case "html":
      return exportPage({ title, text, updatedAt: timeOrNull(found.modifiedUs) });
    case "json":
      return `${JSON.stringify(
        {
          id: noteId,
          url: noteUrl(c, noteId),
          role: found.role,
          title,
          text,
          seq: found.seq,
          createdAt: timeOf(found.createdUs),
          updatedAt: timeOrNull(found.modifiedUs),
          settings: found.settings,
          members: await membersOf(c, noteId, actor),
        } satisfies NoteExportJson,
        null,
        2,
      )}\n`;
  }
}

async function membersOf(c: AppContext, noteId: NoteId, actor: Actor): Promise<NoteExportJson["members"]> {
  if (actor.user === null) return null;
  const members = await noteObject(c.env, noteId).members(actor.user);
  return "code" in members ? null : members.map(({ id, name, role }) => ({ id, name, role }));
}

function timeOf(us: number): string {
  return new Date(Math.floor(us / 1000)).toISOString();
}

function timeOrNull(us: number | null): string | null {
  return us === null ? null : timeOf(us);
}
