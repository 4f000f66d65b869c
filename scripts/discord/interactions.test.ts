// Interactions against a small application: signatures, every kind of answer, files, edits, and the mistakes that must show.
import { createPublicKey, verify } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as v from "valibot";
import { APPLICATION, signInteraction } from "./application.ts";
import { flawsOf } from "./described.ts";
import { type Answer, type Listening, serve } from "./http.ts";
import type { Act, Interacted } from "./interactions.ts";
import { LocalDiscord } from "./local-discord.ts";
import { REFUSALS } from "./refusals.ts";

const SPKI_PREFIX = "302a300506032b6570032100";
const AGENT = { "User-Agent": "DiscordBot (https://example.test, 1.0)", "Content-Type": "application/json" };
const QUIET = { allowed_mentions: { parse: [] } };
const Received = v.looseObject({ id: v.string(), token: v.string(), type: v.number() });

let app: Listening;
let answerWith: (received: v.InferOutput<typeof Received>) => Promise<Answer> | Answer;
let discord: LocalDiscord;

function isSigned(request: Request, body: string): boolean {
  const key = createPublicKey({
    key: Buffer.from(SPKI_PREFIX + APPLICATION.publicKey, "hex"),
    format: "der",
    type: "spki",
  });
  const signature = Buffer.from(request.headers.get("X-Signature-Ed25519") ?? "", "hex");
  const message = Buffer.from((request.headers.get("X-Signature-Timestamp") ?? "") + body);
  return signature.length === 64 && verify(null, message, key, signature);
}

beforeAll(async () => {
  app = await serve({ port: 0, host: "127.0.0.1" }, async (request) => {
    const body = await request.text();
    if (!isSigned(request, body)) return REFUSALS.unauthorized();
    return answerWith(v.parse(Received, JSON.parse(body)));
  });
});

afterAll(async () => {
  await app.stop();
});

beforeEach(async () => {
  discord = await LocalDiscord.start({ appUrl: `http://127.0.0.1:${app.port}` });
});

afterEach(async () => {
  await discord.stop();
});

function act(what: Act): Promise<Interacted> {
  return discord.interact({ act: what, user: discord.user("ann"), channel: discord.channel("general") });
}

function webhook(token: string, path: string, init: RequestInit): Promise<Response> {
  return fetch(`${discord.api.api}/webhooks/${APPLICATION.applicationId}/${token}${path}`, { headers: AGENT, ...init });
}

const NOTE: Act = { type: "command", name: "note" };
const CARD = {
  flags: 32_768,
  ...QUIET,
  components: [
    {
      type: 17,
      accent_color: 13_208_091,
      components: [
        { type: 10, content: "### Trip" },
        {
          type: 1,
          components: [
            { type: 2, style: 1, label: "Open note", custom_id: "open:A" },
            { type: 2, style: 5, label: "Web", url: "https://notes.example/n/A" },
          ],
        },
      ],
    },
  ],
};

