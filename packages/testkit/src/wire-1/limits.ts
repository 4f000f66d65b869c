// Frozen: the wire of release 0.1.0, version 1. Never edited: programs of that release are out there and read nothing else.
// Every size that the wire promises, each with its reason.

/** One message is one frame. Platforms take 32 MiB; one slow frame must not hold up a socket for seconds. */
export const MAX_FRAME_BYTES = 1024 * 1024;
/** Ops or bytes that a client may have sent and not yet had answered. */
export const MAX_IN_FLIGHT_OPS = 64;
/** Presence fits a name, a colour and two positions, and must leave room in a 4 KB socket attachment. */
export const MAX_PRESENCE_BYTES = 1024;
/** Peers that one WELCOME names: 300 live editors and as many viewers who show themselves. */
export const MAX_PEERS = 800;
