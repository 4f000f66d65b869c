// What a host is made of, and whom it tells.
import type { NoteId } from "@reed/log";
import type { RoomLimits } from "@reed/room";
import type { FakeKey } from "./keys.ts";
import type { LogOracle } from "./log-oracle.ts";
import type { NetworkTimes } from "./network.ts";
import type { Random } from "./prng.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Tally } from "./tally.ts";

export interface HostOptions {
  readonly noteId: NoteId;
  readonly platform: FakeKey;
  readonly oracle: LogOracle;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly network: NetworkTimes;
  readonly tally: Tally;
  /** Longest verification, µs. */
  readonly verifyUs: number;
  readonly slowDiskUs: number;
  readonly limits: RoomLimits;
  /** So many lives of the object are of a program that speaks version 1 only, until a newer one is deployed. */
  readonly oldLives: number;
  /** Its memory goes whenever it may. */
  readonly isSleepy: boolean;
  /** Called when work of the room's goes on in promises. */
  readonly onAsync: () => void;
  readonly onError: (error: unknown) => void;
  /** Called when the room has written something that is not committed yet. */
  readonly onWrite: () => void;
}
