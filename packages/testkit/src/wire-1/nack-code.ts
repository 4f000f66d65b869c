// Frozen: the wire of release 0.1.0, version 1. Never edited: programs of that release are out there and read nothing else.
export const NACK_CLASSES = ["retry", "reissue", "never"] as const;
export type NackClass = (typeof NACK_CLASSES)[number];
