// The note as plain Markdown, in and out: for whoever may read or write it, by account or by link.
import { seqsOfTags, textTag, type Written } from "@reed/api";
import { Hono } from "hono";
import type { AppContext, AppEnv } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";
import { readText } from "../text-io/read-text.ts";
import type { TextWrite } from "../text-io/text-io.ts";
import { requireActor } from "./actor.ts";
import { noteIdOfPath, noteObject } from "./note-address.ts";

export const text = new Hono<AppEnv>()
  .get("/api/notes/:noteId/text", async (c) => {
    const noteId = noteIdOfPath(c);
    const actor = await requireActor(c);
    const found = await noteObject(c.env, noteId).readText(actor, knownSeqs(c));
    if ("code" in found) throw new ApiProblem(found.code);
    const headers = {
      ETag: textTag(found.seq),
      "Cache-Control": "private, no-cache",
      "Reed-Seq": String(found.seq),
      // One browser may be several people's, and what one of them may read is not the others'.
      Vary: "Authorization, Origin",
    };
    if (found.type === "known") return c.body(null, 304, headers);
    return c.body(found.text, 200, { ...headers, "Content-Type": "text/markdown; charset=utf-8" });
  })
  .put("/api/notes/:noteId/text", (c) => write(c, "whole"))
  .post("/api/notes/:noteId/append", (c) => write(c, "append"));

async function write(c: AppContext, type: TextWrite["type"]): Promise<Response> {
  const noteId = noteIdOfPath(c);
  const actor = await requireActor(c);
  const ifSeqs = seqsThatMustMatch(c);
  const wanted = { type, text: await readText(c), ifSeqs };
  const written = await noteObject(c.env, noteId).writeText(actor, wanted);
  if ("code" in written) throw new ApiProblem(written.code);
  return c.json({ seq: written.seq } satisfies Written, 200, { ETag: textTag(written.seq) });
}

/** null: any. */
function seqsThatMustMatch(c: AppContext): readonly number[] | null {
  const header = c.req.header("If-Match");
  const seqs = header === undefined ? null : seqsOfTags(header, true);
  if (seqs === "invalid") throw new ApiProblem("invalid", "If-Match");
  return seqs;
}

function knownSeqs(c: AppContext): readonly number[] {
  const header = c.req.header("If-None-Match");
  const seqs = header === undefined ? [] : seqsOfTags(header, false);
  if (seqs === "invalid") throw new ApiProblem("invalid", "If-None-Match");
  return seqs ?? [];
}
