// What the host page and its server tell each other.
import type { Message } from "../message-shape.ts";
import type { WireUser } from "../people.ts";
import type { DiscordChannel } from "../state.ts";

export interface ViewCommand {
  readonly name: string;
  readonly type: number;
  readonly description: string;
  readonly options: readonly ViewOption[];
}

export interface ViewOption {
  readonly name: string;
  readonly type: number;
  readonly autocomplete: boolean;
  readonly options: readonly ViewOption[];
}

/** Discord as one user sees it in one channel. */
export interface View {
  readonly application: { readonly id: string; readonly name: string };
  readonly proxyPort: number;
  /** Where pictures come from. */
  readonly cdn: string;
  /** A page at an origin that the SDK does not believe. */
  readonly strangerUrl: string;
  readonly user: WireUser;
  readonly users: readonly WireUser[];
  readonly channel: DiscordChannel;
  readonly channels: readonly DiscordChannel[];
  readonly instanceId: string | null;
  /** Who is in the channel's activity. */
  readonly participants: readonly WireUser[];
  readonly messages: readonly Message[];
  readonly commands: readonly ViewCommand[];
}

/** What became of something that a person did. */
export interface Done {
  /** A sentence where Discord shows one ("The application did not respond"). */
  readonly problem: string | null;
  readonly choices: readonly { readonly name: string; readonly value: string }[];
}
