// What stands around the app: a browser's tab, or Discord. The app asks it for whatever is done differently there, and never asks
// which of the two it is where a member says it. A host that can't do something has null there.

import type { OpenNote } from "@reed/sync";
import { type ComponentType, createContext, useContext, useSyncExternalStore } from "react";

/** pip: a small window over another one; grid: one of several tiles. In both the app is looked at, and not written in. */
export type Layout = "focused" | "pip" | "grid";

/** Somebody who has the app open in the same place, as the host says. For show only. */
export interface Participant {
  readonly id: string;
  /** What they may be called there, the most likely first. */
  readonly names: readonly string[];
  /** Address of a picture. */
  readonly picture: string | null;
}

/** The same object until something in it changes. */
export interface HostState {
  readonly layout: Layout;
  /** The device is hot: as little as possible is to move. */
  readonly isCalm: boolean;
  /** BCP 47; null: the browser's. */
  readonly locale: string | null;
  readonly participants: readonly Participant[];
}

/** shared: the host's own dialog did it, or was closed. refused: the address is there to be copied. */
export type ShareOutcome = { readonly type: "shared" } | { readonly type: "refused"; readonly address: string };

/** What others see that this person does. Never a title. */
export interface Activity {
  readonly isInNote: boolean;
  readonly people: number;
}

export interface Host {
  state(): HostState;
  subscribe(listener: () => void): () => void;
  /** It knows who the person is, and the place has people and notes of its own, which stand beside the sheet. */
  readonly hasSpace: boolean;
  /** Opens an address outside of the app. */
  openLink(address: string): void;
  /** Lets people come to this note from a chat. */
  readonly share: ((noteId: string) => Promise<ShareOutcome>) | null;
  /** Calls people to where the app is open. */
  readonly invite: (() => Promise<ShareOutcome>) | null;
  readonly tellActivity: ((activity: Activity) => void) | null;
  /** The note on the sheet; null when there is none any more. */
  readonly noteShown: ((note: OpenNote | null) => void) | null;
  /** What the share dialog has more of here. */
  readonly SharePart: ComponentType<{ readonly note: OpenNote; readonly isOwner: boolean }> | null;
}

const plainState: HostState = { layout: "focused", isCalm: false, locale: null, participants: [] };

/** A browser's tab. */
const browserHost: Host = {
  hasSpace: false,
  state: () => plainState,
  subscribe: () => () => undefined,
  openLink: (address) => void window.open(address, "_blank", "noopener,noreferrer"),
  share: null,
  invite: null,
  tellActivity: null,
  noteShown: null,
  SharePart: null,
};

export const HostContext = createContext<Host>(browserHost);

export function useHost(): Host {
  return useContext(HostContext);
}

export function useHostState(): HostState {
  const host = useHost();
  return useSyncExternalStore(
    (listener) => host.subscribe(listener),
    () => host.state(),
  );
}
