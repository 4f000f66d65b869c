// How much a room of a world takes.
import { ROOM_LIMITS, type RoomLimits } from "@reed/room";
import type { Random } from "./prng.ts";

/** In some worlds a little is much: what a socket may have outstanding, and how fast somebody may write. */
export function limitsOf(random: Random): RoomLimits {
  const windowBytes = random.chance(0.25) ? 500 : ROOM_LIMITS.windowBytes;
  if (random.chance(0.8)) return { ...ROOM_LIMITS, windowBytes };
  const rate = {
    ops: { perSecond: 2, burst: 3 },
    bytes: ROOM_LIMITS.connection.bytes,
    frames: { perSecond: 20, burst: 30 },
  };
  return { ...ROOM_LIMITS, windowBytes, connection: rate, principal: rate };
}
