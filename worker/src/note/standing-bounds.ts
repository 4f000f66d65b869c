// What limits everybody here beside the grants: the trash, blocks, and sign-ins that were just ended. Asked at every step of every
// socket and at every call (packages/room/src/bounds.ts).
import { type NoteState, type Role, roleIn } from "@reed/access";
import { equalBytes, toBase64Url } from "@reed/bytes";
import type { Ledger, Principal } from "@reed/log";
import type { Bounds, Visitor } from "@reed/room";
import type { CutScope } from "../library/events.ts";
import type { BlockTable } from "./blocks.ts";
import type { Facts } from "./facts.ts";

/** Longer than a ticket lives: one that was given before the end, and is shown after it, opens nothing. */
const REMEMBERED_MS = 120_000;

/** What is cut off of a user: one device, one session, or all. */
export interface CutInput extends CutScope {
  readonly user: Principal;
}

export interface StandingBoundsOptions {
  readonly facts: Facts;
  readonly blocks: BlockTable;
  ledger(): Ledger | null;
}

export class StandingBounds implements Bounds {
  readonly #options: StandingBoundsOptions;
  /** Sessions and devices that have ended, until no ticket of before can be shown any more. */
  readonly #ended = new Map<string, number>();
  #isGone = false;

  constructor(options: StandingBoundsOptions) {
    this.#options = options;
  }

  get state(): NoteState {
    return this.#options.facts.state.trashedUs === null ? "open" : "trashed";
  }

  get isFrozen(): boolean {
    return this.#isGone || this.state === "trashed";
  }

  narrow(visitor: Visitor, role: Role | null): Role | null {
    if (role === null || this.#isGone || this.isStopped(visitor)) return null;
    return roleIn(this.state, role);
  }

  /** Whether `visitor` is kept out, whatever the grants say. */
  isStopped(visitor: Visitor): boolean {
    if (this.#ended.size > 0 && keysOf(visitor).some((key) => this.#ended.has(key))) return true;
    return this.#options.blocks.stops(visitor, this.#options.ledger());
  }

  /** A session or a device has ended, and never comes back. */
  end({ device, sessionId }: CutInput, nowMs: number): void {
    for (const [key, untilMs] of this.#ended) if (untilMs <= nowMs) this.#ended.delete(key);
    if (device !== undefined) this.#ended.set(deviceKey(device), nowMs + REMEMBERED_MS);
    if (sessionId !== undefined) this.#ended.set(sessionKey(sessionId), nowMs + REMEMBERED_MS);
  }

  /** Nothing is here for anybody any more. */
  close(): void {
    this.#isGone = true;
  }
}

/** Whether `input` cuts off `visitor`. */
export function isCutOff({ user, device, sessionId }: CutInput, visitor: Visitor): boolean {
  if (device !== undefined && equalBytes(device, visitor.device)) return true;
  if (sessionId !== undefined && visitor.session === sessionId) return true;
  return device === undefined && sessionId === undefined && visitor.user === user;
}

function keysOf({ device, session }: Visitor): readonly string[] {
  const own = device.length === 0 ? [] : [deviceKey(device)];
  return session === null || session === undefined ? own : [...own, sessionKey(session)];
}

function deviceKey(device: Uint8Array): string {
  return `device ${toBase64Url(device)}`;
}

function sessionKey(sessionId: string): string {
  return `session ${sessionId}`;
}
