// Signed tokens (JWT, EdDSA and nothing else). Each kind has its own type and audience, so that one is never taken for another.
import { toBase64Url } from "@reed/bytes";
import { signerFromSeed } from "@reed/crypto";
import { errors, importJWK, type JWTPayload, jwtVerify, SignJWT } from "jose";

export interface TokenKind {
  readonly typ: string;
  readonly audience: string;
  readonly lifetimeMs: number;
}

export interface SignedToken {
  readonly token: string;
  readonly expiresAtMs: number;
}

export type TokenVerdict =
  | { readonly type: "valid"; readonly payload: JWTPayload }
  | { readonly type: "expired" }
  | { readonly type: "invalid" };

const ALGORITHM = "EdDSA";

type Key = Awaited<ReturnType<typeof importJWK>>;

export class TokenKey {
  readonly #seed: Uint8Array;
  // Kept as values, not as promises: in workerd a promise belongs to the request that made it.
  #signing: Key | null = null;
  #verifying: Key | null = null;

  /** `seed`: 32 secret bytes. */
  constructor(seed: Uint8Array) {
    this.#seed = seed;
  }

  /** `claims` travel readable. */
  async sign(kind: TokenKind, claims: JWTPayload, nowMs: number): Promise<SignedToken> {
    const expiresAtMs = (Math.floor(nowMs / 1000) + kind.lifetimeMs / 1000) * 1000;
    this.#signing ??= await importJWK({ ...this.#publicJwk(), d: toBase64Url(this.#seed) }, ALGORITHM);
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: ALGORITHM, typ: kind.typ })
      .setAudience(kind.audience)
      .setIssuedAt(Math.floor(nowMs / 1000))
      .setExpirationTime(expiresAtMs / 1000)
      .sign(this.#signing);
    return { token, expiresAtMs };
  }

  async verify(kind: TokenKind, token: string, nowMs: number): Promise<TokenVerdict> {
    this.#verifying ??= await importJWK(this.#publicJwk(), ALGORITHM);
    try {
      const { payload } = await jwtVerify(token, this.#verifying, {
        algorithms: [ALGORITHM],
        typ: kind.typ,
        audience: kind.audience,
        requiredClaims: ["exp"],
        currentDate: new Date(nowMs),
      });
      return { type: "valid", payload };
    } catch (error) {
      if (error instanceof errors.JWTExpired) return { type: "expired" };
      if (error instanceof errors.JOSEError || error instanceof TypeError) return { type: "invalid" };
      throw error;
    }
  }

  #publicJwk() {
    return { kty: "OKP", crv: "Ed25519", alg: ALGORITHM, x: toBase64Url(signerFromSeed(this.#seed).publicKey) };
  }
}
