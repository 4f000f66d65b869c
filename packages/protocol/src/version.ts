// The version of the wire, and the oldest one that is still spoken. A client names a range in HELLO; the server picks the
// highest it knows in it. History:
//   1  The first: HELLO, OPS, EPH up; WELCOME, ACK, NACK, DELIVER, EPH, LEAVE, ROLE, RESYNC, GOAWAY down.

export const WIRE_VERSION = 1;

/** Clients in service workers and chat apps live long: the floor rises only when an old version can't be kept safe. */
export const WIRE_FLOOR = 1;

/** The version that both sides speak, or null where there is none. */
export function negotiateVersion(lowest: number, highest: number): number | null {
  const version = Math.min(highest, WIRE_VERSION);
  return version >= Math.max(lowest, WIRE_FLOOR) ? version : null;
}
