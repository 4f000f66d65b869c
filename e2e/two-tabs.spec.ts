import { expect, test } from "@playwright/test";
import { NoteScreen } from "./screens/note-screen.ts";

test("two tabs of one person are one device, and either goes on when the other closes", async ({
  browser,
  baseURL,
}) => {
  const first = await NoteScreen.meet(browser, baseURL ?? "");
  await first.newNote();
  await first.write("one");
  await first.expectSaved();
  const second = new NoteScreen(await first.page.context().newPage());
  await second.open(first.page.url());
  await second.expectText("one");
  await expect(second.people()).toHaveCount(1);

  await second.write(" two");
  await first.expectText("one two");
  await second.expectSaved();
  await expect(first.people()).toHaveCount(1);

  await first.page.close();
  await second.write(" three");
  await second.expectSaved();
  await second.page.reload();
  await second.expectText("one two three");
});
