// Opens the local Discord's page in a test. The SDK believes a host page at http://localhost:3333 only, and tests run side by
// side, so every one has its own Discord on ports of its own and the browser is told that it is that address.
import type { FrameLocator, Page } from "@playwright/test";
import type { HostOptions } from "../../scripts/discord/host/host-options.ts";
import { HOST_ORIGIN, type LocalDiscord } from "../../scripts/discord/local-discord.ts";

/** Goes to the host page; several pages of one context may show several people of one Discord. */
export async function openHost(page: Page, discord: LocalDiscord, options: HostOptions): Promise<void> {
  const pattern = `${HOST_ORIGIN}/**`;
  await page.unroute(pattern);
  await page.route(pattern, async (route) => {
    await route.continue({ url: route.request().url().replace(HOST_ORIGIN, `http://localhost:${discord.hostPort}`) });
  });
  await page.goto(discord.hostUrl(options));
  await page.getByRole("region", { name: options.users.at(-1) ?? "", exact: true }).waitFor();
}

/** The app in a user's frame. */
export function activityOf(page: Page, user: string): FrameLocator {
  return page.getByRole("region", { name: user, exact: true }).frameLocator("iframe");
}
