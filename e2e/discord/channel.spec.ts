// Reed in the channel itself: commands, cards and their buttons, pressed where people press them.
import { exec } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { expect, type Locator, type Page, test } from "@playwright/test";
import type { Act, Interacted } from "../../scripts/discord/interactions.ts";
import { type Message, within } from "../../scripts/discord/message-shape.ts";
import { ROOT } from "../../scripts/root.ts";
import { NoteScreen } from "../screens/note-screen.ts";
import { activityOf, openHost } from "./open.ts";
import { type ReedInDiscord, startReedInDiscord } from "./reed-in-discord.ts";

/** A card in a channel changes at most once a minute. */
const CARD_FOLLOWS_MS = 90_000;

let reed: ReedInDiscord;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  reed = await startReedInDiscord();
  // As the README says, but for where Discord is.
  const command = /^ *DISCORD_APPLICATION_ID=… DISCORD_BOT_TOKEN=… (npm run \S+)$/m.exec(
    readFileSync(path.join(ROOT, "README.md"), "utf8"),
  )?.[1];
  expect(command, "README.md says how commands are registered").toBeDefined();
  const env = { ...process.env, ...reed.discord.variables() };
  await promisify(exec)(command ?? "", { cwd: ROOT, env });
  expect(reed.discord.state.commands.map(({ name }) => name)).toEqual(["launch", "note", "Turn into note"]);
});

test.afterAll(async () => {
  expect(reed.discord.violations, "what was not asked as Discord documents it").toEqual([]);
  await reed.stop();
});

async function say(page: Page, line: string): Promise<void> {
  const message = page.getByRole("textbox", { name: "Message" });
  await message.fill(line);
  await message.press("Enter");
}

function subcommand(name: string, option: string, value: string): Act {
  return {
    type: "command",
    name: "note",
    options: [{ name, type: 1, options: [{ name: option, type: 3, value }] }],
  };
}

/** Every text of a message, in order. */
function wordsOf({ components }: Message): string {
  return components
    .flatMap(within)
    .flatMap(({ content }) => (typeof content === "string" ? [content] : []))
    .join("\n");
}

function buttonsOf({ components }: Message): readonly string[] {
  return components.flatMap(within).flatMap(({ custom_id: id }) => (typeof id === "string" ? [id] : []));
}

function buttonOf(message: Message, action: string): string {
  const found = buttonsOf(message).find((id) => id.startsWith(`${action}:`));
  if (found === undefined) throw new Error(`no button to ${action}`);
  return found;
}

/** The newest message in the channel. */
function newest(page: Page): Locator {
  return page.getByRole("list", { name: "Messages" }).getByRole("listitem").last();
}

async function expectPicture(card: Locator): Promise<void> {
  const picture = card.getByRole("img");
  await expect(picture).toBeVisible();
  await expect
    .poll(() => picture.evaluate((img) => (img instanceof HTMLImageElement ? img.naturalWidth : 0)))
    .toBe(1200);
}

test("/note makes a note whose card has a picture, opens it, ticks a task, and follows what is written", async ({
  page,
}) => {
  test.setTimeout(CARD_FOLLOWS_MS + 60_000);
  await openHost(page, reed.discord, { users: ["ann"], channel: "kyoto" });
  await say(page, "/note new Trip to Kyoto");
  const card = newest(page);
  await expect(card).toContainText("Trip to Kyoto");
  await expectPicture(card);

  await card.getByRole("button", { name: "Open note" }).click();
  const ann = new NoteScreen(page, activityOf(page, "ann"));
  await expect(ann.editor).toContainText("Trip to Kyoto");
  await ann.write("\n\n- [ ] tickets\n[ ] pyjamas");
  await ann.expectSaved();

  await card.getByRole("button", { name: "Refresh" }).click();
  await expect(card).toContainText("0 of 2");
  await card.getByRole("button", { name: /^Tick/ }).click();
  await expect(card).toContainText("1 of 2");
  await expect(ann.editor.getByRole("checkbox").first()).toBeChecked();

  await ann.write("\n[ ] umbrella");
  await ann.expectSaved();
  await expect(card, "it changes by itself").toContainText("1 of 3", { timeout: CARD_FOLLOWS_MS });
  await expectPicture(card);
});