describe("what the application answers", () => {
  it("is signed so that it can be checked, and can be signed wrongly", async () => {
    answerWith = () => Response.json({ type: 1 });
    expect(await act({ type: "ping" })).toMatchObject({ status: 200, outcome: { type: "done", answer: 1 } });
    const common = { act: { type: "ping" } as const, user: discord.user("ann"), channel: discord.channel("general") };
    const wrong = await discord.interact({ ...common, sign: { seed: new Uint8Array(32) } });
    expect(wrong.status).toBe(401);
    expect((await discord.interact({ ...common, headers: null })).status).toBe(401);
    expect(signInteraction("{}", { timestamp: "1" })["X-Signature-Timestamp"]).toBe("1");
    expect(discord.violations).toEqual([]);
  });

  it("becomes a message with its files, as described", async () => {
    const picture = { type: 12, items: [{ media: { url: "attachment://note.png" }, description: "The note" }] };
    const [container] = CARD.components;
    const withPicture = {
      ...CARD,
      components: [{ ...container, components: [...(container?.components ?? []), picture] }],
    };
    answerWith = () => {
      const form = new FormData();
      const attachments = [{ id: 0, filename: "note.png", description: "The note" }];
      form.set("payload_json", JSON.stringify({ type: 4, data: { ...withPicture, attachments } }));
      form.set("files[0]", new Blob([new Uint8Array([1, 2, 3])], { type: "image/png" }), "note.png");
      return new Response(form);
    };
    expect(await act(NOTE)).toMatchObject({ status: 200, outcome: { type: "done", answer: 4 } });
    const [message] = discord.messages(discord.channel("general"));
    expect(message?.attachments).toMatchObject([{ filename: "note.png", size: 3, content_type: "image/png" }]);
    expect(discord.file(message?.attachments[0]?.url ?? "")).toEqual(new Uint8Array([1, 2, 3]));
    expect(flawsOf("answer_message", message)).toEqual([]);
    expect(discord.violations).toEqual([]);
  });

  it("is seen by one person where it says so", async () => {
    answerWith = () => Response.json({ type: 4, data: { content: "Only you", flags: 64, ...QUIET } });
    await act(NOTE);
    const channel = discord.channel("general");
    expect(discord.messages(channel)).toEqual([]);
    expect(discord.messages(channel, discord.user("bob"))).toEqual([]);
    expect(discord.messages(channel, discord.user("ann"))).toHaveLength(1);
  });

  it("may be deferred and edited, until the token is too old", async () => {
    answerWith = () => Response.json({ type: 5 });
    const { interaction } = await act(NOTE);
    const original = "/messages/@original";
    expect((await webhook(interaction.token, original, { method: "PATCH", body: JSON.stringify(CARD) })).status).toBe(
      200,
    );
    const [message] = discord.messages(discord.channel("general"));
    expect(message?.flags).toBe(32_768);
    const got: unknown = await (await webhook(interaction.token, original, {})).json();
    expect(flawsOf("answer_message", got)).toEqual([]);
    expect((await webhook(interaction.token, "", { method: "POST", body: JSON.stringify(CARD) })).status).toBe(200);
    expect(discord.messages(discord.channel("general"))).toHaveLength(2);
    expect((await webhook(interaction.token, original, { method: "DELETE" })).status).toBe(204);
    expect((await webhook(interaction.token, original, {})).status).toBe(404);
    discord.state.advance(15 * 60_000);
    expect((await webhook(interaction.token, "", { method: "POST", body: JSON.stringify(CARD) })).status).toBe(401);
    expect((await webhook("unknown", original, {})).status).toBe(404);
    expect(discord.violations).toEqual([]);
  });

  it("may come over the callback, where an activity's identifier comes back", async () => {
    let told: unknown = null;
    answerWith = async ({ id, token }) => {
      const url = `${discord.api.api}/interactions/${id}/${token}/callback?with_response=true`;
      const init = { method: "POST", headers: AGENT, body: JSON.stringify({ type: 12 }) };
      told = await (await fetch(url, init)).json();
      expect((await fetch(url, init)).status).toBe(400);
      return new Response(null, { status: 202 });
    };
    expect((await act({ type: "entry_point" })).status).toBe(202);
    const instance = discord.state.instanceOf(discord.channel("general").id);
    expect(instance?.users).toEqual([discord.user("ann").id]);
    expect(told).toMatchObject({ interaction: { activity_instance_id: instance?.id }, resource: { type: 12 } });
    expect(flawsOf("answer_callback", told)).toEqual([]);
    expect(discord.violations).toEqual([]);
  });

  it("updates the message whose button was pressed", async () => {
    answerWith = () => Response.json({ type: 4, data: CARD });
    await act(NOTE);
    const messageId = discord.messages(discord.channel("general"))[0]?.id ?? "";
    const changed = { ...CARD, components: [{ type: 10, content: "Changed" }] };
    answerWith = () => Response.json({ type: 7, data: changed });
    expect(await act({ type: "button", messageId, customId: "open:A" })).toMatchObject({ outcome: { type: "done" } });
    const messages = discord.messages(discord.channel("general"));
    expect(messages).toHaveLength(1);
    expect(messages[0]?.components).toMatchObject([{ type: 10, content: "Changed" }]);
    expect(discord.violations).toEqual([]);
  });

  it("gives choices, and takes a message into a command", async () => {
    answerWith = () => Response.json({ type: 8, data: { choices: [{ name: "Trip", value: "A" }] } });
    const options = [{ name: "title", type: 3, value: "tr", focused: true }];
    expect(await act({ type: "autocomplete", name: "note", options })).toMatchObject({
      outcome: { type: "done", answer: 8 },
    });
    const said = discord.say(discord.user("bob"), discord.channel("general"), "Buy bread");
    let received: unknown = null;
    answerWith = (body) => {
      received = body;
      return Response.json({ type: 4, data: { content: "Done", ...QUIET } });
    };
    await act({ type: "menu", name: "Turn into note", messageId: said.id });
    expect(received).toMatchObject({
      data: { target_id: said.id, resolved: { messages: { [said.id]: { content: "Buy bread" } } } },
    });
    expect(discord.violations).toEqual([]);
  });
});

