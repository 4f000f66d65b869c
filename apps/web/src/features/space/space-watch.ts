// The channel as this window sees it: its notes, who is here and where, and whom this person follows. It says where this person is
// whenever that changes and every 20 s, more often while there are others to be seen, and every answer is a new view. What can't be
// asked now is asked again; the last view stays.

import type { SpaceView } from "@reed/api";
import { type Problem, problemOfError } from "../../problems.ts";
import { stepOf } from "./follow.ts";

const EVERY_MS = 20_000;
/** While others are here: what they begin, and where they are, is news. */
const TOGETHER_EVERY_MS = 5000;
/** After Discord says that somebody came: they have yet to sign in here. */
const ARRIVING_EVERY_MS = 2000;
const ARRIVING_MS = 15_000;
/** Whoever is followed is not to be waited for. */
const FOLLOWING_EVERY_MS = 3000;

export interface SpaceState {
  /** null until there was an answer. */
  readonly view: SpaceView | null;
  /** The id of whom this person follows. */
  readonly following: string | null;
  /** Why the last question had no answer. */
  readonly problem: Problem | null;
}

export interface SpaceWatchPorts {
  readonly here: (noteId: string | null, hasChanged: boolean) => Promise<SpaceView>;
  /** Whether anybody would see what is new. */
  readonly isLookedAt: () => boolean;
  /** Opens a note because the one who is followed did. */
  readonly go: (noteId: string) => void;
}

export class SpaceWatch {
  readonly #ports: SpaceWatchPorts;
  readonly #listeners = new Set<() => void>();
  #state: SpaceState;
  #at: string | null = null;
  #isStarted = false;
  /** Until then somebody may arrive any moment. */
  #arrivingUntilMs = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** Of the last question: an answer to an older one is old. */
  #turn = 0;
  /** Where following leads next: arriving there is no choice of one's own. */
  #ledTo: string | null = null;

  constructor(ports: SpaceWatchPorts, view: SpaceView | null) {
    this.#ports = ports;
    this.#state = { view, following: null, problem: null };
  }

  state = (): SpaceState => this.#state;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The result stops it. */
  start(): () => void {
    this.#isStarted = true;
    this.refresh();
    return () => {
      this.#isStarted = false;
      this.#turn += 1;
      if (this.#timer !== null) clearTimeout(this.#timer);
    };
  }

  /** The note on the sheet; null for none. */
  arrive(noteId: string | null): void {
    if (noteId === this.#at) return;
    this.#at = noteId;
    if (noteId !== this.#ledTo) this.stopFollowing();
    this.#ledTo = null;
    if (this.#isStarted) this.refresh();
  }

  /** Asks at once. `hasChanged`: Discord says that somebody came or went. */
  refresh(hasChanged = false): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (hasChanged) this.#arrivingUntilMs = Date.now() + ARRIVING_MS;
    void this.#ask(hasChanged);
  }

  follow(userId: string): void {
    this.#change({ following: userId });
    this.#takeStep();
    this.refresh();
  }

  stopFollowing(): void {
    if (this.#state.following !== null) this.#change({ following: null });
  }

  async #ask(hasChanged: boolean): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    try {
      const view = await this.#ports.here(this.#at, hasChanged);
      if (turn !== this.#turn) return;
      this.#change({ view, problem: null });
      this.#takeStep();
    } catch (error) {
      if (turn !== this.#turn) return;
      this.#change({ problem: problemOfError(error) });
    }
    if (this.#isStarted) this.#timer = setTimeout(() => this.refresh(), this.#everyMs);
  }

  get #everyMs(): number {
    const { view, following, problem } = this.#state;
    if (Date.now() < this.#arrivingUntilMs) return ARRIVING_EVERY_MS;
    if (following !== null) return FOLLOWING_EVERY_MS;
    const isAlone = view === null || view.people.length < 2 || problem !== null;
    return isAlone || !this.#ports.isLookedAt() ? EVERY_MS : TOGETHER_EVERY_MS;
  }

  #takeStep(): void {
    const { view, following } = this.#state;
    if (view === null || following === null) return;
    const step = stepOf(view.people, following, this.#at);
    if (step.type === "over") return this.stopFollowing();
    if (step.type === "stay") return;
    this.#ledTo = step.noteId;
    this.#ports.go(step.noteId);
  }

  #change(change: Partial<SpaceState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}
