import { type Page, expect, test } from "@playwright/test";
import { AccountScreen, newUsername } from "./screens/account-screen.ts";
import { NoteScreen } from "./screens/note-screen.ts";
import { ShareScreen } from "./screens/share-screen.ts";

// Several browsers and a password hash each: on a small machine that takes its time.
test.describe.configure({ timeout: 180_000 });

/** What is taken away is gone within a second, by the clock of the machine that both browsers share. */
const AT_ONCE_MS = 1000;

async function withAccount(note: NoteScreen, name: string): Promise<string> {
  const account = new AccountScreen(note.page);
  const username = newUsername(name.toLowerCase());
  await account.signUp(username);
  await account.callMyself(name);
  return username;
}

/** As a browser tells a page that its tab is not looked at. */
async function hide({ page }: NoteScreen): Promise<void> {
  await page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { configurable: true, value: "hidden" });
    Object.defineProperty(document, "hidden", { configurable: true, value: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
}

/** Does `take`, which takes something away from `who`, and holds the time until their page says `word` against the promise. */
async function expectAtOnce(who: NoteScreen, word: string, owner: Page, take: () => Promise<unknown>): Promise<void> {
  const seen = who.page.evaluate(
    (wanted) =>
      new Promise<number>((resolve) => {
        const look = (): void => {
          if (document.querySelector('[role="status"]')?.textContent?.trim() !== wanted) return;
          observer.disconnect();
          resolve(Date.now());
        };
        const observer = new MutationObserver(look);
        observer.observe(document.body, { childList: true, subtree: true, characterData: true });
        look();
      }),
    word,
  );
  const asked = owner.waitForRequest((request) => ["PUT", "PATCH", "DELETE"].includes(request.method()));
  await take();
  await (await asked).response();
  expect((await seen) - (await asked).timing().startTime).toBeLessThan(AT_ONCE_MS);
}

test("two accounts and a guest share a note: all edit, one is made a reader live, and both are let go", async ({
  browser,
  baseURL,
}) => {
  const origin = baseURL ?? "";
  const [ana, mo, guest] = [
    await NoteScreen.meet(browser, origin),
    await NoteScreen.meet(browser, origin),
    await NoteScreen.meet(browser, origin),
  ];
  await withAccount(ana, "Ana");
  const moName = await withAccount(mo, "Mo");
  await ana.newNote();
  await ana.write("List");
  await ana.expectSaved();
  const edit = await ana.copyLink("edit");
  const share = new ShareScreen(ana.page);
  await share.open();
  await share.add(moName, true);
  await expect(share.people.filter({ hasText: "Mo" })).toHaveCount(1);
  await share.close();

  await mo.open(share.address);
  await guest.open(edit);
  await mo.write(", by Mo");
  await ana.expectText("List, by Mo");
  await guest.expectText("List, by Mo");
  await guest.write(", by a guest");
  await ana.expectText("List, by Mo, by a guest");
  await mo.expectText("List, by Mo, by a guest");

  await hide(mo);
  await share.open();
  await expectAtOnce(mo, "Read only", ana.page, () => share.role("Mo").selectOption({ label: "Can read" }));
  await expect(mo.editor).toHaveAttribute("aria-readonly", "true");

  await hide(guest);
  const revoke = share.links.getByRole("button", { name: /^Revoke/ }).first();
  await expectAtOnce(guest, "Access removed", ana.page, () => revoke.click());
  await expect(share.dialog.getByText("1 live viewer was disconnected.")).toBeVisible();

  const remove = share.dialog.getByRole("button", { name: "Remove Mo" });
  await expectAtOnce(mo, "Access removed", ana.page, () => remove.click());
  await expect(share.people.filter({ hasText: "Mo" })).toHaveCount(0);
  await share.close();
  await ana.write("!");
  await ana.expectSaved();
  await mo.page.reload();
  await expect(mo.page.getByRole("button", { name: "Ask for access" })).toBeVisible();
});

test("a note is handed on: the new owner shares it, and the old one leaves", async ({ browser, baseURL }) => {
  const origin = baseURL ?? "";
  const ana = await NoteScreen.meet(browser, origin);
  const mo = await NoteScreen.meet(browser, origin);
  await withAccount(ana, "Ana");
  const moName = await withAccount(mo, "Mo");
  await ana.newNote();
  await ana.write("Handed on");
  await ana.expectSaved();
  const share = new ShareScreen(ana.page);
  await share.open();
  await share.add(moName, false);
  await mo.open(share.address);
  await expect(mo.saveState).toHaveText("Read only");

  await share.role("Mo").selectOption({ label: "Owner" });
  await expect(share.dialog.getByText("Mo owns the note now, too.")).toBeVisible();
  await share.dialog.getByRole("button", { name: "Leave this note" }).click();
  await share.dialog.getByRole("button", { name: /^Leave it/ }).click();
  await expect(share.dialog).toBeHidden();

  await mo.expectSaved();
  await mo.write(", and mine");
  await mo.expectSaved();
  const hers = new ShareScreen(mo.page);
  await hers.open();
  await expect(hers.people).toHaveCount(1);
  await expect(hers.dialog.getByRole("button", { name: "Copy edit link" })).toBeVisible();
});

test("somebody who may not see a note asks, and is let in by one press", async ({ browser, baseURL }) => {
  const origin = baseURL ?? "";
  const ana = await NoteScreen.meet(browser, origin);
  const mo = await NoteScreen.meet(browser, origin);
  await withAccount(ana, "Ana");
  await ana.newNote();
  await ana.write("Behind a door");
  await ana.expectSaved();

  await mo.page.goto(new URL(ana.page.url()).pathname);
  await mo.page.getByRole("textbox", { name: "A word to the owner" }).fill("It’s me, from the climbing hall");
  await mo.page.getByRole("button", { name: "Ask for access" }).click();
  await expect(mo.page.getByText("Asked.")).toBeVisible();

  await ana.page.reload();
  const requests = ana.page.getByRole("list", { name: "Asks to open this note" });
  await expect(requests).toContainText("from the climbing hall", { timeout: 20_000 });
  await requests.getByRole("button", { name: "Let edit" }).click();
  await expect(requests).toHaveCount(0);
  await expect(mo.editor).toBeVisible({ timeout: 20_000 });
  await mo.expectText("Behind a door");
  await mo.write(", open");
  await ana.expectText("Behind a door, open");
});

test("a link has a name and an end, and is shown as a picture for a camera", async ({ browser, baseURL }) => {
  const ana = await NoteScreen.meet(browser, baseURL ?? "");
  await ana.newNote();
  await ana.write("For a camera");
  await ana.expectSaved();
  await ana.copyLink("view");
  const share = new ShareScreen(ana.page);
  await share.open();
  const more = async (action: string): Promise<void> => {
    await share.links.getByRole("button", { name: /^More about/ }).click();
    await ana.page.getByRole("menuitem", { name: action }).click();
  };
  await more("Show QR code");
  await expect(share.dialog.getByRole("img", { name: /^QR code/ })).toBeVisible();
  await more("Name, expiry, uses");
  await share.dialog.getByLabel("Name", { exact: true }).fill("Climbing group");
  await share.dialog.getByLabel("Stops working").selectOption({ label: "In a week" });
  await share.dialog.getByLabel("After so many people").fill("3");
  await share.dialog.getByRole("button", { name: "Save" }).click();
  await expect(share.links).toContainText("Climbing group");
  await expect(share.links).toContainText("until ");
  await share.close();

  // One that was made for somebody is not given to others.
  await ana.copyLink("view");
  await share.open();
  await expect(share.links).toHaveCount(2);
});
