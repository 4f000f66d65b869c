// Hashing is synchronous inside the one critical step of the room, so it is handed in: node:crypto there, noble elsewhere.

/** SHA-256 (FIPS 180-4) over the concatenation of `parts`; 32 bytes. */
export type Sha256 = (...parts: readonly Uint8Array[]) => Uint8Array;
