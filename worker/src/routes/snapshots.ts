// The newest snapshot of a note, as it is stored: packed with gzip, and unpacked only for who can't take that. Its address with
// `?seq=` names one version for ever; without, it is asked each time.
import { gunzipSync } from "node:zlib";
import { snapshotQuerySchema } from "@reed/api";
import { Hono } from "hono";
import type { AppContext, AppEnv } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";
import { readQuery } from "../http/read-query.ts";
import type { SnapshotAnswer } from "../note/rpc.ts";
import { refuse } from "./log-refusal.ts";
import { noteIdOfPath, noteObject } from "./note-address.ts";
import { requireReader } from "./reader.ts";

/** A day: after a restore from a backup a position may come to have another snapshot. */
const FOR_EVER = "private, max-age=86400, immutable";
export const ASK_EACH_TIME = "private, no-cache";

export const snapshots = new Hono<AppEnv>().get("/api/notes/:noteId/snapshot", async (c) => {
  const noteId = noteIdOfPath(c);
  const reader = await requireReader(c);
  const { seq } = readQuery(c, snapshotQuerySchema);
  const knownTags = c.req.header("If-None-Match") ?? null;
  const answer = await noteObject(c.env, noteId).snapshot(reader, { seq: seq ?? null, knownTags });
  if ("code" in answer) throw refuse(answer);
  return answerSnapshot(c, answer, seq === undefined ? ASK_EACH_TIME : FOR_EVER);
});

export async function answerSnapshot(c: AppContext, answer: SnapshotAnswer, cacheControl: string): Promise<Response> {
  const headers = {
    "Cache-Control": cacheControl,
    ETag: answer.tag,
    "Reed-Seq": String(answer.seq),
    // One browser may be several people's, and what one of them may read is not the others'.
    Vary: "Authorization, Accept-Encoding, Origin",
  };
  if (answer.type === "known") return new Response(null, { status: 304, headers });
  return packed(await fileOf(c, answer), c, { ...headers, "Content-Type": "application/octet-stream" });
}

async function fileOf(
  c: AppContext,
  answer: Exclude<SnapshotAnswer, { type: "known" }>,
): Promise<Uint8Array<ArrayBuffer>> {
  if (answer.type === "bytes") return new Uint8Array(answer.bytes);
  const blob = await c.env.BLOBS?.get(answer.key).catch(() => null);
  // There is a snapshot: "no_snapshot" would say that the log has begun from nothing.
  if (blob === null || blob === undefined) throw new ApiProblem("overloaded");
  return new Uint8Array(await blob.arrayBuffer());
}

function packed(bytes: Uint8Array<ArrayBuffer>, c: AppContext, headers: Record<string, string>): Response {
  if (!takesGzip(c.req.header("Accept-Encoding") ?? ""))
    return new Response(new Uint8Array(gunzipSync(bytes)), { headers });
  return new Response(bytes, { headers: { ...headers, "Content-Encoding": "gzip" }, encodeBody: "manual" });
}

/** RFC 9110, 12.5.3. */
function takesGzip(acceptEncoding: string): boolean {
  const offers = acceptEncoding.split(",").map((offer) =>
    offer
      .trim()
      .toLowerCase()
      .split(/\s*;\s*q=/),
  );
  const [, weight = "1"] = offers.find(([coding]) => coding === "gzip") ??
    offers.find(([coding]) => coding === "*") ?? ["", "0"];
  return Number(weight) > 0;
}
