// Reed as an activity: the real SDK, under Discord's policy, in a Discord on this machine.
import { type Browser, expect, type Page, test } from "@playwright/test";
import type { HostFaults } from "../../scripts/discord/host/host-options.ts";
import { NoteScreen } from "../screens/note-screen.ts";
import { activityOf } from "./open.ts";
import { launch, type ReedInDiscord, startReedInDiscord } from "./reed-in-discord.ts";

let reed: ReedInDiscord;
let complaints: string[];
let channels = 0;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  reed = await startReedInDiscord();
});

test.afterAll(async () => {
  await reed.stop();
});

test.beforeEach(() => {
  complaints = [];
});

test.afterEach(() => {
  reed.discord.heal();
  expect(complaints, "what the browser refused or broke").toEqual([]);
});

/** Every test is in a channel of its own. */
function newChannel(): string {
  channels += 1;
  return `room-${test.info().workerIndex}-${channels}`;
}

async function newPage(browser: Browser): Promise<Page> {
  const page = await (await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"] })).newPage();
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (/Content Security Policy|Refused to/.test(message.text())) complaints.push(message.text());
  });
  return page;
}

test("two people launch it in one channel and are in one note; a third writes along in a browser's tab, and a fourth comes late", async ({
  browser,
}) => {
  const channel = newChannel();
  const ann = await launch(await newPage(browser), reed.discord, { users: ["ann"], channel });
  await expect(ann.editor).toBeFocused();
  await ann.page.keyboard.type("Snacks for Saturday");
  await ann.expectSaved();

  const bob = await launch(await newPage(browser), reed.discord, { users: ["bob"], channel });
  await bob.expectText("Snacks for Saturday");
  await bob.write("\nbread");
  await ann.expectText("Snacks for Saturday\nbread");
  await expect(ann.people()).toContainText(["Ann", "Bob"]);

  const third = await NoteScreen.meet(browser, reed.url);
  await third.open(await ann.copyLink("edit"));
  await third.expectText("Snacks for Saturday\nbread");
  await third.write("\ncheese");
  await Promise.all([ann, bob].map((person) => person.expectText("Snacks for Saturday\nbread\ncheese")));
  await ann.write("\nolives");

  const cleo = await launch(await newPage(browser), reed.discord, { users: ["cleo"], channel });
  const all = "Snacks for Saturday\nbread\ncheese\nolives";
  await Promise.all([bob, third, cleo].map((person) => person.expectText(all)));
});

test("who leaves the channel loses access, and gets it back by coming back", async ({ browser }) => {
  const channel = newChannel();
  const ann = await launch(await newPage(browser), reed.discord, { users: ["ann"], channel });
  await ann.write("Between us");
  await ann.expectSaved();
  const bob = await launch(await newPage(browser), reed.discord, { users: ["bob"], channel });
  await bob.expectText("Between us");

  // Discord says so, whatever bob's client still shows.
  reed.discord.leave(reed.discord.user("bob"), reed.discord.channel(channel));
  await expect(bob.app.getByRole("heading", { name: "You left the channel" })).toBeVisible({ timeout: 20_000 });
  await ann.write(" alone");
  await ann.expectSaved();

  reed.discord.join(reed.discord.user("bob"), reed.discord.channel(channel));
  await bob.app.getByRole("button", { name: "Come back" }).click();
  await bob.expectText("Between us alone");
  await bob.write("!");
  await ann.expectText("Between us alone!");
});

test("who comes by a link that was shared in Discord is in its note, whatever the others look at", async ({
  browser,
}) => {
  const channel = newChannel();
  const ann = await launch(await newPage(browser), reed.discord, { users: ["ann"], channel });
  await ann.write("Packing list");
  await ann.expectSaved();
  const current = ann.app.locator("a[aria-current=page]");
  await expect(current).toContainText("Packing list");
  const customId = (await current.getAttribute("href"))?.split("/")[2] ?? "";
  await ann.app.getByRole("button", { name: "New note" }).first().click();
  await ann.expectText("");
  await ann.write("Train times");
  await ann.expectSaved();

  const cleo = await launch(await newPage(browser), reed.discord, { users: ["cleo"], channel });
  await cleo.expectText("Train times");
  const bob = await launch(await newPage(browser), reed.discord, { users: ["bob"], channel, customId });
  await bob.expectText("Packing list");
});

