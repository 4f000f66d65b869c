// Signed tokens (JWT, EdDSA and nothing else). Each kind has its own type and audience, so that one is never taken for another.
// One key signs; former ones still verify, so that the key can be replaced while people are signed in. A token names its key by
// `kid`, which only chooses among ours: nothing else in its header is believed.
import { toBase64Url } from "@reed/bytes";
import { sha256, signerFromSeed } from "@reed/crypto";
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
  /** It was good once. */
  | { readonly type: "expired"; readonly payload: JWTPayload }
  | { readonly type: "invalid" };

/** As RFC 8037 has it. */
export interface PublicJwk {
  readonly kty: "OKP";
  readonly crv: "Ed25519";
  readonly alg: "EdDSA";
  readonly use: "sig";
  readonly kid: string;
  readonly x: string;
}

const ALGORITHM = "EdDSA";
const KID_BYTES = 12;

type Key = Awaited<ReturnType<typeof importJWK>>;

interface Pair {
  readonly seed: Uint8Array;
  readonly jwk: PublicJwk;
}

export class TokenKey {
  readonly #current: Pair;
  readonly #known: ReadonlyMap<string, Pair>;
  // Kept as values, not as promises: in workerd a promise belongs to the request that made it.
  #signing: Key | null = null;
  readonly #verifying = new Map<string, Key>();

  /** Seeds: 32 secret bytes each. */
  constructor(seed: Uint8Array, former: readonly Uint8Array[] = []) {
    this.#current = pairOf(seed);
    this.#known = new Map([...former.map(pairOf), this.#current].map((pair) => [pair.jwk.kid, pair]));
  }

  /** What others need to verify our tokens: the key that signs first. */
  get publicKeys(): readonly PublicJwk[] {
    return [...this.#known.values()].map(({ jwk }) => jwk).toReversed();
  }

  /** `claims` travel readable. */
  async sign(kind: TokenKind, claims: JWTPayload, nowMs: number): Promise<SignedToken> {
    const expiresAtMs = (Math.floor(nowMs / 1000) + kind.lifetimeMs / 1000) * 1000;
    const { seed, jwk } = this.#current;
    this.#signing ??= await importJWK({ ...jwk, d: toBase64Url(seed) }, ALGORITHM);
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: ALGORITHM, typ: kind.typ, kid: jwk.kid })
      .setAudience(kind.audience)
      .setIssuedAt(Math.floor(nowMs / 1000))
      .setExpirationTime(expiresAtMs / 1000)
      .sign(this.#signing);
    return { token, expiresAtMs };
  }

  async verify(kind: TokenKind, token: string, nowMs: number): Promise<TokenVerdict> {
    try {
      const { payload } = await jwtVerify(token, ({ kid }) => this.#keyFor(kid), {
        algorithms: [ALGORITHM],
        typ: kind.typ,
        audience: kind.audience,
        requiredClaims: ["exp"],
        currentDate: new Date(nowMs),
      });
      return { type: "valid", payload };
    } catch (error) {
      if (error instanceof errors.JWTExpired) return { type: "expired", payload: error.payload };
      if (error instanceof errors.JOSEError || error instanceof TypeError) return { type: "invalid" };
      throw error;
    }
  }

  async #keyFor(kid: unknown): Promise<Key> {
    const pair = typeof kid === "string" ? this.#known.get(kid) : undefined;
    if (pair === undefined) throw new errors.JWKSNoMatchingKey();
    const { jwk } = pair;
    const key = this.#verifying.get(jwk.kid) ?? (await importJWK({ ...jwk }, ALGORITHM));
    this.#verifying.set(jwk.kid, key);
    return key;
  }
}

function pairOf(seed: Uint8Array): Pair {
  const { publicKey } = signerFromSeed(seed);
  const kid = toBase64Url(sha256(publicKey).subarray(0, KID_BYTES));
  return { seed, jwk: { kty: "OKP", crv: "Ed25519", alg: ALGORITHM, use: "sig", kid, x: toBase64Url(publicKey) } };
}
