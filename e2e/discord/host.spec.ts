// The local Discord is worth something if the real SDK can't tell: every command, event and fault, under Discord's policy.
import { expect, type Frame, type JSHandle, type Page, test } from "@playwright/test";
import { APPLICATION } from "../../scripts/discord/application.ts";
import type { HostOptions } from "../../scripts/discord/host/host-options.ts";
import type { LocalDiscordPage } from "../../scripts/discord/host/page.ts";
import type { Listening } from "../../scripts/discord/http.ts";
import { LocalDiscord } from "../../scripts/discord/local-discord.ts";
import { activityOf, openHost } from "./open.ts";
import type { SdkApp } from "./sdk-app.ts";
import { startSdkApp } from "./sdk-app-server.ts";

declare global {
  interface Window {
    app: SdkApp;
    localDiscord: LocalDiscordPage;
    inlineRan: boolean | undefined;
  }
}

let application: Listening;
let discord: LocalDiscord;
let complaints: string[];

test.beforeAll(async () => {
  application = await startSdkApp();
});

test.afterAll(async () => {
  await application.stop();
});

test.beforeEach(async ({ page }) => {
  discord = await LocalDiscord.start({ appUrl: `http://127.0.0.1:${application.port}` });
  complaints = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
});

test.afterEach(async () => {
  await discord.stop();
});

const ANN: HostOptions = { users: ["ann"], channel: "general", isOpen: true };

/** The app of a user, when its script has run. */
async function appOf(page: Page, user = "ann"): Promise<Frame> {
  const element = await page.getByRole("region", { name: user, exact: true }).locator("iframe").elementHandle();
  const frame = await element?.contentFrame();
  if (frame === null || frame === undefined) throw new Error("there is no frame");
  await frame.waitForFunction(() => window.app !== undefined);
  return frame;
}

async function untilReady(frame: Frame): Promise<void> {
  await frame.waitForFunction(() => window.app.isReady);
}

/** Signs in as an application does; its server's part is done here. */
async function signIn(
  frame: Frame,
  scopes: readonly ("identify" | "rpc.activities.write" | "guilds")[],
): Promise<void> {
  const { code } = await frame.evaluate(
    ([clientId, scope]) =>
      window.app.sdk.commands.authorize({
        client_id: clientId,
        response_type: "code",
        prompt: "none",
        scope: [...scope],
      }),
    [APPLICATION.applicationId, scopes] as const,
  );
  const form = {
    client_id: APPLICATION.applicationId,
    client_secret: APPLICATION.clientSecret,
    grant_type: "authorization_code",
    code,
  };
  const response = await fetch(`${discord.api.api}/oauth2/token`, {
    method: "POST",
    headers: { "User-Agent": "DiscordBot (https://example.test, 1.0)" },
    body: new URLSearchParams(form),
  });
  const token = (await response.json()) as { readonly access_token: string };
  const signedIn = await frame.evaluate(
    (accessToken) => window.app.sdk.commands.authenticate({ access_token: accessToken }),
    token.access_token,
  );
  expect(signedIn.user.username).toBe("ann");
}

/** What a promise of the SDK came to. */
type Came = { readonly value: unknown } | { readonly error: unknown };

async function come(frame: Frame, command: (app: SdkApp) => Promise<unknown>): Promise<Came> {
  const run: JSHandle<typeof command> = await frame.evaluateHandle(`(${String(command)})`);
  return frame.evaluate(async (asked): Promise<Came> => {
    try {
      const value = await Promise.race([
        asked(window.app),
        new Promise((resolve) => {
          setTimeout(resolve, 1500, "nothing");
        }),
      ]);
      return { value };
    } catch (error) {
      return { error };
    }
  }, run);
}

function messagesOf(frame: Frame): Promise<SdkApp["messages"]> {
  return frame.evaluate(() => window.app.messages);
}

function eventsOf(frame: Frame, event: string): Promise<readonly unknown[]> {
  return frame.evaluate((name) => window.app.heard.filter((one) => one.event === name).map(({ data }) => data), event);
}

