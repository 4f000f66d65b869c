// What the log needs of a signature scheme; packages/crypto has the real one (Ed25519), the simulation a keyed hash.

export interface Verifier {
  /** Whether `publicKey` may be used at all (crypto: canonical, of prime order). */
  keyOk(publicKey: Uint8Array): boolean;
  verify(publicKey: Uint8Array, signature: Uint8Array, message: Uint8Array): Promise<boolean>;
}

export interface Signer {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** 64 bytes. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}
