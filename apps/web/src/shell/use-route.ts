// The address bar as state. Navigation is the History API and two events; there is no router to configure. Where the page's own
// address has to stay as it is, because it says how the page was opened, the app's is kept in memory.

import { type MouseEvent, useSyncExternalStore } from "react";
import { parseRoute, type Route } from "./route.ts";

const navigated = "reed:navigated";
let last: { readonly address: string; readonly route: Route } | null = null;
/** null: the address is the page's. */
let inMemory: string | null = null;

/** From now on the page's own address does not change. */
export function keepAddressInMemory(): void {
  inMemory = "/";
}

export function useRoute(): Route {
  return useSyncExternalStore(subscribe, currentRoute);
}

export function navigate(path: string): void {
  if (inMemory === null) history.pushState(null, "", path);
  else inMemory = path;
  dispatchEvent(new Event(navigated));
}

/** To the way in, and from there back here. Where the host knows its people there is no such way. */
export function goToSignIn(): void {
  if (inMemory !== null) return;
  history.pushState({ next: location.pathname + location.hash }, "", "/sign-in");
  dispatchEvent(new Event(navigated));
}

/** From the way in to where somebody came from; the way in is not gone back to. */
export function leaveSignIn(): void {
  const state: unknown = history.state;
  const next = typeof state === "object" && state !== null && "next" in state ? state.next : null;
  history.replaceState(null, "", typeof next === "string" && next.startsWith("/") ? next : "/");
  dispatchEvent(new Event(navigated));
}

/** For a link of our own: follows it without loading the page, unless the person asked for another tab. */
export function followHere(event: MouseEvent<HTMLAnchorElement>): void {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  navigate(event.currentTarget.pathname + event.currentTarget.hash);
}

function subscribe(listener: () => void): () => void {
  const events = ["popstate", "hashchange", navigated];
  for (const name of events) addEventListener(name, listener);
  return () => {
    for (const name of events) removeEventListener(name, listener);
  };
}

/** The same object while the address stays the same. */
export function currentRoute(): Route {
  const { pathname, hash } = inMemory === null ? location : new URL(inMemory, location.origin);
  const address = pathname + hash;
  if (last?.address !== address) last = { address, route: parseRoute(pathname, hash) };
  return last.route;
}
