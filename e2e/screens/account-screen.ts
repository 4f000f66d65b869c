// Signing in and out, and the account page, in the words of the interface.
import { expect, type Locator, type Page } from "@playwright/test";

export const PASSWORD = "correct horse battery";

let made = 0;

/** A username that nobody has yet. */
export function newUsername(stem: string): string {
  made += 1;
  return `${stem}.${Date.now().toString(36)}${made}`;
}

export class AccountScreen {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async openSignIn(): Promise<void> {
    await this.page.goto("/");
    await this.page.getByRole("button", { name: "Sign in" }).click();
    await expect(this.page.getByLabel("Username")).toBeVisible();
  }

  async fill(username: string, password = PASSWORD): Promise<void> {
    await this.page.getByLabel("Username").fill(username);
    await this.page.getByLabel("Password", { exact: true }).fill(password);
  }

  press(name: "Sign in" | "Create account"): Promise<void> {
    return this.page.getByRole("button", { name, exact: true }).click();
  }

  /** A new account, for the guest of this browser where there is one. */
  async signUp(username: string): Promise<void> {
    await this.openSignIn();
    await this.fill(username);
    await this.press("Create account");
    await this.expectSignedIn();
  }

  async signIn(username: string, password = PASSWORD): Promise<void> {
    await this.openSignIn();
    await this.fill(username, password);
    await this.press("Sign in");
    await this.expectSignedIn();
  }

  async expectSignedIn(): Promise<void> {
    await expect(this.page.getByRole("link", { name: /^Your account: / }).first()).toBeVisible({ timeout: 30_000 });
    await expect(this.page.getByRole("button", { name: "Sign in", exact: true })).toHaveCount(0);
  }

  async openAccount(): Promise<void> {
    await this.page.goto("/account");
    await expect(this.page.getByRole("heading", { name: "Your account", exact: true })).toBeVisible();
  }

  async callMyself(name: string): Promise<void> {
    await this.openAccount();
    await this.page.getByLabel("Name", { exact: true }).fill(name);
    const saved = this.page.waitForResponse((response) => response.request().method() === "PATCH");
    await this.page.getByRole("button", { name: "Save name" }).click();
    await saved;
  }

  rows(list: "Devices" | "Sessions"): Locator {
    return this.page.getByRole("list", { name: list }).getByRole("listitem");
  }

  async signOut(notes: "keep" | "remove"): Promise<void> {
    await this.openAccount();
    await this.page.getByRole("button", { name: "Sign out", exact: true }).click();
    const dialog = this.page.getByRole("dialog", { name: "Sign out" });
    const name = notes === "keep" ? "Keep them and sign out" : "Remove them and sign out";
    await dialog.getByRole("button", { name }).click();
    await expect(this.page.getByRole("button", { name: "Sign in", exact: true })).toBeVisible();
  }
}