test("the real SDK shakes hands and finds out where it is", async ({ page }) => {
  await openHost(page, discord, { ...ANN, customId: "note-1" });
  const frame = await appOf(page);
  await untilReady(frame);
  const seen = await frame.evaluate(() => {
    const { instanceId, channelId, guildId, customId, platform } = window.app.sdk;
    return { instanceId, channelId, guildId, customId, platform };
  });
  const channel = discord.channel("general");
  expect(seen).toEqual({
    instanceId: discord.state.instanceOf(channel.id)?.id,
    channelId: channel.id,
    guildId: channel.guildId,
    customId: "note-1",
    platform: "desktop",
  });
  expect(await frame.evaluate(() => window.inlineRan)).toBe(true);
  const [first] = await page.evaluate(() => window.localDiscord.received("ann"));
  expect(first).toMatchObject([
    0,
    { v: 1, encoding: "json", client_id: APPLICATION.applicationId, sdk_version: "2.5.0" },
  ]);
  expect(complaints).toEqual([]);
});

test("answers every command as the SDK wants it, and those with a scope only after signing in", async ({ page }) => {
  await openHost(page, discord, ANN);
  const frame = await appOf(page);
  await untilReady(frame);
  const refused = { error: { code: 4006, message: "Not authenticated or invalid scope" } };
  expect(await come(frame, ({ sdk }) => sdk.commands.setActivity({ activity: { type: 0 } }))).toEqual(refused);
  expect(await come(frame, ({ sdk }) => sdk.commands.userSettingsGetLocale())).toEqual(refused);
  expect(
    await come(frame, ({ sdk }) =>
      sdk.commands.authorize({ client_id: "1", response_type: "code", scope: ["identify"] }),
    ),
  ).toMatchObject({ error: { code: 4007 } });
  expect(await come(frame, ({ sdk }) => sdk.commands.authenticate({ access_token: "guess" }))).toMatchObject({
    error: { code: 4009 },
  });
  await signIn(frame, ["identify", "rpc.activities.write", "guilds"]);

  const commands: readonly (readonly [(app: SdkApp) => Promise<unknown>, unknown])[] = [
    [
      ({ sdk }) => sdk.commands.setActivity({ activity: { type: 0, details: "Editing a note" } }),
      { name: "Reed", details: "Editing a note" },
    ],
    [({ sdk }) => sdk.commands.userSettingsGetLocale(), { locale: "en-US" }],
    [({ sdk }) => sdk.commands.getInstanceConnectedParticipants(), { participants: [{ username: "ann", bot: false }] }],
    [({ sdk }) => sdk.commands.getActivityInstanceConnectedParticipants(), { participants: [{ username: "ann" }] }],
    [({ sdk }) => sdk.commands.openExternalLink({ url: "https://reed.example/n/1" }), { opened: true }],
    [({ sdk }) => sdk.commands.openExternalLink({ url: "javascript:alert(1)" }), { opened: null }],
    [
      ({ sdk }) => sdk.commands.shareLink({ message: "Come and write", custom_id: "note-1" }),
      { success: true, didSendMessage: true },
    ],
    [({ sdk }) => sdk.commands.encourageHardwareAcceleration(), { enabled: true }],
    [({ sdk }) => sdk.commands.setConfig({ use_interactive_pip: true }), { use_interactive_pip: true }],
    [({ sdk }) => sdk.commands.getPlatformBehaviors(), { iosKeyboardResizesView: false }],
    [({ sdk }) => sdk.commands.getChannel({ channel_id: sdk.channelId ?? "" }), { name: "general" }],
    [({ sdk }) => sdk.commands.initiateImageUpload(), { image_url: expect.stringContaining("https://") }],
    [({ sdk }) => sdk.commands.getSkus(), { skus: [] }],
    [({ sdk }) => sdk.commands.getEntitlements(), { entitlements: [] }],
  ];
  for (const [command, value] of commands) expect(await come(frame, command), String(command)).toMatchObject({ value });
  expect(await come(frame, ({ sdk }) => sdk.commands.captureLog({ level: "log", message: "x" }))).toHaveProperty(
    "value",
  );
  expect(await come(frame, ({ sdk }) => sdk.commands.openInviteDialog())).toHaveProperty("value");
  const unknown = await come(frame, ({ sdk }) => sdk.commands.setOrientationLockState({ lock_state: 1 }));
  expect(unknown).toMatchObject({ error: { code: 4002 } });
  expect(await come(frame, ({ sdk }) => sdk.commands.getChannelPermissions())).toMatchObject({ error: { code: 4006 } });
  expect(
    await come(frame, ({ sdk }) => sdk.commands.shareLink({ message: "x", custom_id: "x".repeat(65) })),
  ).toHaveProperty("error");

  const told = await page.evaluate(() => ({
    opened: window.localDiscord.opened("ann"),
    shared: window.localDiscord.shared("ann"),
    activity: window.localDiscord.activity("ann"),
  }));
  expect(told).toMatchObject({
    opened: ["https://reed.example/n/1"],
    shared: [{ message: "Come and write", customId: "note-1" }],
    activity: { details: "Editing a note" },
  });
  await expect(page.getByRole("button", { name: "Join Reed" })).toBeVisible();
  expect(complaints).toEqual([]);
  expect(discord.violations).toEqual([]);
});

