// Abuse: whoever can read a note can report it, and operators see what was reported.
import {
  changeReportRequestSchema,
  type Report,
  type ReportList,
  reportQuerySchema,
  reportRequestSchema,
} from "@reed/api";
import { parseNoteId, userIdOf } from "@reed/log";
import { Hono } from "hono";
import type { AppContext, AppEnv } from "../http/context.ts";
import { requireOperator } from "../http/operator.ts";
import { ApiProblem } from "../http/problem.ts";
import { readJson } from "../http/read-json.ts";
import { readQuery } from "../http/read-query.ts";
import { changeReport, keepReport, readReports, type ReportRow } from "../identity/reports.ts";
import { requireActor } from "./actor.ts";
import { noteIdOfPath, noteObject } from "./note-address.ts";

const PAGE = 50;

export const reports = new Hono<AppEnv>()
  .post("/api/notes/:noteId/reports", async (c) => {
    const noteId = noteIdOfPath(c);
    const actor = await requireActor(c);
    const { reason, message = null } = await readJson(c, reportRequestSchema);
    const found = await noteObject(c.env, noteId).settings(actor);
    if ("code" in found) throw new ApiProblem(found.code);
    const userId = actor.user === null ? null : userIdOf(actor.user);
    await keepReport(c.env.PLATFORM, { noteId, reason, message, userId }, Date.now());
    return c.body(null, 202);
  })
  .get("/api/admin/reports", async (c) => {
    requireOperator(c);
    const { state = "open", limit = PAGE, cursor = null } = readQuery(c, reportQuerySchema);
    const rows = await readReports(c.env.PLATFORM, { isOpen: state === "open", beforeId: cursor, limit: limit + 1 });
    const items = rows.slice(0, limit).map(reportJson);
    const nextCursor = rows.length > limit ? (items.at(-1)?.id ?? null) : null;
    return c.json({ items, nextCursor } satisfies ReportList);
  })
  .patch("/api/admin/reports/:reportId", async (c) => {
    requireOperator(c);
    const reportId = reportIdOfPath(c);
    const { state } = await readJson(c, changeReportRequestSchema);
    const changed = await changeReport(c.env.PLATFORM, reportId, state === "open");
    if (changed === null) throw new ApiProblem("not_found");
    return c.json(reportJson(changed));
  });

function reportIdOfPath(c: AppContext): string {
  const reportId = c.req.param("reportId") ?? "";
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(reportId)) throw new ApiProblem("not_found");
  return reportId;
}

function reportJson({ id, noteId, reason, message, userId, atMs, isOpen }: ReportRow): Report {
  const at = new Date(atMs).toISOString();
  const parsed = parseNoteId(noteId);
  if (parsed === null) throw new Error("a report of no note");
  return { id, noteId: parsed, reason, message, userId, at, state: isOpen ? "open" : "closed" };
}
