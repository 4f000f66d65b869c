// Discord's interactions endpoint: commands that people type and buttons that they press. The signature is all that vouches for a
// request, so it is looked at before anything else is read; who is refused is told nothing.
import { readBody } from "@reed/api";
import { Hono } from "hono";
import { DiscordApi } from "../discord/api.ts";
import { PONG, tell } from "../discord/interactions/answers.ts";
import { replyTo, type Reply } from "../discord/interactions/answer-call.ts";
import type { Place } from "../discord/interactions/deeds.ts";
import { type Call, parseInteraction } from "../discord/interactions/interaction.ts";
import { SENTENCES } from "../discord/interactions/sentences.ts";
import { isFromDiscord } from "../discord/interactions/signature.ts";
import { configOf } from "../env.ts";
import type { AppEnv } from "../http/context.ts";
import { problemResponse } from "../http/problem.ts";
import { log } from "../log.ts";

/** A message with everything that Discord lets it hold has some 100 KB. */
const MAX_BODY_BYTES = 256 * 1024;
/** Discord waits three seconds. */
const ANSWER_MS = 2500;

const AFTER_ANSWER_MS = 10;

const PATH = "/discord/interactions";
const NO_STORE = { "Cache-Control": "no-store" };

export const interactions = new Hono<AppEnv>()
  .post(PATH, async (c) => {
    const { discord } = configOf(c.env);
    if (discord === null) return problemResponse("not_found");
    const beganMs = Date.now();
    const signature = c.req.header("X-Signature-Ed25519") ?? null;
    const timestamp = c.req.header("X-Signature-Timestamp") ?? null;
    const body = await readBody(c.req.raw.body, MAX_BODY_BYTES);
    if (body === null || !(await isFromDiscord(discord.publicKey, { signature, timestamp, body }, beganMs)))
      return new Response(null, { status: 401, headers: NO_STORE });
    const interaction = parseInteraction(body, discord.applicationId);
    if (interaction === null) return new Response(null, { status: 400, headers: NO_STORE });
    if (interaction.type === "ping") return c.json(PONG, 200, NO_STORE);
    const { origin } = new URL(c.req.url);
    const { answer, later } = await inTime(interaction, {
      env: c.env,
      discord,
      api: new DiscordApi(discord),
      origin,
      beganMs,
    });
    // The answer goes first: what follows it may keep this isolate busy.
    if (later !== undefined) c.executionCtx.waitUntil(scheduler.wait(AFTER_ANSWER_MS).then(later));
    return answer === null ? new Response(null, { status: 202, headers: NO_STORE }) : c.json(answer, 200, NO_STORE);
  })
  .all(PATH, () => problemResponse("not_found"));

/** What comes too late is not done either: nothing was announced. */
function inTime(call: Call, place: Place): Promise<Reply> {
  const slow: Reply = { answer: tell(SENTENCES.slow) };
  const reply = replyTo(call, place).catch((error: unknown) => {
    const { name, message } = error instanceof Error ? error : new Error("not an error");
    log("error", { error: "interaction", request: call.request.type, name, message });
    return slow;
  });
  return Promise.race([reply, scheduler.wait(ANSWER_MS).then(() => slow)]);
}
