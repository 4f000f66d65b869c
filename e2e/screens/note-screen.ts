// One person in front of a note: what they do and what they see, in the words of the interface.
import {
  type Browser,
  type BrowserContext,
  expect,
  type FrameLocator,
  type Locator,
  type Page,
} from "@playwright/test";

export type LinkKind = "view" | "edit";

export class NoteScreen {
  readonly page: Page;
  /** Where the app is: the page itself, or a frame in it. */
  readonly app: Page | FrameLocator;
  readonly editor: Locator;
  readonly saveState: Locator;

  constructor(page: Page, app: Page | FrameLocator = page) {
    this.page = page;
    this.app = app;
    this.editor = app.getByRole("textbox", { name: "Note" });
    this.saveState = app.getByRole("status").first();
  }

  /** A new person with a browser of their own. */
  static async meet(browser: Browser, baseURL: string): Promise<NoteScreen> {
    const context: BrowserContext = await browser.newContext({
      baseURL,
      permissions: ["clipboard-read", "clipboard-write"],
    });
    return new NoteScreen(await context.newPage());
  }

  async newNote(): Promise<void> {
    await this.page.goto("/");
    await this.page.getByRole("button", { name: "New note" }).first().click();
    await expect(this.editor).toBeVisible();
  }

  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await expect(this.editor).toBeVisible();
  }

  async callMyself(name: string): Promise<void> {
    await this.page
      .getByRole("button", { name: /your name/i })
      .first()
      .click();
    await this.page.getByRole("textbox", { name: /name/i }).fill(name);
    await this.page.keyboard.press("Enter");
  }

  /** Puts the caret at the end of the note and types. */
  async write(text: string): Promise<void> {
    await expect(this.editor).toBeEditable();
    await this.editor.click();
    await this.page.keyboard.press("ControlOrMeta+End");
    await this.page.keyboard.type(text);
  }

  async writeAtStart(text: string): Promise<void> {
    await expect(this.editor).toBeEditable();
    await this.editor.click();
    await this.page.keyboard.press("ControlOrMeta+Home");
    await this.page.keyboard.type(text);
  }

  /** The note's lines as they are shown, without the flags of other people's carets. */
  text(): Promise<string> {
    return this.editor.evaluate((editor) => {
      const copy = editor.cloneNode(true);
      if (!(copy instanceof HTMLElement)) return "";
      for (const flag of copy.querySelectorAll("[aria-hidden=true], .cm-placeholder")) flag.remove();
      return [...copy.querySelectorAll(".cm-line")]
        .map((line) => (line.textContent ?? "").replaceAll("\u200b", ""))
        .join("\n");
    });
  }

  async expectText(text: string): Promise<void> {
    await expect.poll(() => this.text()).toBe(text);
  }

  async expectSaved(): Promise<void> {
    await expect(this.saveState).toHaveText("Saved");
  }

  async copyLink(kind: LinkKind): Promise<string> {
    await this.app.getByRole("button", { name: "Share", exact: true }).click();
    const dialog = this.app.getByRole("dialog", { name: "Share" });
    const button = dialog.getByRole("button", { name: `Copy ${kind} link` });
    await this.page.evaluate(() => navigator.clipboard.writeText("")); // the machine has one clipboard for all of its browsers
    await button.click();
    await expect
      .poll(() => this.page.evaluate(() => navigator.clipboard.readText()))
      .toMatch(kind === "edit" ? /#/ : /\/n\/[^#]+$/);
    const url = await this.page.evaluate(() => navigator.clipboard.readText());
    await this.page.keyboard.press("Escape");
    await expect(dialog).toBeHidden();
    return url;
  }

  people(): Locator {
    return this.app.getByRole("list", { name: "People here" }).getByRole("listitem");
  }
}
