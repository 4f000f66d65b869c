// A server that is never reached, for tests to put their own answers over.
import type { Server } from "./server.ts";

export const unreached = (): Promise<never> => Promise.reject(new Error("no network"));

export const UNREACHED: Server = {
  platformKey: unreached,
  guest: unreached,
  found: unreached,
  ticket: unreached,
  snapshot: unreached,
  state: unreached,
  text: unreached,
  chainAt: unreached,
  links: unreached,
  createLink: unreached,
  revokeLink: unreached,
};