test("people of another channel have other notes, and can't open this one by its address", async ({ browser }) => {
  const ann = await launch(await newPage(browser), reed.discord, { users: ["ann"], channel: newChannel() });
  await ann.write("Ours");
  await ann.expectSaved();
  const address = await activityOf(ann.page, "ann").locator("a[aria-current=page]").getAttribute("href");
  const dan = await launch(await newPage(browser), reed.discord, {
    users: ["dan"],
    channel: newChannel(),
    customId: address?.split("/")[2] ?? "",
  });
  await expect(dan.editor).toBeFocused();
  await dan.expectText("");
});

test("in a small window it is the note's card, and the editor is as it was when it is large again", async ({
  browser,
}) => {
  const ann = await launch(await newPage(browser), reed.discord, { users: ["ann"], channel: newChannel() });
  await ann.write("# Plan\n\n- [ ] bread");
  await ann.expectSaved();
  await ann.page.getByRole("button", { name: "Picture" }).click();
  const card = ann.app.getByRole("region", { name: "Note card" });
  await expect(card).toContainText("Plan");
  await expect(card).toContainText("0 of 1");
  await expect(ann.editor).toBeHidden();
  await ann.page.getByRole("button", { name: "Focused" }).click();
  await expect(card).toBeHidden();
  await expect(ann.editor).toContainText("bread");
  await ann.write(" and wine");
  await ann.expectSaved();
});

test("a Discord that answers late or not at all, or does not know a command, is said in words or not missed", async ({
  browser,
}) => {
  test.setTimeout(90_000);
  const page = await newPage(browser);
  const channel = newChannel();
  const old = await launch(page, reed.discord, {
    users: ["ann"],
    channel,
    faults: {
      ready: { type: "late", ms: 3000 },
      unknown: ["SET_ACTIVITY", "GET_PLATFORM_BEHAVIORS", "USER_SETTINGS_GET_LOCALE", "SET_ORIENTATION_LOCK_STATE"],
      answers: {
        GET_ACTIVITY_INSTANCE_CONNECTED_PARTICIPANTS: { type: "missing" },
        SUBSCRIBE: { type: "wrong", data: { evt: 1 } },
        AUTHENTICATE: { type: "late", ms: 3000 },
      },
    },
  });
  await old.write("still here");
  await old.expectSaved();

  const silent: readonly HostFaults[] = [
    { ready: { type: "never" } },
    { ready: { type: "stranger" } },
    { close: 4000 },
  ];
  await Promise.all(
    silent.map(async (faults) => {
      const { page: other, app } = await launch(await newPage(browser), reed.discord, {
        users: ["ann"],
        channel,
        faults,
      });
      await expect(app.getByRole("heading", { name: "Discord doesn’t answer" })).toBeVisible({ timeout: 20_000 });
      await expect(app.getByRole("button", { name: "Reopen" })).toBeVisible();
      await expect(app.getByRole("button", { name: "Open in browser" })).toBeVisible();
      await other.close();
    }),
  );
});

test("what Discord's own servers refuse is said in words, and another try works", async ({ browser }) => {
  const page = await newPage(browser);
  reed.discord.fail("token", { type: "status", status: 401 });
  const ann = await launch(page, reed.discord, { users: ["ann"], channel: newChannel() });
  await expect(ann.app.getByRole("button", { name: /Try again|Reopen/ })).toBeVisible({ timeout: 20_000 });
  reed.discord.heal();
  await ann.app.getByRole("button", { name: /Try again|Reopen/ }).click();
  await expect(ann.editor).toBeFocused();
});
