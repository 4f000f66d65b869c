// Every size that the wire promises, each with its reason.

/** One message is one frame. Platforms take 32 MiB; one slow frame must not hold up a socket for seconds. */
export const MAX_FRAME_BYTES = 1024 * 1024;
/** One page of catch-up: small enough to interleave with live messages of other sockets. */
export const MAX_PAGE_BYTES = 512 * 1024;
/** Ops or bytes that a client may have sent and not yet had answered. */
export const MAX_IN_FLIGHT_OPS = 64;
export const MAX_IN_FLIGHT_BYTES = 1024 * 1024;
/** What a socket may have outstanding before it gets nothing live: two pages. */
export const SEND_WINDOW_BYTES = 1024 * 1024;
/** A client says what it has dealt with at least this often: four times in a window, and never in a quiet note. */
export const RECEIPT_EVERY_BYTES = 256 * 1024;
/** Notes whose heads one SUBSCRIBE asks for: those that a device has open or near. */
export const MAX_FOLLOWED = 64;
/** Presence fits a name, a colour and two positions, and must leave room in a 4 KB socket attachment. */
export const MAX_PRESENCE_BYTES = 1024;
/** Peers that one WELCOME names: 300 live editors and as many viewers who show themselves. */
export const MAX_PEERS = 800;
