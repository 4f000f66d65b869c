import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { NoteScreen } from "./screens/note-screen.ts";

for (const colorScheme of ["light", "dark"] as const) {
  test(`home, note and share dialog have no accessibility faults in ${colorScheme}`, async ({ browser, baseURL }) => {
    const ana = await NoteScreen.meet(browser, baseURL ?? "");
    await ana.page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const faults = async (): Promise<readonly string[]> =>
      (await new AxeBuilder({ page: ana.page }).analyze()).violations.map(({ id, help }) => `${id}: ${help}`);
    await ana.page.goto("/");
    await expect(ana.page.getByRole("button", { name: "New note" }).first()).toBeVisible();
    expect(await faults()).toEqual([]);
    await ana.newNote();
    await ana.write("# Cabin weekend\n- [ ] Charcoal");
    await ana.expectSaved();
    expect(await faults()).toEqual([]);
    await ana.page.getByRole("button", { name: "Share", exact: true }).click();
    await expect(ana.page.getByRole("dialog", { name: "Share" })).toBeVisible();
    expect(await faults()).toEqual([]);
  });
}