test("tells what is and what changes to who subscribed, and to nobody else", async ({ page }) => {
  await openHost(page, discord, ANN);
  const frame = await appOf(page);
  await untilReady(frame);
  for (const event of ["ACTIVITY_LAYOUT_MODE_UPDATE", "ORIENTATION_UPDATE", "THERMAL_STATE_UPDATE"] as const) {
    await frame.evaluate((name) => window.app.listen(name), event);
  }
  await expect.poll(() => eventsOf(frame, "THERMAL_STATE_UPDATE")).toEqual([{ thermal_state: 0 }]);
  await page.getByRole("button", { name: "Picture" }).click();
  await page.getByRole("button", { name: "Portrait" }).click();
  await page.evaluate(() => window.localDiscord.thermal("ann", 3));
  await expect
    .poll(() => eventsOf(frame, "THERMAL_STATE_UPDATE"))
    .toEqual([{ thermal_state: 0 }, { thermal_state: 3 }]);
  expect(await eventsOf(frame, "ACTIVITY_LAYOUT_MODE_UPDATE")).toEqual([{ layout_mode: 0 }, { layout_mode: 1 }]);
  expect(await eventsOf(frame, "ORIENTATION_UPDATE")).toMatchObject([
    { screen_orientation: 1 },
    { screen_orientation: 0 },
  ]);

  discord.join(discord.user("bob"), discord.channel("general"));
  await expect(page.getByText("Inside: Ann, Bob")).toBeVisible();
  expect(await eventsOf(frame, "ACTIVITY_INSTANCE_PARTICIPANTS_UPDATE")).toEqual([]);
  await frame.evaluate((name) => window.app.listen(name), "ACTIVITY_INSTANCE_PARTICIPANTS_UPDATE" as const);
  discord.leave(discord.user("bob"), discord.channel("general"));
  await expect
    .poll(() => eventsOf(frame, "ACTIVITY_INSTANCE_PARTICIPANTS_UPDATE"))
    .toMatchObject([{ participants: [{ username: "ann" }] }]);
  expect(await come(frame, (app) => app.listen("CURRENT_USER_UPDATE"))).toMatchObject({
    error: { code: 4006 },
  });
  expect(complaints).toEqual([]);
});

test("says READY late, never, or from somebody whom the SDK does not believe", async ({ page }) => {
  await openHost(page, discord, { ...ANN, faults: { ready: { type: "late", ms: 1500 } } });
  const late = await appOf(page);
  expect(await late.evaluate(() => window.app.isReady)).toBe(false);
  await untilReady(late);

  await openHost(page, discord, { ...ANN, faults: { ready: { type: "stranger" } } });
  const misled = await appOf(page);
  await misled.waitForFunction(() => window.app.messages.length > 0);
  const [message] = await messagesOf(misled);
  expect(message).toMatchObject({ data: [1, { evt: "READY" }] });
  expect(await misled.evaluate(() => window.app.isReady)).toBe(false);
  expect(message?.origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);

  await openHost(page, discord, { ...ANN, faults: { ready: { type: "never" } } });
  const waiting = await appOf(page);
  await page.waitForTimeout(1000);
  expect(await messagesOf(waiting)).toEqual([]);
  expect(await waiting.evaluate(() => window.app.isReady)).toBe(false);

  await openHost(page, discord, { ...ANN, faults: { close: 4000 } });
  const closed = await appOf(page);
  await expect.poll(() => messagesOf(closed)).toMatchObject([{ data: [2, { code: 4000 }] }]);
  expect(await closed.evaluate(() => window.app.isReady)).toBe(false);
  expect(complaints).toEqual([]);
});

