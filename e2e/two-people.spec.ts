import { expect, test } from "@playwright/test";
import { NoteScreen } from "./screens/note-screen.ts";

test("two people write one note at the same time, and a third who comes late sees all of it", async ({
  browser,
  baseURL,
}) => {
  const origin = baseURL ?? "";
  const ana = await NoteScreen.meet(browser, origin);
  await ana.newNote();
  await ana.write("Cabin weekend\nBring");
  await ana.expectSaved();
  const url = await ana.copyLink("edit");

  const mo = await NoteScreen.meet(browser, origin);
  await mo.open(url);
  await mo.expectText("Cabin weekend\nBring");
  await expect(ana.people()).toHaveCount(2);
  await expect(mo.people()).toHaveCount(2);

  await Promise.all([ana.writeAtStart("The "), mo.write(" charcoal")]);
  const both = "The Cabin weekend\nBring charcoal";
  await ana.expectText(both);
  await mo.expectText(both);
  await expect(ana.editor.locator(".reed-flag")).toHaveText(/^[A-Z][a-z]+ [A-Z][a-z]+$/);

  const sam = await NoteScreen.meet(browser, origin);
  await sam.open(url);
  await sam.expectText(both);

  await ana.page.reload();
  await mo.page.reload();
  await ana.expectText(both);
  await mo.expectText(both);
  await ana.expectSaved();
});

test("a view link shows what is written and takes nothing", async ({ browser, baseURL }) => {
  const origin = baseURL ?? "";
  const ana = await NoteScreen.meet(browser, origin);
  await ana.newNote();
  await ana.write("Only to read");
  await ana.expectSaved();
  const url = await ana.copyLink("view");

  const eve = await NoteScreen.meet(browser, origin);
  await eve.open(url);
  await eve.expectText("Only to read");
  await expect(eve.saveState).toHaveText("Read only");
  await expect(eve.editor).toHaveAttribute("aria-readonly", "true");
  await eve.editor.click({ force: true });
  await eve.page.keyboard.type("nonsense");
  await ana.write(", live");
  await eve.expectText("Only to read, live");
  await ana.expectText("Only to read, live");
});

test("an owner who revokes a link cuts off the person who came by it", async ({ browser, baseURL }) => {
  const origin = baseURL ?? "";
  const ana = await NoteScreen.meet(browser, origin);
  await ana.newNote();
  await ana.write("Ours for now");
  await ana.expectSaved();
  const url = await ana.copyLink("edit");
  const mo = await NoteScreen.meet(browser, origin);
  await mo.open(url);
  await mo.expectText("Ours for now");

  await ana.page.getByRole("button", { name: "Share", exact: true }).click();
  const dialog = ana.page.getByRole("dialog", { name: "Share" });
  await dialog
    .getByRole("list", { name: "Links" })
    .getByRole("button", { name: /revoke/i })
    .first()
    .click();
  await expect(mo.saveState).toHaveText("Access removed", { timeout: 5000 });
});
