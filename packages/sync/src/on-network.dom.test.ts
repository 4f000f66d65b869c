// What a page hears when it comes back: from the network, from another tab, from the cache of pages.
import { expect, it, vi } from "vitest";
import { onNetwork } from "./on-network.ts";

it("tells that trying again is worth it when the page is shown again, also out of the browser's cache of pages", () => {
  const listener = vi.fn<(isUp: boolean) => void>();
  const leave = onNetwork(listener);
  for (const event of ["pageshow", "focus", "online"]) globalThis.dispatchEvent(new Event(event));
  expect(listener.mock.calls).toEqual([[true], [true], [true]]);
  leave();
  globalThis.dispatchEvent(new Event("pageshow"));
  expect(listener).toHaveBeenCalledTimes(3);
});

it("tells that the network is gone, also where that is noticed as the page comes back", () => {
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  const listener = vi.fn<(isUp: boolean) => void>();
  const leave = onNetwork(listener);
  for (const event of ["offline", "pageshow"]) globalThis.dispatchEvent(new Event(event));
  expect(listener.mock.calls).toEqual([[false], [false]]);
  leave();
  vi.restoreAllMocks();
});
