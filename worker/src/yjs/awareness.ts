// Who may say what about whom. A clientID belongs to the socket that announced it first, until that socket goes or has been
// silent for as long as y-protocols would wait. Providers repeat to the server what they hear of others; such echoes change
// nothing here, also when the one they speak of has just gone.
import { encodeUtf8 } from "@reed/bytes";
import type { AwarenessEntry } from "./messages.ts";
import type { YjsSession } from "./session.ts";

const MAX_STATE_BYTES = 1024;
/** Of one socket together: they ride in its attachment. */
const MAX_STATES_BYTES = 2048;
/** Tabs of one browser hear each other and may speak for each other. */
const MAX_CLIENTS = 8;
/** y-protocols takes a client for gone after this long. */
const SILENT_MS = 30_000;
const MAX_GONE = 256;

/** What a message changed: nothing, clocks alone, or something that can be seen. */
export type AwarenessChange = "none" | "renewed" | "shown";

export class Awareness {
  readonly #sessions: ReadonlyMap<number, YjsSession>;
  readonly #isTaken: (client: number) => boolean;
  /** The last clocks of clients that went, so that a late echo brings none of them back. */
  readonly #gone = new Map<number, number>();

  /** `isTaken`: whether a number stands for one of Reed's own people. */
  constructor(sessions: ReadonlyMap<number, YjsSession>, isTaken: (client: number) => boolean) {
    this.#sessions = sessions;
    this.#isTaken = isTaken;
  }

  /** Takes over what `session` may say; the rest of `entries` is passed over. */
  take(session: YjsSession, entries: readonly AwarenessEntry[], nowMs: number): AwarenessChange {
    let change: AwarenessChange = "none";
    for (const entry of entries) {
      const before = session.states.get(entry.client);
      if (before === undefined ? !this.#mayAnnounce(session, entry, nowMs) : !isNewer(entry, before)) continue;
      if (!fits(session, entry)) continue;
      session.states.set(entry.client, entry);
      if (entry.state !== (before?.state ?? null)) change = "shown";
      else if (change === "none") change = "renewed";
    }
    return change;
  }

  /** Remembers that this client, with this clock, has gone. */
  forget(client: number, clock: number): void {
    this.#gone.delete(client);
    this.#gone.set(client, clock);
    const [oldest] = this.#gone.keys();
    if (this.#gone.size > MAX_GONE && oldest !== undefined) this.#gone.delete(oldest);
  }

  #mayAnnounce(session: YjsSession, { client, clock, state }: AwarenessEntry, nowMs: number): boolean {
    if (state === null || session.states.size >= MAX_CLIENTS || this.#isTaken(client)) return false;
    if (clock <= (this.#gone.get(client) ?? -1)) return false;
    for (const other of this.#sessions.values()) {
      const owned = other.states.get(client);
      if (owned === undefined) continue;
      if (clock <= owned.clock || nowMs - other.heardMs < SILENT_MS) return false;
      other.states.delete(client);
    }
    return true;
  }
}

function isNewer(entry: AwarenessEntry, before: AwarenessEntry): boolean {
  return entry.clock > before.clock || (entry.clock === before.clock && entry.state === null && before.state !== null);
}

function fits({ states }: YjsSession, { client, state }: AwarenessEntry): boolean {
  const bytes = bytesOf(state);
  if (bytes > MAX_STATE_BYTES) return false;
  const others = [...states.values()].filter((other) => other.client !== client);
  return others.reduce((sum, other) => sum + bytesOf(other.state), bytes) <= MAX_STATES_BYTES;
}

function bytesOf(state: string | null): number {
  return state === null ? 0 : encodeUtf8(state.toWellFormed()).length;
}
