// The share dialog as a note's owner uses it, in the words of the interface.
import { expect, type Locator, type Page } from "@playwright/test";

export class ShareScreen {
  readonly page: Page;
  readonly dialog: Locator;
  readonly links: Locator;
  readonly people: Locator;

  constructor(page: Page) {
    this.page = page;
    this.dialog = page.getByRole("dialog", { name: "Share" });
    this.links = this.dialog.getByRole("list", { name: "Links" }).getByRole("listitem");
    this.people = this.dialog.getByRole("list", { name: "People" }).getByRole("listitem");
  }

  async open(): Promise<void> {
    await this.page.getByRole("button", { name: "Share", exact: true }).click();
    await expect(this.dialog).toBeVisible();
  }

  async close(): Promise<void> {
    await this.page.keyboard.press("Escape");
    await expect(this.dialog).toBeHidden();
  }

  /** Adds somebody by username, and waits until they are in the list. */
  async add(username: string, mayEdit: boolean): Promise<void> {
    await this.dialog.getByRole("radio", { name: "Only people I add" }).check();
    await this.dialog.getByRole("radio", { name: mayEdit ? "Yes" : "No, only read" }).check();
    await this.dialog.getByRole("textbox", { name: "Add somebody by username" }).fill(username);
    await this.dialog.getByRole("button", { name: "Add", exact: true }).click();
    await expect(this.dialog.getByText(mayEdit ? /can edit the note\./ : /can read the note\./)).toBeVisible();
  }

  role(name: string): Locator {
    return this.dialog.getByRole("combobox", { name: `What ${name} can do` });
  }

  /** Where a person that was added by name opens the note. */
  get address(): string {
    return new URL(this.page.url()).pathname;
  }
}
