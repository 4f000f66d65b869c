// What commands and menus do, from the signed request to what Discord is told.
import { env } from "cloudflare:workers";
import { userPrincipal } from "@reed/log";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { userOfIdentity } from "../../identity/identities.ts";
import { noteObject } from "../../routes/note-address.ts";
import { spaceName } from "../../space/rpc.ts";
import { newGuest, newNote, SOON, startWorld } from "../../world.test-support.ts";
import { json, newSnowflake } from "../fake-discord.test-support.ts";
import {
  ask,
  beginIn,
  type BegunNote,
  cardIn,
  type Channel,
  FakeChat,
  HANGS,
  headersFor,
  newChannel,
  newPerson,
  note,
  noteIn,
  payloadOf,
  type Person,
  post,
  press,
  principalOf,
  wordsFor,
} from "./interactions.test-support.ts";

let chat: FakeChat;

beforeAll(startWorld);
beforeEach(() => {
  chat = FakeChat.stub();
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

async function userOf({ id }: Person): Promise<string> {
  return (await userOfIdentity(env.PLATFORM, { provider: "discord", subject: id }, "x", Date.now())).user.id;
}

function space({ id }: Channel) {
  return env.SPACE.get(env.SPACE.idFromName(spaceName(id)));
}

/** The note that `person` is brought to when they come into the Activity. */
async function targetOf(person: Person, channel: Channel, instance: string): Promise<string | null> {
  const sessionId = crypto.randomUUID();
  const { id: channelId, guildId } = channel;
  await space(channel).enter({
    userId: await userOf(person),
    sessionId,
    discordId: person.id,
    name: "x",
    channelId,
    guildId,
    instance,
  });
  return (await space(channel).view(sessionId, null))?.target ?? null;
}

function instanceIn({ id, guildId }: Channel): string {
  return `i-${newSnowflake()}-gc-${guildId}-${id}`;
}

async function textOf(noteId: BegunNote["id"], channel: Channel): Promise<string> {
  const actor = { user: null, linkId: null, secret: null, channel: principalOf(channel) };
  const read = await noteObject(env, noteId).readText(actor, []);
  return "type" in read && read.type === "text" ? read.text : JSON.stringify(read);
}

/** Waits until the channel's space has heard of its notes. */
async function knownNotes(channel: Channel, count: number): Promise<void> {
  await vi.waitFor(
    async () => {
      const known = (await space(channel).notes("", 25)).length;
      if (known < count) throw new Error(`${known} notes`);
    },
    { timeout: 15_000, interval: 100 },
  );
}

describe("/note new", () => {
  it("[D63] begins a note of whoever called that the channel may write in, and shows it", async () => {
    const [ana, channel] = [newPerson("Ana"), newChannel()];
    const { id, card } = await beginIn(chat, ana, channel, "Trip to Kyoto");
    expect(card.words).toBe("### Trip to Kyoto");
    expect(card.buttons).toEqual([`open:${id}`, `refresh:${id}`, `https://reed.test/n/${id}`]);
    expect(await textOf(id, channel)).toBe("# Trip to Kyoto\n\n");
    const members = await noteObject(env, id).members(userPrincipal(await userOf(ana)));
    expect(members).toMatchObject([{ role: "owner", name: "Ana" }]);
    const owner = {
      id: await userOf(ana),
      name: "Ana",
      principal: userPrincipal(await userOf(ana)),
      channelId: channel.id,
    };
    expect(await noteObject(env, id).channelRole(owner)).toEqual({ role: "editor" });
    expect(await noteObject(env, id).mayRead({ user: null, linkId: null, channel: principalOf(newChannel()) })).toBe(
      false,
    );
  });

  it("[D63] works in a conversation between people, and without a title", async () => {
    const [ana, channel] = [newPerson("Ana"), newChannel(null)];
    await ask(payloadOf(ana, channel, 2, note("new")));
    expect(cardIn(await chat.last("edit")).words).toBe("### An empty note");
  });

  it("[D62] is one person's, however often they call and whatever they are called by then", async () => {
    const [ana, channel] = [newPerson("Ana"), newChannel()];
    const [one, other] = [await beginIn(chat, ana, channel), await beginIn(chat, { ...ana, username: "an" }, channel)];
    const user = userPrincipal(await userOf(ana));
    for (const { id } of [one, other])
      expect(await noteObject(env, id).members(user)).toMatchObject([{ role: "owner" }]);
  });

  it("[D64] is done once, however often the same request comes", async () => {
    const payload = payloadOf(newPerson(), newChannel(), 2, note("new", "Once"));
    const body = JSON.stringify(payload);
    const headers = await headersFor(body);
    const answers = await Promise.all([post(body, headers), post(body, headers), post(body, headers)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    await chat.last("edit");
    await scheduler.wait(500);
    await post(body, headers);
    await scheduler.wait(500);
    expect(chat.of("edit")).toHaveLength(1);
  });

  it("[D63] takes a title of any kind", async () => {
    const title = `\u202E**x** <@1> @everyone ${"y".repeat(10_000)}`;
    const { card } = await beginIn(chat, newPerson(), newChannel(), title);
    expect(card.words.length).toBeLessThan(400);
    expect(card.words).not.toMatch(/(?<!\\)[*_~`|[\]<@]|\u202E/u);
  });

  it("[D65] is held to a rate that nobody types at", async () => {
    const [ana, channel] = [newPerson("Ana"), newChannel()];
    const answers = [];
    for (let count = 0; count < 12; count += 1)
      answers.push((await ask(payloadOf(ana, channel, 2, note("new", "x"))))?.type);
    expect(answers).toContain(4);
    expect(answers.filter((type) => type === 5).length).toBeLessThanOrEqual(11);
    expect((await ask(payloadOf(newPerson("Mo"), channel, 2, note("new", "x"))))?.type).toBe(5);
    await scheduler.wait(1500);
  });

  it.each([
    ["401", () => json({ message: "Invalid Webhook Token", code: 50_027 }, 401)],
    ["403", () => json({ message: "Missing Access", code: 50_001 }, 403)],
    ["404", () => json({ message: "Unknown Webhook", code: 10_015 }, 404)],
    ["429", () => json({ retry_after: 60 }, 429, { "Retry-After": "60" })],
    ["429 of the edge", () => new Response("error code: 1015", { status: 429 })],
    ["500", () => new Response("upstream", { status: 500 })],
    ["something else", () => new Response("<html>", { status: 200 })],
  ])("[D79] has begun the note though Discord answers %s, and the log holds no secret", async (_, fault) => {
    const lines: string[] = [];
    vi.spyOn(console, "error").mockImplementation((line: unknown) => void lines.push(String(line)));
    chat.fail("edit", fault);
    const [ana, channel] = [newPerson("Ana"), newChannel()];
    const payload = payloadOf(ana, channel, 2, note("new", "Secret words"));
    expect((await ask(payload))?.type).toBe(5);
    await chat.last("edit");
    await knownNotes(channel, 1);
    expect((await space(channel).notes("secret", 5)).map(({ title }) => title)).toEqual(["Secret words"]);
    for (const secret of [payload.token, "Secret words", ana.id]) expect(lines.join("\n")).not.toContain(secret);
  });

  it("[D80] shows the note though Discord deals with the answer later than with the change", async () => {
    const payload = payloadOf(newPerson("Ana"), newChannel(), 2, note("new", "Early"));
    const changes = () => chat.of("edit").filter(({ token }) => token === payload.token);
    chat.fail("edit", () => json({ message: "Unknown Webhook", code: 10_015 }, 404));
    expect((await ask(payload))?.type).toBe(5);
    await vi.waitFor(() => expect(changes()).toHaveLength(1), SOON);
    chat.fail("edit", null);
    await vi.waitFor(() => expect(changes()).toHaveLength(2), SOON);
    expect(changes().map((change) => cardIn(change).words)).toEqual(["### Early", "### Early"]);
  });

  it("[D79] has begun the note though Discord never answers", async () => {
    chat.fail("edit", HANGS);
    const channel = newChannel();
    expect((await ask(payloadOf(newPerson(), channel, 2, note("new", "Hung"))))?.type).toBe(5);
    await knownNotes(channel, 1);
  });
});

describe("a message's menu", () => {
  const menu = (content: string, author: unknown = newPerson("Mo")) => ({
    id: "1",
    name: "Turn into note",
    type: 3,
    target_id: "77",
    resolved: { messages: { "77": { id: "77", content, author, mentions: [], embeds: [], attachments: [] } } },
  });

  it("[D67] makes a note of the message", async () => {
    const channel = newChannel();
    expect((await ask(payloadOf(newPerson(), channel, 2, menu("Shopping\n- [ ] tea\n- [ ] milk"))))?.type).toBe(5);
    const card = cardIn(await chat.last("edit"));
    expect(card.words).toBe("### Shopping\n0 of 2 done. Next: tea");
    expect(await textOf(noteIn(card), channel)).toBe("Shopping\n- [ ] tea\n- [ ] milk\n\n— Mo, in Discord\n");
  });

  it("[D67] says so where there are no words", async () => {
    expect(await wordsFor(payloadOf(newPerson(), newChannel(), 2, menu(" ")))).toMatch(/no words/);
    expect(chat.told).toEqual([]);
  });

  it.each([
    ["no message", { ...menu("x"), resolved: {} }],
    ["another message", { ...menu("x"), target_id: "78" }],
    ["a message of another form", { ...menu("x"), resolved: { messages: { "77": { content: 5 } } } }],
    ["an author of another form", menu("x", { id: "no snowflake" })],
  ])("[D66] answers %s with words alone", async (_, data) => {
    expect(await wordsFor(payloadOf(newPerson(), newChannel(), 2, data))).toMatch(/does not know/);
  });
});

describe("opening", () => {
  it("[D66] by the entry point launches the Activity", async () => {
    expect(await ask(payloadOf(newPerson(), newChannel(), 2, { id: "1", name: "launch", type: 4 }))).toEqual({
      type: 12,
    });
  });

  it("[D68] by a button brings whoever pressed to the note, and whoever comes to the same instance", async () => {
    const [ana, mo, eve, channel] = [newPerson("Ana"), newPerson("Mo"), newPerson("Eve"), newChannel()];
    const first = await beginIn(chat, ana, channel, "First");
    await beginIn(chat, ana, channel, "Second");
    chat.instance = instanceIn(channel);
    expect(await ask(press(chat, mo, channel, first.messageId, `open:${first.id}`))).toBeNull();
    const { body, headers } = await chat.last("callback");
    expect(body).toEqual({ type: 12 });
    expect(headers.get("Authorization")).toBeNull();
    expect(await targetOf(mo, channel, instanceIn(channel))).toBe(first.id);
    const bound = chat.instance;
    await vi.waitFor(async () => expect(await targetOf(eve, channel, bound)).toBe(first.id), SOON);
  });

  it.each<[string, string | null]>([
    ["does not say which instance", null],
    ["names an instance that can't be one", "i-1/../2"],
  ])("[D68] holds for whoever pressed though Discord %s", async (_, instance) => {
    const [ana, mo, channel] = [newPerson("Ana"), newPerson("Mo"), newChannel()];
    const { id, messageId } = await beginIn(chat, ana, channel);
    chat.instance = instance;
    expect(await ask(press(chat, mo, channel, messageId, `open:${id}`))).toBeNull();
    expect(await targetOf(mo, channel, instanceIn(channel))).toBe(id);
  });

  it.each([
    ["refuses", () => json({ message: "Unknown interaction", code: 10_062 }, 404)],
    ["is away", () => new Response("no", { status: 503 })],
    ["never answers", HANGS],
    ["wants to be left alone", () => json({ retry_after: 9 }, 429)],
  ])("[D68] is asked by the answer itself where Discord's callback %s", async (_, fault) => {
    const [ana, channel] = [newPerson("Ana"), newChannel()];
    const { id, messageId } = await beginIn(chat, ana, channel);
    chat.fail("callback", fault);
    const startedMs = Date.now();
    expect(await ask(press(chat, ana, channel, messageId, `open:${id}`))).toEqual({ type: 12 });
    expect(Date.now() - startedMs).toBeLessThan(2900);
    expect(await targetOf(ana, channel, instanceIn(channel))).toBe(id);
  });

  it("[D68] by its name, or by what was suggested", async () => {
    const [ana, channel] = [newPerson("Ana"), newChannel()];
    const [tea, team] = [await beginIn(chat, ana, channel, "Tea"), await beginIn(chat, ana, channel, "Tea and cake")];
    await knownNotes(channel, 2);
    expect(await ask(payloadOf(ana, channel, 2, note("open", team.id)))).toBeNull();
    expect(await targetOf(ana, channel, instanceIn(channel))).toBe(team.id);
    expect(await ask(payloadOf(ana, channel, 2, note("open", " TEA ")))).toBeNull();
    expect(await targetOf(ana, channel, instanceIn(channel))).toBe(tea.id);
    expect(await wordsFor(payloadOf(ana, channel, 2, note("open", "coffee")))).toMatch(/called that/);
    const offered = await ask(payloadOf(ana, channel, 2, note("open", "te")));
    expect([offered?.type, offered?.data?.["flags"]]).toEqual([4, 64]);
    expect(JSON.stringify(offered?.data)).toContain(`open:${tea.id}`);
  });
});

describe("finding", () => {
  it("[D68] suggests the notes of the channel and no others", async () => {
    const [ana, channel, elsewhere] = [newPerson("Ana"), newChannel(), newChannel()];
    const { id } = await beginIn(chat, ana, channel, "Tea here");
    await beginIn(chat, ana, elsewhere, "Tea elsewhere");
    await knownNotes(channel, 1);
    await knownNotes(elsewhere, 1);
    const choicesFor = async (subcommand: string, words: string) =>
      (await ask(payloadOf(ana, channel, 4, note(subcommand, words))))?.data;
    const found = { choices: [{ name: "Tea here", value: id }] };
    expect(await choicesFor("open", "")).toEqual(found);
    expect(await choicesFor("search", "tea")).toEqual(found);
    expect(await choicesFor("search", "elsewhere")).toEqual({ choices: [] });
    expect(await choicesFor("search", "x".repeat(6000))).toEqual({ choices: [] });
    expect((await ask(payloadOf(ana, newChannel(), 4, note("open", ""))))?.data).toEqual({ choices: [] });
  });

  it("[D68] shows the note that was found", async () => {
    const [ana, channel] = [newPerson("Ana"), newChannel()];
    const { id } = await beginIn(chat, ana, channel, "Tea");
    expect((await ask(payloadOf(ana, channel, 2, note("search", id))))?.type).toBe(5);
    const card = cardIn(await chat.last("edit", 2));
    expect([card.words, noteIn(card)]).toEqual(["### Tea", id]);
  });
});

describe("what is not the channel's", () => {
  it("[D71] is answered like what was never there, by every command and button", async () => {
    const ana = await newGuest("Ana");
    const { id } = await newNote(ana, "# Quite private\n- [ ] never told");
    const unknown = "AAAAAAAAAAAAAAAAAAAAAA";
    const channel = newChannel();
    const told = async (noteId: string): Promise<unknown> => {
      const mo = newPerson("Mo");
      const words = [
        await wordsFor(payloadOf(mo, channel, 2, note("open", noteId))),
        await wordsFor(payloadOf(mo, channel, 2, note("search", noteId))),
        await wordsFor(press(chat, mo, channel, newSnowflake(), `open:${noteId}`)),
      ];
      const counts = [chat.of("edit").length, chat.of("follow").length] as const;
      expect((await ask(press(chat, mo, channel, newSnowflake(), `refresh:${noteId}`)))?.type).toBe(6);
      const refreshed = await chat.last("edit", counts[0] + 1);
      expect((await ask(press(chat, mo, channel, newSnowflake(), `tick:${noteId}`)))?.type).toBe(6);
      const followed = await chat.last("follow", counts[1] + 1);
      const ticked = await chat.last("edit", counts[0] + 2);
      const pictures = [refreshed, ticked].map(({ picture }) => [...(picture ?? [])].join());
      return JSON.stringify([words, refreshed.body, ticked.body, followed.body, pictures]).replaceAll(noteId, "<note>");
    };
    const [foreign, missing] = [await told(id), await told(unknown)];
    expect(foreign).toBe(missing);
    expect(foreign).not.toMatch(/private|told|Ana/);
    expect(chat.of("callback")).toEqual([]);
    const owner = { user: userPrincipal(ana.userId), linkId: null, secret: null };
    expect(await noteObject(env, id).readText(owner, [])).toMatchObject({ text: "# Quite private\n- [ ] never told" });
  });
});

describe("what this version does not know", () => {
  it.each<[string, number, unknown]>([
    ["a command", 2, { id: "1", name: "dance", type: 1 }],
    ["a subcommand", 2, note("dance")],
    ["a command without data", 2, undefined],
    ["a button", 3, { component_type: 2, custom_id: "dance:AAAAAAAAAAAAAAAAAAAAAA" }],
    ["a button of 10 000 characters", 3, { component_type: 2, custom_id: `open:${"A".repeat(10_000)}` }],
    ["a button without a name", 3, { component_type: 2 }],
    ["a form", 5, { custom_id: "x", components: [] }],
    ["an interaction of a type to come", 99, {}],
    ["options of another form", 2, { name: "note", options: "x" }],
  ])("[D66] %s is answered in words, for one person", async (_, type, data) => {
    expect(await wordsFor(payloadOf(newPerson(), newChannel(), type, data))).toMatch(/does not know/);
    expect(chat.told).toEqual([]);
  });

  it("[D66] is nothing where it is suggested", async () => {
    const answer = await ask(payloadOf(newPerson(), newChannel(), 4, { name: "dance", options: 5 }));
    expect(answer).toEqual({ type: 8, data: { choices: [] } });
  });
});
