// Discord as the app's host. Owns what Discord's client last said of layout, heat, language and people, and asks it for what only it
// can do. Invariant: nothing here rejects; where the client can't or won't, there is another way or none. Made after sign-in.

import type { OpenNote } from "@reed/sync";
import type { Activity, Host, HostState, Layout, Participant, ShareOutcome } from "./host.ts";
import { OptionalCommands } from "./optional-commands.ts";
import type { Sdk, SdkParticipant } from "./sdk.ts";

/** Serious, of 0 nominal, 1 fair, 2 serious, 3 critical. */
const HOT = 2;
/** Discord takes five changes in twenty seconds. */
const ACTIVITY_EVERY_MS = 5000;
/** What Discord shows as room for more. */
const PARTY_ROOM = 25;
const LINK_PATIENCE_MS = 5000;

export interface DiscordHostOptions {
  readonly sdk: Sdk;
  readonly applicationId: string;
  readonly instanceId: string;
  readonly isMobile: boolean;
  readonly SharePart: Host["SharePart"];
  /** Somebody came or went. */
  readonly onPeople: () => void;
}

export class DiscordHost implements Host {
  readonly hasSpace = true;
  readonly SharePart: Host["SharePart"];
  readonly #options: DiscordHostOptions;
  readonly #sdk: Sdk;
  readonly #commands = new OptionalCommands();
  readonly #listeners = new Set<() => void>();
  readonly #sinceMs = Date.now();
  #state: HostState = { layout: "focused", isCalm: false, locale: null, participants: [] };
  #unopened: string | null = null;
  #note: OpenNote | null = null;
  #activity: Activity | null = null;
  #activityTimer: ReturnType<typeof setTimeout> | null = null;
  #isActivityNews = false;
  #isAuthenticated = false;

  constructor(options: DiscordHostOptions) {
    this.#options = options;
    this.#sdk = options.sdk;
    this.SharePart = options.SharePart;
  }

  /** Answers come when they come; the app does not wait for them. `accessToken`: of Discord. */
  listen(accessToken: string): void {
    const sdk = this.#sdk;
    void this.#commands.ask("layout", () => sdk.onLayout((mode) => this.#change({ layout: layoutOf(mode) })));
    void this.#commands.ask("thermal", () => sdk.onThermal((heat) => this.#change({ isCalm: heat >= HOT })));
    if (this.#options.isMobile) void this.#commands.ask("orientation", () => sdk.unlockOrientation());
    void this.#authenticate(accessToken);
  }

  /** Shows Discord's client that its person let the app in: before that it refuses all that follows here. */
  async #authenticate(accessToken: string): Promise<void> {
    const sdk = this.#sdk;
    await this.#commands.ask("authenticate", () => sdk.authenticate(accessToken));
    this.#isAuthenticated = true;
    void this.#commands.ask("people", () => sdk.onParticipants((people) => this.#peopleChanged(people)));
    void this.#learn();
    this.#sendActivity();
  }

  state = (): HostState => this.#state;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The note on the sheet. */
  note = (): OpenNote | null => this.#note;

  noteShown = (note: OpenNote | null): void => {
    this.#note = note;
    this.#tell();
  };

  /** An address that nothing would open: it is there to be copied. */
  unopened = (): string | null => this.#unopened;

  dismissUnopened(): void {
    this.#unopened = null;
    this.#tell();
  }

  openLink = (address: string): void => {
    void this.#openLink(address);
  };

  share = async (noteId: string): Promise<ShareOutcome> => {
    const asked = await this.#commands.ask(
      "share",
      () => this.#sdk.shareLink("Let’s write this together.", noteId),
      true,
    );
    return asked.type === "done" ? { type: "shared" } : { type: "refused", address: this.#address(noteId) };
  };