test("a message becomes a note, and a note of the channel is found by what it is called", async ({ page }) => {
  await openHost(page, reed.discord, { users: ["bob"], channel: "kitchen" });
  await say(page, "Buy bread <b>and</b> olives @everyone");
  await newest(page).getByRole("button", { name: "Turn into note" }).click();
  const card = newest(page);
  await expect(card).toContainText("Buy bread");
  await expectPicture(card);

  const [bob, kitchen] = [reed.discord.user("bob"), reed.discord.channel("kitchen")];
  const option = { name: "note", type: 3, value: "olives", focused: true };
  const asked = { user: bob, channel: kitchen } as const;
  const suggest = () =>
    reed.discord.interact({
      ...asked,
      act: { type: "autocomplete", name: "note", options: [{ name: "open", type: 1, options: [option] }] },
    });
  await expect.poll(async () => JSON.stringify((await suggest()).body), { timeout: 15_000 }).toContain("Buy bread");
  const elsewhere = { user: bob, channel: reed.discord.channel("attic") };
  const none = await reed.discord.interact({
    ...elsewhere,
    act: { type: "autocomplete", name: "note", options: [{ name: "open", type: 1, options: [option] }] },
  });
  expect(JSON.stringify(none.body)).not.toContain("Buy bread");
});

test("a request that Discord did not sign is refused, whatever it asks", async () => {
  const [user, channel] = [reed.discord.user("eve"), reed.discord.channel("kyoto")];
  const act = { type: "ping" } as const;
  expect((await reed.discord.interact({ user, channel, act })).body).toEqual({ type: 1 });
  const refusals = [
    { sign: { seed: new Uint8Array(32).fill(1) } },
    { sign: { timestamp: String(Math.floor(Date.now() / 1000) - 3600) } },
    { headers: null },
  ];
  for (const refusal of refusals)
    expect((await reed.discord.interact({ user, channel, act, ...refusal })).status).toBe(401);
});

test("a card is ticked by anybody in the channel, opened, found, and says no more when the note is gone", async () => {
  const { discord, url } = reed;
  const [ann, bob] = [discord.user("ann"), discord.user("bob")];
  const channel = discord.channel("commands");
  const act = (user: typeof ann, given: Act): Promise<Interacted> => discord.interact({ act: given, user, channel });
  const last = (): Message => {
    const message = discord.messages(channel).at(-1);
    if (message === undefined) throw new Error("no message");
    return message;
  };

  const said = discord.say(bob, channel, "# Shopping\n- [ ] tea\n- [x] milk\n- [ ] bread");
  await act(ann, { type: "menu", name: "Turn into note", messageId: said.id });
  await expect.poll(() => wordsOf(last())).toBe("### Shopping\n1 of 3 done. Next: tea");
  const picture = discord.file(last().attachments[0]?.url ?? "");
  expect(Buffer.from(picture?.slice(1, 4) ?? []).toString()).toBe("PNG");

  await act(bob, { type: "button", messageId: last().id, customId: buttonOf(last(), "tick") });
  await expect.poll(() => wordsOf(last())).toBe("### Shopping\n2 of 3 done. Next: bread");

  const noteId = buttonOf(last(), "open").slice("open:".length);
  const opened = await act(bob, { type: "button", messageId: last().id, customId: buttonOf(last(), "open") });
  expect(opened.status).toBe(202);
  const instanceId = discord.state.instanceOf(channel.id)?.id ?? "";
  const tokenOf = async (code: string): Promise<string> => {
    const session = await fetch(`${url}/api/discord/session`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ code, instanceId }),
    });
    const body: unknown = await session.json();
    return typeof body === "object" && body !== null && "accessToken" in body ? String(body.accessToken) : "";
  };
  const bobs = await tokenOf(discord.code(bob));
  const space = await fetch(`${url}/api/space`, { headers: { Authorization: `Bearer ${bobs}` } });
  expect(await space.json()).toMatchObject({
    target: noteId,
    notes: [{ id: noteId, title: "Shopping", role: "editor" }],
  });

  const typed = { name: "open", type: 1, options: [{ name: "note", type: 3, value: "shop", focused: true }] };
  const suggested = await act(bob, { type: "autocomplete", name: "note", options: [typed] });
  expect(suggested.body).toEqual({ type: 8, data: { choices: [{ name: "Shopping", value: noteId }] } });
  await act(bob, subcommand("search", "words", "shopping"));
  await expect.poll(() => wordsOf(last())).toMatch(/^### Shopping\n/);
  const [shown] = discord.messages(channel).filter((message) => buttonsOf(message).length > 0);

  discord.join(ann, channel);
  const anns = await tokenOf(discord.code(ann));
  const trashed = await fetch(`${url}/api/notes/${noteId}`, {
    method: "DELETE",
    headers: { Authorization: `Bearer ${anns}` },
  });
  expect(trashed.status).toBe(204);
  const now = (): readonly string[] =>
    discord.messages(channel).flatMap((message) => (message.components.length > 0 ? [wordsOf(message)] : []));
  await expect.poll(now).toEqual([expect.stringMatching(/not available/), expect.stringMatching(/not available/)]);
  expect(shown?.id).toBe(discord.messages(channel).find((message) => buttonsOf(message).length > 0)?.id);
  expect(discord.violations).toEqual([]);
});
