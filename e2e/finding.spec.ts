import { expect, test } from "@playwright/test";
import { AccountScreen, newUsername } from "./screens/account-screen.ts";
import { ListScreen } from "./screens/list-screen.ts";
import { NoteScreen } from "./screens/note-screen.ts";
import { ShareScreen } from "./screens/share-screen.ts";

// Several browsers and a password hash each: on a small machine that takes its time.
test.describe.configure({ timeout: 180_000 });

async function writeNote(note: NoteScreen, text: string): Promise<void> {
  await note.newNote();
  await note.write(text);
  await note.expectSaved();
}

test("a note is found by a misspelt word of its text, and the match is marked", async ({ browser, baseURL }) => {
  const ana = await NoteScreen.meet(browser, baseURL ?? "");
  await writeNote(ana, "Dumplings\nGrandma folds them with cabbage and ginger");
  await writeNote(ana, "Boatyard names\nHeron, Bittern");
  const list = new ListScreen(ana.page);
  await expect(list.notes).toHaveCount(2);
  await list.search.fill("cabage");
  await list.expectTitles(["Dumplings"]);
  await expect(list.notes.locator("mark")).toHaveText("cabbage");
  await list.search.fill("boatyrad");
  await list.expectTitles(["Boatyard names"]);
  await list.search.fill("nothing like it");
  await expect(ana.page.getByText(/^Nothing found/).first()).toBeVisible();
  await list.search.press("Escape");
  await expect(list.notes).toHaveCount(2);
});

test("a pin set on one device is on the other within moments", async ({ browser, baseURL }) => {
  const origin = baseURL ?? "";
  const username = newUsername("ana");
  const desk = await NoteScreen.meet(browser, origin);
  await new AccountScreen(desk.page).signUp(username);
  await writeNote(desk, "First");
  await writeNote(desk, "Second");
  const phone = await NoteScreen.meet(browser, origin);
  await new AccountScreen(phone.page).signIn(username);
  const [here, there] = [new ListScreen(desk.page), new ListScreen(phone.page)];
  await there.expectTitles(["Second", "First"]);
  await here.choose("First", "Pin");
  await here.expectTitles(["First", "Second"]);
  await there.expectTitles(["First", "Second"]);
  await there.choose("First", "Unpin");
  await here.expectTitles(["Second", "First"]);
});

test("a note is deleted, taken back at once, deleted again, restored from the trash, and wiped", async ({
  browser,
  baseURL,
}) => {
  const ana = await NoteScreen.meet(browser, baseURL ?? "");
  await writeNote(ana, "Thrown away");
  await writeNote(ana, "Kept");
  const list = new ListScreen(ana.page);
  await list.choose("Thrown away", "Delete");
  await list.expectTitles(["Kept"]);
  await ana.page.getByRole("button", { name: "Undo" }).click();
  await expect(list.row("Thrown away")).toHaveCount(1);

  await list.choose("Thrown away", "Delete");
  await list.expectTitles(["Kept"]);
  await list.show("Trash");
  await list.expectTitles(["Thrown away"]);
  await list.choose("Thrown away", "Restore");
  await expect(ana.page.getByText("The trash is empty.")).toBeVisible();
  await list.show("All notes");
  await list.row("Thrown away").getByRole("link").click();
  await ana.expectText("Thrown away");
  await ana.write(" and back");
  await ana.expectSaved();

  await list.choose("Thrown away and back", "Delete");
  await list.show("Trash");
  await list.choose("Thrown away and back", "Delete for good");
  await ana.page
    .getByRole("dialog", { name: "Delete for good" })
    .getByRole("button", { name: "Delete for good" })
    .click();
  await expect(ana.page.getByText("The trash is empty.")).toBeVisible();
  await list.show("All notes");
  await list.expectTitles(["Kept"]);
});

test("notes of others are listed by who shared them, and leave the list with the access", async ({
  browser,
  baseURL,
}) => {
  const origin = baseURL ?? "";
  const ana = await NoteScreen.meet(browser, origin);
  const mo = await NoteScreen.meet(browser, origin);
  const moName = newUsername("mo");
  await new AccountScreen(mo.page).signUp(moName);
  await new AccountScreen(ana.page).signUp(newUsername("ana"));
  await new AccountScreen(ana.page).callMyself("Ana");
  await writeNote(ana, "From Ana");
  const share = new ShareScreen(ana.page);
  await share.open();
  await share.add(moName, true);
  const list = new ListScreen(mo.page);
  await expect(list.row("From Ana")).toContainText("Shared by Ana");
  await list.show("Shared with me");
  await list.expectTitles(["From Ana"]);
  await share.dialog.getByRole("button", { name: /^Remove / }).click();
  await expect(list.notes).toHaveCount(0);
});
