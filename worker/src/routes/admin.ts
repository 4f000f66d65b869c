// What only an operator does, from scripts. Without the secret there is nothing here, and with a wrong one there isn't either.
import { adminDrainRequestSchema, adminGenerationRequestSchema, type AdminGenerationResponse } from "@reed/api";
import { Hono } from "hono";
import type { AppEnv } from "../http/context.ts";
import { requireOperator } from "../http/operator.ts";
import { ApiProblem } from "../http/problem.ts";
import { readJson } from "../http/read-json.ts";
import { noteIdOfPath, noteObject } from "./note-address.ts";

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
