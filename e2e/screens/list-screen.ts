// The list of notes, in the words of the interface.
import { expect, type Locator, type Page } from "@playwright/test";

export class ListScreen {
  readonly page: Page;
  readonly search: Locator;
  readonly notes: Locator;

  constructor(page: Page) {
    this.page = page;
    this.search = page.getByRole("searchbox", { name: "Search notes" });
    this.notes = page.getByRole("list", { name: "Notes" }).getByRole("listitem");
  }

  /** Rows whose title is or contains `title`. */
  row(title: string): Locator {
    return this.notes.filter({ hasText: title });
  }

  async expectTitles(titles: readonly string[]): Promise<void> {
    await expect(this.notes.locator(".note-title")).toHaveText([...titles]);
  }

  async choose(title: string, action: string): Promise<void> {
    await this.row(title).hover();
    await this.page.getByRole("button", { name: `More about ${title}` }).click();
    await this.page.getByRole("menuitem", { name: action, exact: true }).click();
  }

  show(what: "All notes" | "My notes" | "Shared with me" | "Trash"): Promise<unknown> {
    return this.page.getByRole("combobox", { name: "Show" }).selectOption({ label: what });
  }
}
