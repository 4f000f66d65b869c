// What the worker and a space's object say to each other: plain data, already parsed. A space is a place that people come through to
// notes; the only kind yet is a Discord channel. Its object is named by `spaceName`.
import type { Role } from "@reed/access";
import type { NoteId } from "@reed/log";
import type { Named, NoteEvent } from "../library/events.ts";

/** Somebody whom Discord has just shown to be in the channel, by the session that was opened for it. */
export interface Arrival {
  readonly userId: string;
  readonly sessionId: string;
  readonly discordId: string;
  /** As people see them. */
  readonly name: string;
  readonly channelId: string;
  readonly guildId: string | null;
  readonly instance: string;
}

/** A note that the channel was given. */
export interface SpaceNote {
  readonly id: NoteId;
  readonly title: string;
  /** The channel's. */
  readonly role: Role;
  readonly modifiedMs: number;
  readonly addedBy: Named | null;
}

export interface SpacePerson {
  readonly user: Named;
  /** The note of this channel that they have open; null for any other. */
  readonly noteId: NoteId | null;
  readonly isYou: boolean;
}

export interface SpaceView {
  readonly channelId: string;
  readonly guildId: string | null;
  /** Changed last first, at most VIEW_NOTES. */
  readonly notes: readonly SpaceNote[];
  /** Seen within the last minute, the caller first; at most VIEW_PEOPLE. */
  readonly people: readonly SpacePerson[];
  /** The note to begin with, which the channel or the person may read. */
  readonly target: NoteId | null;
}

export interface SpaceCalls {
  /** Known from now on, until they leave; may be said again. */
  enter(arrival: Arrival): Promise<void>;
  /** The session has ended. */
  leave(sessionId: string): Promise<void>;
  /** `customId`: as Discord handed it over, not looked at yet. null where the space does not know the session. */
  view(sessionId: string, customId: string | null): Promise<SpaceView | null>;
  /** Which note the person has open. `hasChanged`: somebody came or went, so Discord is asked soon. The view has no target. */
  here(sessionId: string, noteId: NoteId | null, hasChanged: boolean): Promise<SpaceView | null>;
  /** What notes tell of themselves. Resolves when durable. */
  receive(events: readonly NoteEvent[]): Promise<void>;
  /** Notes whose title has all words of `query`, changed last first. */
  notes(query: string, limit: number): Promise<readonly SpaceNote[]>;
  /** The note that this Discord person opens next, if they come within two minutes. */
  pend(discordId: string, noteId: NoteId): Promise<void>;
  /** The note that an instance of the Activity was started for. */
  bind(instance: string, noteId: NoteId): Promise<void>;
}

/** The name of the object of a Discord channel. */
export function spaceName(channelId: string): string {
  return `discord:${channelId}`;
}
