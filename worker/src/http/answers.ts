// What every answer of the API carries: that nobody else's cache may give it out, and a tag by which a caller that holds the same
// answer is told so instead of being sent it again.
import { matchesTag } from "../card/headers.ts";
import { tagOf } from "../card/revision.ts";
import type { AppMiddleware } from "./context.ts";

/** Beyond that, working out the tag costs more than it saves. */
const MAX_TAGGED_BYTES = 256 * 1024;

export const answerRules: AppMiddleware = async (c, next) => {
  await next();
  if (c.res.status === 101) return;
  if (!c.res.headers.has("Cache-Control")) c.res.headers.set("Cache-Control", "no-store");
  if (!(c.res.headers.get("Vary") ?? "").includes("Authorization")) c.res.headers.append("Vary", "Authorization");
  const isJson = c.res.headers.get("Content-Type")?.startsWith("application/json") === true;
  const isRead = c.req.method === "GET" || c.req.method === "HEAD";
  if (!isRead || c.res.status !== 200 || !isJson || c.res.headers.has("ETag")) return;
  const body = new Uint8Array(await c.res.clone().arrayBuffer());
  if (body.length > MAX_TAGGED_BYTES) return;
  const tag = await tagOf(body);
  const { headers } = c.res;
  headers.set("ETag", tag);
  if (!matchesTag(c.req.header("If-None-Match") ?? null, tag)) return;
  headers.delete("Content-Type");
  headers.delete("Content-Length");
  c.res = new Response(null, { status: 304, headers });
};