test("answers late, wrongly or not at all where it is told to", async ({ page }) => {
  await openHost(page, discord, {
    ...ANN,
    faults: {
      answers: {
        GET_PLATFORM_BEHAVIORS: { type: "late", ms: 600 },
        ENCOURAGE_HW_ACCELERATION: { type: "missing" },
        OPEN_INVITE_DIALOG: { type: "error", code: 4005, message: "Invalid channel" },
        GET_SKUS_EMBEDDED: { type: "wrong", data: { skus: "none" } },
      },
      unknown: ["SHARE_LINK"],
    },
  });
  const frame = await appOf(page);
  await untilReady(frame);
  expect(await come(frame, ({ sdk }) => sdk.commands.getPlatformBehaviors())).toEqual({
    value: { iosKeyboardResizesView: false },
  });
  expect(await come(frame, ({ sdk }) => sdk.commands.encourageHardwareAcceleration())).toEqual({ value: "nothing" });
  expect(await come(frame, ({ sdk }) => sdk.commands.openInviteDialog())).toMatchObject({ error: { code: 4005 } });
  expect(await come(frame, ({ sdk }) => sdk.commands.shareLink({ message: "x" }))).toMatchObject({
    error: { code: 4002 },
  });
  expect(complaints).toEqual([]);
  expect(await come(frame, ({ sdk }) => sdk.commands.getSkus())).toEqual({ value: "nothing" });
  expect(complaints.join()).toContain("Failed to parse");
});

test("closes, and is closed", async ({ page }) => {
  await openHost(page, discord, ANN);
  const frame = await appOf(page);
  await untilReady(frame);
  await page.evaluate(() => window.localDiscord.close("ann", 4000, "over"));
  await frame.evaluate(() => window.app.close("bye"));
  await expect(page.getByText("The app closed itself (1000): bye")).toBeVisible();
  await expect(page.getByRole("button", { name: "Open Reed" })).toBeVisible();
  await expect.poll(() => discord.state.instances.size).toBe(0);
  expect(complaints).toEqual([]);
});

test("refuses the application's own scripts in a frame with an opaque origin, as seen on iOS", async ({ page }) => {
  await openHost(page, discord, { ...ANN, isOpaque: true });
  await activityOf(page, "ann").getByRole("heading", { name: "Application" }).waitFor();
  await expect.poll(() => complaints.join()).toContain("app.js");
});

test("shows two people side by side and a direct message", async ({ page }) => {
  await openHost(page, discord, { users: ["ann", "bob"], channel: "@bob", isOpen: true });
  const [ann, bob] = [await appOf(page), await appOf(page, "bob")];
  await Promise.all([untilReady(ann), untilReady(bob)]);
  expect(new URL(ann.url()).origin).not.toBe(new URL(bob.url()).origin);
  expect(await bob.evaluate(() => window.app.sdk.guildId)).toBeNull();
  expect(await come(bob, ({ sdk }) => sdk.commands.openInviteDialog())).toMatchObject({ error: { code: 4005 } });
  await page.getByRole("region", { name: "bob", exact: true }).getByRole("button", { name: "Leave" }).click();
  await expect(page.getByText("Inside: Ann", { exact: true })).toHaveCount(2);
  expect(complaints).toEqual([]);
});

test("is a channel too: commands, cards and their buttons, which open the activity", async ({ page }) => {
  const note = { name: "note", type: 1, description: "A note", options: [] };
  discord.state.commands = [note, { name: "Turn into note", type: 3, description: "" }];
  await openHost(page, discord, { users: ["ann"], channel: "general" });
  const message = page.getByRole("textbox", { name: "Message" });
  await message.fill("Buy bread");
  await message.press("Enter");
  await page.getByRole("button", { name: "Turn into note" }).click();
  await expect(page.getByText("A note", { exact: true })).toHaveCount(1);
  await message.fill("/note");
  await message.press("Enter");
  await expect(page.getByText("A note", { exact: true })).toHaveCount(2);
  await page.getByRole("button", { name: "Open note" }).first().click();
  await untilReady(await appOf(page));
  expect(discord.violations).toEqual([]);
  expect(complaints).toEqual([]);
});
