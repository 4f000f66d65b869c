// A note's log for callers without a replica: where it stands, its ops, and one Yjs update with what they lack.
import {
  type ChainAt,
  chainQuerySchema,
  type NoteState,
  type OpsPage,
  opsQuerySchema,
  updateQuerySchema,
} from "@reed/api";
import { fromBase64Url, toBase64Url } from "@reed/bytes";
import { Hono } from "hono";
import type { AppEnv } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";
import { readQuery } from "../http/read-query.ts";
import { refuse } from "./log-refusal.ts";
import { noteIdOfPath, noteObject } from "./note-address.ts";
import { requireReader } from "./reader.ts";

const OPS_PER_PAGE = 100;
const NO_STORE = { "Cache-Control": "no-store" };

export const log = new Hono<AppEnv>()
  .get("/api/notes/:noteId/state", async (c) => {
    const noteId = noteIdOfPath(c);
    const answer = await noteObject(c.env, noteId).state(await requireReader(c));
    if ("code" in answer) throw refuse(answer);
    const { seq, chain, stateHash } = answer;
    return c.json({ seq, chain: toBase64Url(chain), stateHash: toBase64Url(stateHash) } satisfies NoteState, 200, {
      ...NO_STORE,
      "Reed-Seq": String(seq),
    });
  })
  .get("/api/notes/:noteId/chain", async (c) => {
    const noteId = noteIdOfPath(c);
    const reader = await requireReader(c);
    const answer = await noteObject(c.env, noteId).chain(reader, readQuery(c, chainQuerySchema).seq);
    if ("code" in answer) throw refuse(answer);
    return c.json({ seq: answer.seq, chain: toBase64Url(answer.chain) } satisfies ChainAt, 200, NO_STORE);
  })
  .get("/api/notes/:noteId/ops", async (c) => {
    const noteId = noteIdOfPath(c);
    const reader = await requireReader(c);
    const { author, fromCtr, since, limit, cursor } = readQuery(c, opsQuerySchema);
    if (fromCtr !== undefined && author === undefined) throw new ApiProblem("invalid", "fromCtr");
    const answer = await noteObject(c.env, noteId).ops(reader, {
      author: author === undefined ? null : fromBase64Url(author),
      fromCtr: fromCtr ?? 0,
      sinceSeq: cursor === undefined ? (since ?? 0) : seqOfCursor(cursor),
      limit: limit ?? OPS_PER_PAGE,
    });
    if ("code" in answer) throw refuse(answer);
    const items = answer.items.map(({ seq, recvUs, envelope }) => ({
      seq,
      receivedAt: timeOf(recvUs),
      envelope: toBase64Url(envelope),
    }));
    const nextCursor = answer.nextSeq === null ? null : String(answer.nextSeq);
    return c.json({ items, nextCursor } satisfies OpsPage, 200, NO_STORE);
  })
  .get("/api/notes/:noteId/update", async (c) => {
    const noteId = noteIdOfPath(c);
    const reader = await requireReader(c);
    const { since, sv } = readQuery(c, updateQuerySchema);
    if (since !== undefined && sv !== undefined) throw new ApiProblem("invalid", "since, sv");
    const answer = await noteObject(c.env, noteId).update(
      reader,
      sv === undefined ? { type: "since", seq: since ?? 0 } : { type: "vector", vector: fromBase64Url(sv) },
    );
    if ("code" in answer) throw refuse(answer);
    return c.body(new Uint8Array(answer.update), 200, {
      ...NO_STORE,
      "Content-Type": "application/octet-stream",
      "Reed-Seq": String(answer.seq),
    });
  });

function seqOfCursor(cursor: string): number {
  if (!/^\d{1,15}$/.test(cursor)) throw new ApiProblem("invalid", "cursor");
  return Number(cursor);
}

/** To the microsecond. */
function timeOf(us: number): string {
  const micros = String(us % 1000).padStart(3, "0");
  return new Date(Math.floor(us / 1000)).toISOString().replace("Z", `${micros}Z`);
}
