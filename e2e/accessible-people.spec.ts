// The pages about people and lists: for a screen reader, by keyboard alone, on the narrowest phone, from right to left.
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { AccountScreen, newUsername } from "./screens/account-screen.ts";
import { ListScreen } from "./screens/list-screen.ts";
import { NoteScreen } from "./screens/note-screen.ts";
import { ShareScreen } from "./screens/share-screen.ts";

// Several browsers and a password hash each: on a small machine that takes its time.
test.describe.configure({ timeout: 180_000 });

async function faults(page: Page): Promise<readonly string[]> {
  return (await new AxeBuilder({ page }).analyze()).violations.map(({ id, help }) => `${id}: ${help}`);
}

/** How far the page can be scrolled sideways, in px. */
function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

for (const colorScheme of ["light", "dark"] as const) {
  test(`the way in, the account, sharing and history have no accessibility faults in ${colorScheme}`, async ({
    browser,
    baseURL,
  }) => {
    const ana = await NoteScreen.meet(browser, baseURL ?? "");
    const { page } = ana;
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await ana.newNote();
    await ana.write("# Cabin weekend\n- [ ] Charcoal");
    await ana.expectSaved();
    await page.goto("/sign-in");
    await page.getByRole("button", { name: "Create account" }).click();
    expect(await faults(page)).toEqual([]);
    const account = new AccountScreen(page);
    await account.fill(newUsername("ana"));
    await account.press("Create account");
    await account.expectSignedIn();
    await account.openAccount();
    await expect(account.rows("Devices")).toHaveCount(1);
    await expect(account.rows("Sessions")).toHaveCount(1);
    expect(await faults(page)).toEqual([]);

    const list = new ListScreen(page);
    await list.search.fill("Cabn");
    await list.expectTitles(["Cabin weekend"]);
    await page.getByRole("button", { name: "More about Cabin weekend" }).click();
    await expect(page.getByRole("menu")).toBeVisible();
    expect(await faults(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await list.row("Cabin weekend").getByRole("link").click();
    await ana.expectSaved();
    const share = new ShareScreen(page);
    await share.open();
    await share.dialog.getByRole("button", { name: "Copy view link" }).click();
    await expect(share.links).toHaveCount(1);
    await share.links.getByRole("button", { name: /^More about/ }).click();
    await page.getByRole("menuitem", { name: "Name, expiry, uses" }).click();
    expect(await faults(page)).toEqual([]);
    await share.close();
    await page.getByRole("button", { name: "History" }).click();
    await page.getByRole("textbox", { name: "Name for what the note says now" }).fill("Before the shop");
    await page.getByRole("button", { name: "Keep this version" }).click();
    await page.getByRole("button", { name: /^Before the shop/ }).click();
    await expect(page.getByRole("region", { name: "What changed since" })).toContainText("Charcoal");
    expect(await faults(page)).toEqual([]);
  });
}

test("everything fits on 320 px, from left to right and from right to left", async ({ browser, baseURL }) => {
  const context = await browser.newContext({ baseURL: baseURL ?? "", viewport: { width: 320, height: 640 } });
  const ana = new NoteScreen(await context.newPage());
  const { page } = ana;
  for (const direction of ["ltr", "rtl"] as const) {
    await page.addInitScript((dir) => document.documentElement.setAttribute("dir", dir), direction);
    await ana.newNote();
    await ana.write("خبز وجبن وبعض الكلمات الأخرى");
    await ana.expectSaved();
    expect(await overflow(page)).toBe(0);
    const share = new ShareScreen(page);
    await share.open();
    await share.dialog.getByRole("radio", { name: "Only people I add" }).check();
    expect(await overflow(page)).toBe(0);
    await share.close();
    await page.getByRole("button", { name: "History" }).click();
    await expect(page.getByRole("dialog", { name: "History" })).toBeVisible();
    expect(await overflow(page)).toBe(0);
    for (const address of ["/", "/sign-in", "/account"]) {
      await page.goto(address);
      await expect(page.getByRole(address === "/" ? "searchbox" : "heading").first()).toBeVisible();
      expect(await overflow(page)).toBe(0);
    }
  }
});

test("signing in, finding a note and doing something with it take a keyboard and nothing else", async ({
  browser,
  baseURL,
}) => {
  const ana = await NoteScreen.meet(browser, baseURL ?? "");
  const { page } = ana;
  await page.goto("/sign-in");
  await expect(page.getByLabel("Username")).toBeFocused();
  await page.getByRole("button", { name: "Create account" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Username")).toBeFocused();
  await page.keyboard.type(newUsername("ana"));
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.type("correct horse battery");
  await page.keyboard.press("Enter");
  await new AccountScreen(page).expectSignedIn();
  await ana.newNote();
  await ana.write("Found by hand");
  await ana.expectSaved();

  await page.goto("/");
  const list = new ListScreen(page);
  await expect(list.notes).toHaveCount(1);
  await page.keyboard.press("ControlOrMeta+k");
  await expect(list.search).toBeFocused();
  await page.keyboard.type("fuond");
  await list.expectTitles(["Found by hand"]);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem", { name: "Pin" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "More about Found by hand" })).toBeFocused();
  await expect(list.row("Found by hand")).toContainText("Pinned");
});
