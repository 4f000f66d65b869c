// What only an operator does, from scripts. Without the secret there is nothing here, and with a wrong one there isn't either.
import { createHash, timingSafeEqual } from "node:crypto";
import { adminDrainRequestSchema, adminGenerationRequestSchema, type AdminGenerationResponse } from "@reed/api";
import { Hono } from "hono";
import { configOf } from "../env.ts";
import type { AppContext, AppEnv } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";
import { readJson } from "../http/read-json.ts";
import { noteIdOfPath, noteObject } from "./note-address.ts";

const BEARER = /^Reed-Admin ([\x21-\x7e]{1,512})$/i;

export const admin = new Hono<AppEnv>()
  .post("/api/admin/notes/:noteId/generations", async (c) => {
    requireOperator(c);
    const noteId = noteIdOfPath(c);
    const { reason } = await readJson(c, adminGenerationRequestSchema);
    const opened = await noteObject(c.env, noteId).openGeneration(reason);
    if ("code" in opened) throw new ApiProblem(opened.code);
    return c.json({ seq: opened.seq } satisfies AdminGenerationResponse, 201);
  })
  .post("/api/admin/notes/:noteId/drain", async (c) => {
    requireOperator(c);
    const noteId = noteIdOfPath(c);
    const { spreadMs } = await readJson(c, adminDrainRequestSchema);
    await noteObject(c.env, noteId).drain(spreadMs);
    return c.body(null, 204);
  });

/** Both are hashed first, so that neither their lengths nor where they begin to differ can be told from the time it takes. */
function requireOperator(c: AppContext): void {
  const { adminToken } = configOf(c.env);
  const given = BEARER.exec(c.req.header("Authorization") ?? "")?.[1];
  if (adminToken === null || given === undefined) throw new ApiProblem("not_found");
  if (!timingSafeEqual(digestOf(given), digestOf(adminToken))) throw new ApiProblem("not_found");
}

function digestOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
