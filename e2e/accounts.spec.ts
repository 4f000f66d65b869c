import { expect, test } from "@playwright/test";
import { AccountScreen, newUsername, PASSWORD } from "./screens/account-screen.ts";
import { ListScreen } from "./screens/list-screen.ts";
import { NoteScreen } from "./screens/note-screen.ts";

// Several browsers and a password hash each: on a small machine that takes its time.
test.describe.configure({ timeout: 180_000 });

test("a guest who signs up keeps the note, and finds it on another device", async ({ browser, baseURL }) => {
  const origin = baseURL ?? "";
  const phone = await NoteScreen.meet(browser, origin);
  await phone.newNote();
  await phone.write("Written as a guest");
  await phone.expectSaved();
  const username = newUsername("ana");
  await new AccountScreen(phone.page).signUp(username);
  await new ListScreen(phone.page).row("Written as a guest").getByRole("link").click();
  await phone.write(", and as Ana");
  await phone.expectSaved();

  const laptop = await NoteScreen.meet(browser, origin);
  await new AccountScreen(laptop.page).signIn(username);
  await new ListScreen(laptop.page).row("Written as a guest").getByRole("link").click();
  await laptop.expectText("Written as a guest, and as Ana");
  await laptop.write("!");
  await laptop.expectSaved();
  await phone.expectText("Written as a guest, and as Ana!");
});

test("a guest who signs in brings along what was written meanwhile", async ({ browser, baseURL }) => {
  const origin = baseURL ?? "";
  const username = newUsername("mo");
  const home = await NoteScreen.meet(browser, origin);
  await new AccountScreen(home.page).signUp(username);

  const bus = await NoteScreen.meet(browser, origin);
  await bus.newNote();
  await bus.write("Thought on the bus");
  await bus.expectSaved();
  await new AccountScreen(bus.page).signIn(username);
  await new ListScreen(bus.page).row("Thought on the bus").getByRole("link").click();
  await bus.expectText("Thought on the bus");
  await bus.write(", noted");
  await bus.expectSaved();

  await home.page.reload();
  await new ListScreen(home.page).row("Thought on the bus").getByRole("link").click();
  await home.expectText("Thought on the bus, noted");
});

test("what does not fit is said in words, and nothing is lost", async ({ browser, baseURL }) => {
  const ana = await NoteScreen.meet(browser, baseURL ?? "");
  const account = new AccountScreen(ana.page);
  await account.openSignIn();
  await account.fill(newUsername("nobody"), "wrong and long enough");
  await account.press("Sign in");
  await expect(ana.page.getByRole("alert")).toContainText("don’t belong together");
  const username = newUsername("ana");
  await account.fill(username, "short");
  await account.press("Create account");
  await expect(ana.page.getByRole("alert")).toContainText("too short");
  await account.fill(username);
  await account.press("Create account");
  await account.expectSignedIn();

  const eve = await NoteScreen.meet(browser, baseURL ?? "");
  const other = new AccountScreen(eve.page);
  await other.openSignIn();
  await other.fill(username.toUpperCase());
  await other.press("Create account");
  await expect(eve.page.getByRole("alert")).toContainText("has that username already");
});

test("signing out keeps the notes on the device or takes them away, as one likes", async ({ browser, baseURL }) => {
  const ana = await NoteScreen.meet(browser, baseURL ?? "");
  const account = new AccountScreen(ana.page);
  const list = new ListScreen(ana.page);
  const username = newUsername("ana");
  await account.signUp(username);
  await ana.newNote();
  await ana.write("Mine alone");
  await ana.expectSaved();
  await expect(list.row("Mine alone")).toHaveCount(1);

  await account.signOut("keep");
  await list.row("Mine alone").getByRole("link").click();
  await ana.expectText("Mine alone");
  await expect(ana.page.getByText("You were signed out on this device.")).toBeVisible();
  await ana.page.getByRole("button", { name: "Sign in" }).first().click();
  await account.fill(username);
  await account.press("Sign in");
  await account.expectSignedIn();
  await ana.expectText("Mine alone");
  await ana.write(" again");
  await ana.expectSaved();

  await account.signOut("remove");
  await expect(list.notes).toHaveCount(0);
  await account.signIn(username);
  await list.row("Mine alone").getByRole("link").click();
  await ana.expectText("Mine alone again");
});

