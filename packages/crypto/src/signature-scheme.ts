// Who signs and who checks, as the rest of Reed sees it. The log, the room and the replica are written against these two
// interfaces; ed25519.ts is the real scheme, and simulations may bring a cheaper one.

/** Holds one private key. Signing the same message twice may give different bytes: never hash or compare signatures. */
export interface Signer {
  /** Raw Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** A signature of 64 bytes. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

export interface SignatureScheme {
  /**
   * The verdict of crypto.md 2.4, the same on every engine: false for a malformed key or signature, never a throw over one.
   * Includes keyOk.
   */
  verify(publicKey: Uint8Array, signature: Uint8Array, message: Uint8Array): Promise<boolean>;
  /** True for a canonical encoding of a point of the prime-order group that is not its identity. Asked at enrolment. */
  keyOk(publicKey: Uint8Array): boolean;
}
