import { expect, test } from "@playwright/test";
import { NoteScreen } from "./screens/note-screen.ts";

test("a note made offline reaches the server when the network is back", async ({ browser, baseURL }) => {
  const ana = await NoteScreen.meet(browser, baseURL ?? "");
  await ana.page.goto("/");
  await expect(ana.page.getByRole("button", { name: "New note" }).first()).toBeVisible();
  await ana.page.context().setOffline(true);
  await ana.page.getByRole("button", { name: "New note" }).first().click();
  await ana.write("Written on a train");
  await expect(ana.saveState).toHaveText("Saved on this device");
  await ana.page.context().setOffline(false);
  await ana.expectSaved();

  const url = await ana.copyLink("edit");
  const mo = await NoteScreen.meet(browser, baseURL ?? "");
  await mo.open(url);
  await mo.expectText("Written on a train");
});

test("what two people write offline merges when both are back", async ({ browser, baseURL }) => {
  const origin = baseURL ?? "";
  const ana = await NoteScreen.meet(browser, origin);
  await ana.newNote();
  await ana.write("middle");
  await ana.expectSaved();
  const mo = await NoteScreen.meet(browser, origin);
  await mo.open(await ana.copyLink("edit"));
  await mo.expectText("middle");
  await mo.expectSaved();

  await ana.page.context().setOffline(true);
  await mo.page.context().setOffline(true);
  await ana.writeAtStart("begin ");
  await mo.write(" end");
  await expect(ana.saveState).toHaveText("Saved on this device", { timeout: 20_000 });
  await expect(mo.saveState).toHaveText("Saved on this device", { timeout: 20_000 });
  await ana.page.context().setOffline(false);
  await mo.page.context().setOffline(false);
  await ana.expectText("begin middle end");
  await mo.expectText("begin middle end");
  await ana.expectSaved();
  await mo.expectSaved();
});

test("what was written in a note just before leaving it, with and without a network, is sent from wherever one is", async ({
  browser,
  baseURL,
}) => {
  const ana = await NoteScreen.meet(browser, baseURL ?? "");
  await ana.newNote();
  await ana.write("Apples");
  await ana.expectSaved();
  const mo = await NoteScreen.meet(browser, baseURL ?? "");
  await mo.open(await ana.copyLink("view"));
  await mo.expectText("Apples");

  const home = ana.page.getByRole("link", { name: "Reed", exact: true });
  const row = ana.page.getByRole("list", { name: "Notes" }).getByRole("link", { name: /Apples/ });
  await ana.write(", pears");
  await home.click();
  await expect(ana.editor).toBeHidden();
  await mo.expectText("Apples, pears");

  await row.click();
  await ana.expectText("Apples, pears");
  await ana.page.context().setOffline(true);
  await ana.write(" and plums");
  await home.click();
  await expect(ana.editor).toBeHidden();
  await ana.page.context().setOffline(false);
  await mo.expectText("Apples, pears and plums");
  await expect(mo.people()).toHaveCount(1);
});