test("a session that is ended elsewhere is over, and a new password ends all the others", async ({
  browser,
  baseURL,
}) => {
  const origin = baseURL ?? "";
  const username = newUsername("ana");
  const desk = await NoteScreen.meet(browser, origin);
  await new AccountScreen(desk.page).signUp(username);
  await desk.newNote();
  await desk.write("Watched");
  await desk.expectSaved();
  const cafe = await NoteScreen.meet(browser, origin);
  await new AccountScreen(cafe.page).signIn(username);
  await cafe.open(new URL(desk.page.url()).pathname);
  await cafe.expectText("Watched");

  const watch = await NoteScreen.meet(browser, origin);
  const account = new AccountScreen(watch.page);
  await account.signIn(username);
  await account.openAccount();
  await expect(account.rows("Sessions")).toHaveCount(3);
  await watch.page.getByLabel("Current password").fill(PASSWORD);
  await watch.page.getByLabel("New password").fill("another long password");
  await watch.page.getByRole("button", { name: "Change password" }).click();
  await expect(watch.page.getByText("Changed.")).toBeVisible();
  await expect(cafe.page.getByText("You were signed out on this device.")).toBeVisible({ timeout: 15_000 });
  await watch.page.reload();
  await expect(account.rows("Sessions")).toHaveCount(1);
});

test("a device that is removed is cut off at once", async ({ browser, baseURL }) => {
  const origin = baseURL ?? "";
  const username = newUsername("ana");
  const lost = await NoteScreen.meet(browser, origin);
  await new AccountScreen(lost.page).signUp(username);
  await lost.newNote();
  await lost.write("On the train");
  await lost.expectSaved();
  const home = await NoteScreen.meet(browser, origin);
  const account = new AccountScreen(home.page);
  await account.signIn(username);
  await account.openAccount();
  await expect(account.rows("Devices")).toHaveCount(2);
  const other = account.rows("Devices").filter({ hasNotText: "this device" });
  await other.getByRole("button", { name: /^Remove/ }).click();
  await other.getByRole("button", { name: /for good/ }).click();
  await expect(account.rows("Devices")).toHaveCount(1);
  await lost.write(" and found");
  await expect(lost.saveState).not.toHaveText("Saved");
  await home.page.goto(new URL(lost.page.url()).pathname);
  await home.expectText("On the train");
});

test("an account that is deleted is gone at once and can be taken back", async ({ browser, baseURL }) => {
  const origin = baseURL ?? "";
  const username = newUsername("ana");
  const ana = await NoteScreen.meet(browser, origin);
  const account = new AccountScreen(ana.page);
  await account.signUp(username);
  await ana.newNote();
  await ana.write("To be kept for thirty days");
  await ana.expectSaved();
  const view = await ana.copyLink("view");
  const mo = await NoteScreen.meet(browser, origin);
  await mo.open(view);

  await account.openAccount();
  await ana.page.getByRole("button", { name: "Delete account" }).click();
  const dialog = ana.page.getByRole("dialog", { name: "Delete account" });
  await expect(dialog).toContainText("For 30 days, signing in takes it back");
  await dialog.getByLabel("Your password").fill(PASSWORD);
  await dialog.getByRole("button", { name: "Delete account" }).click();
  await expect(ana.page.getByRole("button", { name: "Sign in", exact: true })).toBeVisible();
  await expect(new ListScreen(ana.page).notes).toHaveCount(0);

  await account.openSignIn();
  await account.fill(username);
  await account.press("Sign in");
  await expect(ana.page.getByRole("alert")).toContainText("This account was deleted.");
  await ana.page.getByRole("button", { name: "Take it back" }).click();
  await account.expectSignedIn();
  await new ListScreen(ana.page).row("To be kept for thirty days").getByRole("link").click();
  await ana.expectText("To be kept for thirty days");
});
