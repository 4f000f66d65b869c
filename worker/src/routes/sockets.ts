// The upgrade: for whoever brings a good ticket. It is checked here, so that nobody without one wakes a note.
import { Hono } from "hono";
import { verifyTicket } from "../auth/ticket.ts";
import { configOf } from "../env.ts";
import type { AppEnv } from "../http/context.ts";
import { noteIdOfPath, noteObject } from "./note-address.ts";
import { offeredTicket, upgradeAt } from "./upgrade.ts";

export const sockets = new Hono<AppEnv>().get("/api/notes/:noteId/socket", async (c) => {
  const noteId = noteIdOfPath(c);
  const ticket = await verifyTicket(configOf(c.env).tokens, noteId, offeredTicket(c), Date.now());
  return upgradeAt(c, noteObject(c.env, noteId), { noteId, ticket });
});
