// Who may come in and how fast: a gate for each connection, the meters that people share over all of theirs, and the number of
// sockets of each kind that one note serves.
import { can, type Role } from "@reed/access";
import { hexKey, type Op } from "@reed/log";
import { SEND_WINDOW_BYTES } from "@reed/protocol";
import type { Decoded } from "./prepare.ts";
import { Gate, Meter, type Rate, RATES } from "./rates.ts";
import type { Session, Visitor } from "./session.ts";

export interface RoomLimits {
  readonly connection: Rate;
  readonly principal: Rate;
  /** Live sockets that may write, and those that only read. */
  readonly editors: number;
  readonly readers: number;
  /** What a socket may have outstanding before it gets nothing live. */
  readonly windowBytes: number;
}

/** The numbers of sockets are what one object of the platform serves within its promises; more people poll. */
export const ROOM_LIMITS: RoomLimits = { ...RATES, editors: 300, readers: 500, windowBytes: SEND_WINDOW_BYTES };

/** Meters of people that are remembered before those of idle ones are given up. */
const MAX_METERS = 1024;

export class Turnstile {
  readonly #limits: RoomLimits;
  readonly #meters = new Map<string, Meter>();

  constructor(limits: RoomLimits = ROOM_LIMITS) {
    this.#limits = limits;
  }

  get windowBytes(): number {
    return this.#limits.windowBytes;
  }

  /** Counts a frame as it comes in; the first HELLO is free. False: this is a flood. */
  arrive(session: Session, message: Decoded, bytes: number, nowMs: number): boolean {
    if (message.type === "hello" && !session.hasSaidHello) return (session.hasSaidHello = true);
    return this.#gateOf(session, nowMs).arrive(message, bytes, nowMs);
  }

  /** 0: `op` goes on and is counted. Else it is refused for now, and may come again after so many whole ms. */
  hold(session: Session, op: Op, nowMs: number): number {
    return this.#gateOf(session, nowMs).hold(op, nowMs);
  }

  /** Whether one more socket of `role` fits beside the live ones. */
  hasRoomFor(role: Role | null, sessions: Iterable<Session>): boolean {
    const isEditor = can(role, "write_text");
    let count = 0;
    for (const { phase, role: other } of sessions)
      if (phase === "live" && can(other, "write_text") === isEditor) count += 1;
    return can(role, "read") && count < (isEditor ? this.#limits.editors : this.#limits.readers);
  }

  /** Who only reads needs no gate, and there may be many of them. */
  #gateOf(session: Session, nowMs: number): Gate {
    return (session.gate ??= new Gate([
      new Meter(this.#limits.connection, nowMs),
      this.#meterOf(session.visitor, nowMs),
    ]));
  }

  /** An account counts as one; who has none counts by the device, for many come by one link. */
  #meterOf({ user, device }: Visitor, nowMs: number): Meter {
    if (this.#meters.size >= MAX_METERS) this.#giveUpIdle(nowMs);
    const key = user ?? hexKey(device);
    const meter = this.#meters.get(key) ?? new Meter(this.#limits.principal, nowMs);
    this.#meters.set(key, meter);
    return meter;
  }

  #giveUpIdle(nowMs: number): void {
    for (const [key, meter] of this.#meters) if (meter.isIdle(nowMs)) this.#meters.delete(key);
  }
}
