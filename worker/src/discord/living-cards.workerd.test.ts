// Messages that show a note, in a channel that may do more or less with it, from the button to what Discord is told.
import { env } from "cloudflare:workers";
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { type Principal, userPrincipal } from "@reed/log";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { noticePicture } from "../card/picture.ts";
import { tagOf } from "../card/revision.ts";
import { userOfIdentity } from "../identity/identities.ts";
import type { ChannelRole } from "../note/rpc.ts";
import { noteObject } from "../routes/note-address.ts";
import { api, type Guest, join, newGuest, newNote, type OwnedNote, SOON, startWorld } from "../world.test-support.ts";
import { json, newSnowflake } from "./fake-discord.test-support.ts";
import {
  ask,
  cardIn,
  type Channel,
  FakeChat,
  HANGS,
  newChannel,
  newPerson,
  note,
  payloadOf,
  press,
  principalOf,
  type Told,
} from "./interactions/interactions.test-support.ts";

let chat: FakeChat;

beforeAll(startWorld);
beforeEach(() => {
  chat = FakeChat.stub();
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const TEXT = "# Trip\n- [x] book\n- [ ] pack\n- [ ] go";

interface Scene extends OwnedNote {
  readonly ana: Guest;
  readonly channel: Channel;
}

/** A note of Ana's that a channel has in a role. */
async function sharedNote(text = TEXT, role: ChannelRole | null = "editor"): Promise<Scene> {
  const ana = await newGuest("Ana");
  const channel = newChannel();
  const made = await newNote(ana, text);
  if (role !== null) await noteObject(env, made.id).putChannel(ownerOf({ ana, channel }), role);
  return { ...made, ana, channel };
}

function ownerOf({ ana, channel }: Pick<Scene, "ana" | "channel">) {
  return { id: ana.userId, name: "Ana", principal: userPrincipal(ana.userId), channelId: channel.id };
}

async function pressIn({ id, channel }: Scene, action: string, messageId = newSnowflake()) {
  const payload = press(chat, newPerson("Mo"), channel, messageId, `${action}:${id}`);
  expect((await ask(payload))?.type).toBe(6);
  return { token: payload.token, messageId };
}

/** A message that shows the note, and lives. */
async function shownNote(scene: Scene) {
  const count = chat.of("edit").length;
  const pressed = await pressIn(scene, "refresh");
  const told = await chat.last("edit", count + 1);
  await vi.waitFor(async () => expect(await rowsOf(scene)).toHaveLength(1), SOON);
  return { ...pressed, told };
}

/** Which of the pictures it is that every note shares; null: one of its own. */
async function noticeIn({ picture }: Told): Promise<string | null> {
  const tag = await tagOf(picture ?? "");
  for (const notice of ["shared", "unavailable", "fallback", "sealed"] as const)
    if ((await tagOf(noticePicture(notice))) === tag) return notice;
  return null;
}

function rowsOf({ id }: Scene): Promise<readonly Record<string, unknown>[]> {
  return runInDurableObject(noteObject(env, id), (_, { storage }) =>
    [...storage.sql.exec<Record<string, SqlStorageValue>>("SELECT * FROM living_cards")].map((row) => ({
      ...row,
      token: row["token"] instanceof ArrayBuffer ? new TextDecoder("latin1").decode(row["token"]) : null,
    })),
  );
}

/** As if all that was a minute ago. */
async function laterOn({ id }: Scene): Promise<void> {
  await runInDurableObject(noteObject(env, id), (_, { storage }) => {
    storage.sql.exec("UPDATE living_cards SET edited_ms = edited_ms - 60000");
  });
}

function patch({ ana, id }: Scene, path: string, method: string, body?: unknown): Promise<Response> {
  const headers = { Authorization: `Bearer ${ana.token}`, "Content-Type": "application/json" };
  return api(`/api/notes/${id}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function textOf({ ana, id }: Scene): Promise<string> {
  const actor = { user: userPrincipal(ana.userId), linkId: null, secret: null };
  const read = await noteObject(env, id).readText(actor, []);
  return "type" in read && read.type === "text" ? read.text : "";
}

async function lastAttribution({ id }: Scene): Promise<{ readonly by: Principal | null; readonly via: string | null }> {
  const { decodeAttributed, decodeDataBody, decodeOp } = await import("@reed/log");
  const { sha256 } = await import("../host/ports.ts");
  const envelope = await runInDurableObject(noteObject(env, id), (_, { storage }) => {
    const [row] = storage.sql.exec<{ envelope: ArrayBuffer }>("SELECT envelope FROM log ORDER BY seq DESC LIMIT 1");
    return row?.envelope ?? new ArrayBuffer();
  });
  const { attribution } = decodeAttributed(decodeDataBody(decodeOp(new Uint8Array(envelope), sha256).body).payload);
  return attribution;
}

describe("the button to tick", () => {
  it("[D74] ticks the next open task for the channel and shows what is left", async () => {
    const scene = await sharedNote();
    await pressIn(scene, "tick");
    expect(cardIn(await chat.last("edit")).words).toBe("### Trip\n2 of 3 done. Next: go");
    expect(await textOf(scene)).toBe(TEXT.replace("[ ] pack", "[x] pack"));
    expect(await lastAttribution(scene)).toEqual({ by: principalOf(scene.channel), via: "discord", session: null });
    await pressIn(scene, "tick");
    const { words, buttons } = cardIn(await chat.last("edit", 2));
    expect(words).toBe("### Trip\nAll 3 done");
    expect(buttons.some((button) => button.startsWith("tick"))).toBe(false);
    await pressIn(scene, "tick");
    expect((await chat.last("follow")).body).toMatchObject({ content: "Every task is done.", flags: 64 });
    expect(await textOf(scene)).toBe(TEXT.replaceAll("[ ]", "[x]"));
  });

  it("[D74] merges with what somebody types at the same moment", async () => {
    const scene = await sharedNote("- [ ] pack");
    const wire = await join(scene.ana, scene.id);
    await wire.enrol(scene.ana.certificate);
    await Promise.all([wire.type(" and go"), pressIn(scene, "tick")]);
    await chat.last("edit");
    expect(await textOf(scene)).toBe("- [x] pack and go");
  });

  it("[D74] ticks two tasks for two who press at once, and one for one request that comes twice", async () => {
    const scene = await sharedNote();
    const payload = press(chat, newPerson(), scene.channel, newSnowflake(), `tick:${scene.id}`);
    await Promise.all([ask(payload), ask(payload)]);
    await chat.last("edit");
    await scheduler.wait(500);
    expect(await textOf(scene)).toBe(TEXT.replace("[ ] pack", "[x] pack"));
    const many = await sharedNote("- [ ] a\n- [ ] b\n- [ ] c");
    await Promise.all([pressIn(many, "tick"), pressIn(many, "tick")]);
    await chat.last("edit", 3);
    expect(await textOf(many)).toBe("- [x] a\n- [x] b\n- [ ] c");
  });

  it.each<[string, ChannelRole | null, Record<string, unknown> | null, RegExp]>([
    ["may only read", "viewer", null, /may read the note and not change it/],
    ["has nothing to do with the note", null, null, /not shared with this channel/],
    ["writes in a note that its owner has locked", "editor", { locked: true }, /locked/],
  ])("[D74] changes nothing for a channel that %s", async (_, role, settings, words) => {
    const scene = await sharedNote(TEXT, role);
    if (settings !== null) expect((await patch(scene, "/settings", "PATCH", settings)).status).toBe(200);
    await pressIn(scene, "tick");
    expect((await chat.last("follow")).body).toMatchObject({ content: expect.stringMatching(words), flags: 64 });
    expect(cardIn(await chat.last("edit")).buttons.some((button) => button.startsWith("tick"))).toBe(false);
    expect(await textOf(scene)).toBe(TEXT);
  });
});

it("[D74] a person whom the note's owner has blocked ticks nothing, by whatever channel", async () => {
  const scene = await sharedNote();
  const mo = newPerson("Mo");
  const identity = { provider: "discord", subject: mo.id } as const;
  const { user } = await userOfIdentity(env.PLATFORM, identity, "Mo", Date.now());
  await noteObject(env, scene.id).block(ownerOf(scene), { kind: "user", id: user.id });
  await ask(press(chat, mo, scene.channel, newSnowflake(), `tick:${scene.id}`));
  expect((await chat.last("follow")).body).toMatchObject({ content: expect.stringMatching(/not shared/), flags: 64 });
  expect(await textOf(scene)).toBe(TEXT);
});

describe("what a message shows", () => {
  it.each<[string, string, RegExp]>([
    ["content", "### Trip\n1 of 3 done. Next: pack", /^open.*tick.*refresh/],
    ["title", "### Trip", /^open.*refresh/],
    ["nothing", "### A shared note\nOpen it to read it in Reed.", /^open.*refresh/],
  ])("[D71] goes as far as the preview level %s", async (preview, words, buttons) => {
    const scene = await sharedNote();
    expect((await patch(scene, "/settings", "PATCH", { preview })).status).toBe(200);
    const { told } = await shownNote(scene);
    const card = cardIn(told);
    expect(card.words).toBe(words);
    expect(card.buttons.join(" ")).toMatch(buttons);
    if (preview !== "content") expect(JSON.stringify(told.body)).not.toMatch(/pack|book|tick:/);
    expect(await noticeIn(told)).toBe(preview === "nothing" ? "shared" : null);
  });

  it("[D73] has the note's picture with it, which is Reed's own", async () => {
    const { told } = await shownNote(await sharedNote());
    const picture = told.picture ?? new Uint8Array();
    expect(picture.length).toBeGreaterThan(5000);
    expect(picture.length).toBeLessThan(300 * 1024);
    expect(await noticeIn(told)).toBeNull();
    expect(told.headers.get("Authorization")).toBeNull();
  });

  it("[D70] names whoever has just written, and nobody who only called", async () => {
    const scene = await sharedNote("Tea");
    const wire = await join(scene.ana, scene.id);
    await wire.enrol(scene.ana.certificate);
    await pressIn(scene, "refresh");
    expect(cardIn(await chat.last("edit")).words).toBe("### Tea");
    await wire.type(" for two");
    await pressIn(scene, "refresh");
    expect(cardIn(await chat.last("edit", 2)).words).toBe("### Tea for two\n-# Ana is writing");
  });

  it("[D71] is neutral for a channel that the note is not shared with", async () => {
    const scene = await sharedNote(TEXT, null);
    const { told } = await shownNote(scene);
    expect(cardIn(told).words).toMatch(/^### This note is not available/);
    expect(await noticeIn(told)).toBe("unavailable");
    expect(JSON.stringify(told.body)).not.toMatch(/Trip|pack|Ana/);
  });
});

describe("a message that lives", () => {
  it("[D75] keeps its token sealed, and is the one row of its message however often it is renewed", async () => {
    const scene = await sharedNote();
    const { token, messageId } = await shownNote(scene);
    const [before] = await rowsOf(scene);
    expect(before?.["token"]).not.toContain(token);
    expect(JSON.stringify(before)).not.toContain(token);
    await pressIn(scene, "refresh", messageId);
    await chat.last("edit", 2);
    await vi.waitFor(async () => {
      const rows = await rowsOf(scene);
      expect(rows).toHaveLength(1);
      expect(rows[0]?.["token"]).not.toEqual(before?.["token"]);
      expect(rows[0]?.["until_ms"]).toBeGreaterThan(Number(before?.["until_ms"]));
    }, SOON);
  });

  it("[D76] changes when the note does, by the token that it was made with", async () => {
    const scene = await sharedNote();
    const { token } = await shownNote(scene);
    await laterOn(scene);
    const actor = { user: userPrincipal(scene.ana.userId), linkId: null, secret: null };
    await noteObject(env, scene.id).writeText(actor, { type: "append", text: "- [ ] sleep", ifSeqs: null });
    await vi.waitFor(
      async () => {
        await laterOn(scene);
        await runDurableObjectAlarm(noteObject(env, scene.id));
        expect(chat.of("edit").length).toBeGreaterThanOrEqual(2);
      },
      { timeout: 10_000, interval: 300 },
    );
    const told = chat.of("edit")[1];
    if (told === undefined) throw new Error("not told");
    expect(told.token).toBe(token);
    expect(cardIn(told).words).toBe("### Trip\n1 of 4 done. Next: pack");
  });

  it.each<[string, (scene: Scene) => Promise<unknown>]>([
    ["the channel loses the note", (scene) => noteObject(env, scene.id).removeChannel(ownerOf(scene))],
    ["the note goes to the trash", (scene) => patch(scene, "", "DELETE")],
    ["the note is removed for good", (scene) => noteObject(env, scene.id).purgeByOperator()],
  ])("[D78] is neutral at once where %s", async (_, lose) => {
    const scene = await sharedNote();
    const { token } = await shownNote(scene);
    const startedMs = Date.now();
    await lose(scene);
    const told = await chat.last("edit", 2);
    expect(Date.now() - startedMs).toBeLessThan(5000);
    expect(told.token).toBe(token);
    expect(cardIn(told).words).toMatch(/^### This note is not available/);
    expect(JSON.stringify(told.body)).not.toMatch(/Trip|pack|Ana/);
    expect(await noticeIn(told)).toBe("unavailable");
  });

  it("[D78] shows less at once where the preview shows less", async () => {
    const scene = await sharedNote();
    await shownNote(scene);
    await patch(scene, "/settings", "PATCH", { preview: "nothing" });
    expect(cardIn(await chat.last("edit", 2)).words).toMatch(/^### A shared note/);
  });

  it.each<[string, () => Response | Promise<Response>, number]>([
    ["401", () => json({ code: 50_027 }, 401), 0],
    ["403", () => json({ code: 50_001 }, 403), 0],
    ["404", () => json({ code: 10_008 }, 404), 0],
    ["429", () => json({ retry_after: 70 }, 429, { "Retry-After": "70" }), 1],
    ["429 without a time", () => new Response("error code: 1015", { status: 429 }), 1],
    ["502", () => new Response("bad gateway", { status: 502 }), 1],
    ["nothing", HANGS, 1],
  ])("[D79] is given up or tried again later where Discord answers %s", async (_, fault, left) => {
    const lines: string[] = [];
    vi.spyOn(console, "error").mockImplementation((line: unknown) => void lines.push(String(line)));
    const scene = await sharedNote();
    const { token } = await shownNote(scene);
    chat.fail("edit", fault);
    await noteObject(env, scene.id).removeChannel(ownerOf(scene));
    await vi.waitFor(
      async () => {
        await runDurableObjectAlarm(noteObject(env, scene.id));
        const rows = await rowsOf(scene);
        expect(rows).toHaveLength(left);
        for (const row of rows) expect(Number(row["next_ms"])).toBeGreaterThan(Date.now() + 30_000);
      },
      { timeout: 15_000, interval: 300 },
    );
    expect(chat.of("edit").length).toBeGreaterThanOrEqual(2);
    expect(lines.join("\n")).not.toContain(token);
  });

  it("[D75] ends where what sealed its token is gone", async () => {
    const scene = await sharedNote();
    await shownNote(scene);
    await runInDurableObject(noteObject(env, scene.id), (_, { storage }) => {
      storage.sql.exec("UPDATE living_cards SET token = ?", new Uint8Array(60));
    });
    await noteObject(env, scene.id).removeChannel(ownerOf(scene));
    await vi.waitFor(
      async () => {
        await runDurableObjectAlarm(noteObject(env, scene.id));
        expect(await rowsOf(scene)).toEqual([]);
      },
      { timeout: 10_000 },
    );
    expect(chat.of("edit")).toHaveLength(1);
  });
});

describe("a message of a command", () => {
  it("[D75] lives like every other", async () => {
    const [mo, channel] = [newPerson("Mo"), newChannel()];
    const payload = payloadOf(mo, channel, 2, note("new", "Tea"));
    await ask(payload);
    const { buttons } = cardIn(await chat.last("edit"));
    const id = buttons[0]?.slice("open:".length) ?? "";
    const found = env.NOTE.get(env.NOTE.idFromName(id));
    await vi.waitFor(async () => {
      const rows = await runInDurableObject(found, (_, { storage }) => [
        ...storage.sql.exec("SELECT * FROM living_cards"),
      ]);
      expect(rows).toMatchObject([
        { message_id: chat.messageOf(payload.token), channel: `channel:${channel.id}`, exposure: 2 },
      ]);
    }, SOON);
  });
});