  /** In direct messages there is no invite dialog: then a link to this place can be sent. */
  invite = async (): Promise<ShareOutcome> => {
    const invited = await this.#commands.ask("invite", () => this.#sdk.openInviteDialog(), true);
    if (invited.type === "done") return { type: "shared" };
    const message = "Come and write with us.";
    const shared = await this.#commands.ask("share", () => this.#sdk.shareLink(message, null), true);
    return shared.type === "done" ? { type: "shared" } : { type: "refused", address: this.#address(null) };
  };

  tellActivity = (activity: Activity): void => {
    const { isInNote, people } = activity;
    if (isInNote === this.#activity?.isInNote && people === this.#activity.people) return;
    this.#activity = activity;
    this.#isActivityNews = true;
    if (this.#isAuthenticated && this.#activityTimer === null) this.#sendActivity();
  };

  #sendActivity(): void {
    this.#activityTimer = null;
    const activity = this.#activity;
    if (!this.#isActivityNews || activity === null) return;
    this.#isActivityNews = false;
    this.#activityTimer = setTimeout(() => this.#sendActivity(), ACTIVITY_EVERY_MS);
    const people = Math.max(1, activity.people);
    void this.#commands.ask("activity", () =>
      this.#sdk.setActivity({
        type: 0,
        details: activity.isInNote ? "Editing a note" : "Looking at notes",
        timestamps: { start: this.#sinceMs },
        party: { id: this.#options.instanceId, size: [people, Math.max(PARTY_ROOM, people)] },
      }),
    );
  }

  async #openLink(address: string): Promise<void> {
    // People may look at Discord's question for long; meanwhile the address is at hand, should nothing have been asked at all.
    const late = setTimeout(() => this.#offer(address), LINK_PATIENCE_MS);
    const asked = await this.#commands.ask("link", () => this.#sdk.openExternalLink(address), true);
    clearTimeout(late);
    if (asked.type === "done" && asked.value.opened !== null) {
      if (this.#unopened === address) this.dismissUnopened();
      return;
    }
    if (asked.type === "timeout") return;
    if (!openWindow(address)) this.#offer(address);
  }

  #offer(address: string): void {
    this.#unopened = address;
    this.#tell();
  }

  async #learn(): Promise<void> {
    const [locale, people] = await Promise.all([
      this.#commands.ask("locale", () => this.#sdk.locale()),
      this.#commands.ask("participants", () => this.#sdk.participants()),
    ]);
    if (locale.type === "done") this.#change({ locale: localeOf(locale.value.locale) });
    if (people.type === "done" && this.#state.participants.length === 0) {
      this.#change({ participants: people.value.participants.map(toParticipant) });
    }
  }

  #peopleChanged(people: readonly SdkParticipant[]): void {
    this.#change({ participants: people.map(toParticipant) });
    this.#options.onPeople();
  }

  #address(noteId: string | null): string {
    const query = noteId === null ? "" : `?custom_id=${encodeURIComponent(noteId)}`;
    return `https://discord.com/activities/${this.#options.applicationId}${query}`;
  }

  #change(change: Partial<HostState>): void {
    this.#state = { ...this.#state, ...change };
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** False where the frame may open none. With "noopener" nobody would be told. */
export function openWindow(address: string): boolean {
  const opened = window.open(address, "_blank");
  if (opened === null) return false;
  opened.opener = null;
  return true;
}

function layoutOf(mode: number): Layout {
  if (mode === 1) return "pip";
  return mode === 2 ? "grid" : "focused";
}

/** null where it is no language that a browser knows. */
function localeOf(locale: string): string | null {
  try {
    return Intl.getCanonicalLocales(locale)[0] ?? null;
  } catch {
    return null;
  }
}

function toParticipant({ id, username, global_name: globalName, nickname, avatar }: SdkParticipant): Participant {
  const names = [nickname, globalName, username].filter((name) => typeof name === "string" && name !== "");
  return { id, names: names.map(String), picture: pictureOf(id, avatar) };
}

/** Through our own server: a frame in Discord may load nothing from elsewhere. */
function pictureOf(id: string, avatar: string | null | undefined): string | null {
  const isWellFormed = /^\d{1,20}$/u.test(id) && typeof avatar === "string" && /^(?:a_)?[0-9a-f]{32}$/u.test(avatar);
  return isWellFormed ? `/api/discord/avatars/${id}/${avatar}` : null;
}
