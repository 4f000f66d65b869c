// The host page: a client per person, and `window.localDiscord` for tests.
import type { Change } from "../state.ts";
import type { Envelope } from "./activity-frame.ts";
import { ClientPane } from "./client-pane.ts";
import { readHostOptions } from "./host-options.ts";

/** What a test does to the page, by username. Throws for who has no client here, or no activity open. */
export interface LocalDiscordPage {
  /** Everything that the app sent, oldest first. */
  received(user: string): readonly Envelope[];
  /** Sends an envelope as it is. */
  send(user: string, envelope: Envelope): void;
  /** Sends an event, subscribed or not. */
  dispatch(user: string, event: string, data: unknown): void;
  layout(user: string, mode: 0 | 1 | 2): void;
  orientation(user: string, orientation: 0 | 1): void;
  thermal(user: string, state: 0 | 1 | 2 | 3): void;
  close(user: string, code: number, message: string): void;
  open(user: string, customId?: string): Promise<void>;
  leave(user: string): Promise<void>;
  /** Addresses that the app asked to open. */
  opened(user: string): readonly string[];
  shared(user: string): readonly { readonly message: string; readonly customId: string | null }[];
  /** The last rich presence. */
  activity(user: string): unknown;
}

declare global {
  interface Window {
    localDiscord: LocalDiscordPage;
  }
}

const host = readHostOptions(location.search, ["ann", "bob"], "general");
const panes = new Map<string, ClientPane>();
const changes = new EventSource("/local/events");
changes.addEventListener("message", (event: MessageEvent<string>) => {
  const change = JSON.parse(event.data) as Change;
  for (const pane of panes.values()) void pane.heard(change);
});
await new Promise((resolve) => {
  changes.addEventListener("open", resolve, { once: true });
});

function paneOf(user: string): ClientPane {
  const pane = panes.get(user);
  if (pane === undefined) throw new Error(`${user} has no client on this page`);
  return pane;
}

function frameOf(user: string): NonNullable<ClientPane["frame"]> {
  const { frame } = paneOf(user);
  if (frame === null) throw new Error(`${user} has no activity open`);
  return frame;
}

window.localDiscord = {
  received: (user) => frameOf(user).received,
  send: (user, envelope) => frameOf(user).send(envelope),
  dispatch: (user, event, data) => frameOf(user).dispatch(event, data),
  layout: (user, mode) => paneOf(user).setLayout(mode),
  orientation: (user, orientation) => paneOf(user).setOrientation(orientation),
  thermal: (user, state) => paneOf(user).setThermal(state),
  close: (user, code, message) => frameOf(user).close(code, message),
  open: (user, customId) => paneOf(user).launch(customId),
  leave: (user) => paneOf(user).leave(),
  opened: (user) => paneOf(user).opened,
  shared: (user) => paneOf(user).shared,
  activity: (user) => frameOf(user).activity,
};

for (const [index, user] of host.users.entries()) {
  const inviteOthers = (): void => {
    for (const [name, pane] of panes) if (name !== user && pane.frame === null) void pane.launch();
  };
  // One after another, so that nothing is told to a pane that isn't there yet.
  const pane = await ClientPane.open({ user, channel: host.channel, host, index, inviteOthers });
  panes.set(user, pane);
  document.body.append(pane.element);
}
if (host.isOpen === true) for (const pane of panes.values()) await pane.launch();