describe("what is refused", () => {
  const button = (more: object): object => ({
    type: 1,
    components: [{ type: 2, style: 1, label: "Go", custom_id: "a", ...more }],
  });
  const v2 = (...components: readonly object[]): object => ({ flags: 32_768, ...QUIET, components });
  const text = (content: string): object => ({ type: 10, content });

  it.each([
    ["a label that is too long", v2(button({ label: "x".repeat(81) }))],
    ["a custom_id that is too long", v2(button({ custom_id: "x".repeat(101) }))],
    [
      "an address that is too long",
      v2(button({ style: 5, custom_id: null, url: `https://a.example/${"x".repeat(512)}` })),
    ],
    ["an address that is none", v2(button({ style: 5, custom_id: null, url: "javascript:alert(1)" }))],
    ["a link with a custom_id", v2(button({ style: 5, url: "https://a.example" }))],
    ["a button without a custom_id", v2(button({ custom_id: null }))],
    ["a button without a label", v2(button({ label: null }))],
    ["two buttons of one custom_id", v2(button({}), button({}))],
    ["too much text in one place", v2(text("x".repeat(4001)))],
    ["too much text in all", v2(text("x".repeat(2001)), text("x".repeat(2000)))],
    ["too many components", v2({ type: 17, components: Array.from({ length: 40 }, () => text("x")) })],
    ["content beside components of version 2", { ...v2(text("x")), content: "x" }],
    ["embeds beside components of version 2", { ...v2(text("x")), embeds: [{ title: "x" }] }],
    ["components of version 2 without the flag", { components: [text("x")], ...QUIET }],
    ["a picture that was not sent along", v2({ type: 12, items: [{ media: { url: "attachment://note.png" } }] })],
    ["nothing at all", { ...QUIET }],
    ["a component that there is not", v2({ type: 99 })],
  ])("%s", async (_name, data) => {
    answerWith = () => Response.json({ type: 5 });
    const { interaction } = await act(NOTE);
    const init = { method: "PATCH", body: JSON.stringify(data) };
    const response = await webhook(interaction.token, "/messages/@original", init);
    expect(response.status).toBe(400);
    const Refused = v.object({
      code: v.picklist([50_035, 50_006]),
      message: v.string(),
      errors: v.optional(v.looseObject({})),
    });
    expect(v.is(Refused, await response.json())).toBe(true);
  });

  it("is said where it lies", async () => {
    answerWith = () => Response.json({ type: 4, data: v2(button({ label: "x".repeat(81) })) });
    expect(await act(NOTE)).toMatchObject({ status: 200, outcome: { type: "invalid" } });
    expect(discord.violations[0]?.problem).toContain("data.components.0.components.0.label");
  });

  it.each([
    ["a message that doesn't say whom it mentions", { type: 4, data: { content: "Hi" } }, "allowed_mentions"],
    ["a field that Discord doesn't know", { type: 4, data: { content: "Hi", colour: "red", ...QUIET } }, "colour"],
    ["a deferral with more than EPHEMERAL", { type: 5, data: { flags: 32_768 } }, "flags"],
    ["an answer of a type that doesn't fit", { type: 8, data: { choices: [] } }, "type"],
  ])("%s stands in violations", async (_name, body, problem) => {
    answerWith = () => Response.json(body);
    await act(NOTE);
    expect(discord.violations[0]?.problem).toContain(problem);
  });

  it("is an answer that comes too late", async () => {
    answerWith = () => "hang";
    const { status, tookMs } = await act(NOTE);
    expect(status).toBeNull();
    expect(tookMs).toBeGreaterThan(2900);
    expect(discord.violations).toHaveLength(1);
  });
});
