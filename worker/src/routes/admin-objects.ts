// What an operator asks of one object: how far its tables are, what its log has, a question in SQL, to make a library anew, to remove
// a note for good. All but the first two are audited.
import {
  type AdminAudit,
  adminListQuerySchema,
  adminLogQuerySchema,
  type AdminLog,
  type AdminRebuilt,
  type AdminRows,
  type AdminSchema,
  adminSqlRequestSchema,
  adminUseRequestSchema,
} from "@reed/api";
import type { SqlValue } from "@reed/room";
import { Hono } from "hono";
import { auditBefore, audited } from "../admin/audit.ts";
import type { SqlLook } from "../admin/sql-look.ts";
import type { AppContext, AppEnv } from "../http/context.ts";
import { requireOperator } from "../http/operator.ts";
import { ApiProblem } from "../http/problem.ts";
import { readJson } from "../http/read-json.ts";
import { readQuery } from "../http/read-query.ts";
import { libraryObject } from "./library-address.ts";
import { noteIdOfPath, noteObject, userIdOfPath } from "./note-address.ts";

const PAGE = 100;

export const adminObjects = new Hono<AppEnv>()
  .get("/api/admin/audit", async (c) => {
    requireOperator(c);
    const { limit = PAGE, cursor = null } = readQuery(c, adminListQuerySchema);
    const items = [...(await auditBefore(c.env.PLATFORM, cursor, limit))];
    return c.json({ items, nextCursor: items.length < limit ? null : (items.at(-1)?.id ?? null) } satisfies AdminAudit);
  })
  .get("/api/admin/notes/:noteId/schema", async (c) => {
    requireOperator(c);
    return c.json((await noteObject(c.env, noteIdOfPath(c)).schema()) satisfies AdminSchema);
  })
  .get("/api/admin/libraries/:userId/schema", async (c) => {
    requireOperator(c);
    return c.json((await libraryObject(c.env, userIdOfPath(c)).schema()) satisfies AdminSchema);
  })
  .get("/api/admin/notes/:noteId/log", async (c) => {
    requireOperator(c);
    const { since = 0, limit = PAGE } = readQuery(c, adminLogQuerySchema);
    const look = await noteObject(c.env, noteIdOfPath(c)).lookAtLog(since, limit);
    if (look === null) throw new ApiProblem("not_found");
    const { items, due, snapshots, ...rest } = look;
    return c.json({ ...rest, items: [...items], due: [...due], snapshots: [...snapshots] } satisfies AdminLog);
  })
  .post("/api/admin/notes/:noteId/sql", async (c) => {
    requireOperator(c);
    const noteId = noteIdOfPath(c);
    return answerSql(c, `note:${noteId}`, (sql, values) => noteObject(c.env, noteId).query(sql, values));
  })
  .post("/api/admin/libraries/:userId/sql", async (c) => {
    requireOperator(c);
    const userId = userIdOfPath(c);
    return answerSql(c, `library:${userId}`, (sql, values) => libraryObject(c.env, userId).query(sql, values));
  })
  .post("/api/admin/libraries/:userId/rebuild", async (c) => {
    requireOperator(c);
    const userId = userIdOfPath(c);
    const { operator } = await readJson(c, adminUseRequestSchema);
    const use = { operator, action: "rebuild", target: `library:${userId}`, detail: {} } as const;
    const { notes } = await audited(c.env.PLATFORM, use, () => libraryObject(c.env, userId).rebuild(userId));
    return c.json({ notes } satisfies AdminRebuilt);
  })
  .post("/api/admin/notes/:noteId/purge", async (c) => {
    requireOperator(c);
    const noteId = noteIdOfPath(c);
    const { operator } = await readJson(c, adminUseRequestSchema);
    const use = { operator, action: "purge", target: `note:${noteId}`, detail: {} } as const;
    const refusal = await audited(c.env.PLATFORM, use, () => noteObject(c.env, noteId).purgeByOperator());
    if (refusal !== null) throw new ApiProblem("not_found");
    return c.body(null, 204);
  });

async function answerSql(
  c: AppContext,
  target: string,
  ask: (sql: string, values: readonly SqlValue[]) => Promise<SqlLook>,
): Promise<Response> {
  const { operator, sql, values = [] } = await readJson(c, adminSqlRequestSchema);
  const use = { operator, action: "sql", target, detail: { sql, values } } as const;
  const look = await audited(
    c.env.PLATFORM,
    use,
    () => ask(sql, values),
    (answer) => ("problem" in answer ? "refused" : `${answer.rows.length} rows`),
  );
  if ("problem" in look) throw new ApiProblem("invalid", look.problem.slice(0, 200));
  const rows = look.rows.map((cells) => [...cells]);
  return c.json({ columns: [...look.columns], rows, isMore: look.isMore } satisfies AdminRows);
}
