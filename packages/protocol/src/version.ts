// The version of the wire, and the oldest one that is still spoken. A client names a range in HELLO; the server picks the
// highest it knows in it. History:
//   1  The first: HELLO, OPS, EPH up; WELCOME, ACK, NACK, DELIVER, EPH, LEAVE, ROLE, RESYNC, GOAWAY, HEAD down.
//   2  RECEIPT up, SNAPSHOT_NEW down, and the end `snapshot_needed`.
//   3  Compact ops in DELIVER; SUBSCRIBE and UNSUBSCRIBE up, FEED down, on private logs. Who wants all ops whole says that it speaks no more than 2.

export const WIRE_VERSION = 3;
/** From this version on a client gives receipts and can begin from a snapshot. */
export const SNAPSHOT_VERSION = 2;
/** From this version on ops are delivered without what the receiver can tell. */
export const COMPACT_VERSION = 3;

/** Clients in service workers and chat apps live long: the floor rises only when an old version can't be kept safe. */
export const WIRE_FLOOR = 1;

/** The version that both sides speak, or null where there is none. `newest`: the highest that this side speaks. */
export function negotiateVersion(lowest: number, highest: number, newest: number = WIRE_VERSION): number | null {
  const version = Math.min(highest, newest);
  return version >= Math.max(lowest, WIRE_FLOOR) ? version : null;
}
