import { createHmac, createPrivateKey, sign } from "node:crypto";
import { toBase64Url } from "@reed/bytes";
import { createLocalJWKSet, jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import { issueAccessToken, readAccessToken, verifyAccessToken } from "./access-token.ts";
import { TokenKey } from "./token-key.ts";

const NOW_MS = 1_800_000_000_000;
const USER = "01900000-0000-7000-8000-000000000001";
const SESSION = "01900000-0000-7000-8000-000000000002";
const WHO = { userId: USER, sessionId: SESSION };
const seed = (byte: number) => new Uint8Array(32).fill(byte);
const key = new TokenKey(seed(1));

const part = (value: unknown) => toBase64Url(new TextEncoder().encode(JSON.stringify(value)));
const claims = { sub: USER, sid: SESSION, aud: "reed-api", iat: NOW_MS / 1000, exp: NOW_MS / 1000 + 60 };
const kid = key.publicKeys[0]?.kid ?? "";
const refusal = (token: string) =>
  verifyAccessToken(key, token, NOW_MS).then(
    () => "taken",
    (error: unknown) => (error instanceof Error ? error.message : "?"),
  );

/** A token that only its header, its claims and its signer are ours to choose. */
function signedBy(byte: number, header: Record<string, unknown>, body: Record<string, unknown> = claims): string {
  const pkcs8 = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed(byte)]);
  const privateKey = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
  const text = `${part(header)}.${part(body)}`;
  return `${text}.${toBase64Url(sign(null, Buffer.from(text), privateKey))}`;
}

describe("an access token", () => {
  it("[U8] says who calls and by which sign-in, for 15 minutes", async () => {
    const { token, expiresAtMs } = await issueAccessToken(key, WHO, NOW_MS);
    expect(expiresAtMs).toBe(NOW_MS + 15 * 60_000);
    expect(await verifyAccessToken(key, token, NOW_MS)).toMatchObject(WHO);
    await expect(verifyAccessToken(key, token, expiresAtMs)).rejects.toThrow("token_expired");
    expect(await readAccessToken(key, token, expiresAtMs)).toMatchObject(WHO);
  });

  const header = { alg: "EdDSA", typ: "reed-access+jwt", kid };
  const { publicKeys } = key;
  const hs256 = (secret: string | Uint8Array) => {
    const text = `${part({ ...header, alg: "HS256" })}.${part(claims)}`;
    return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
  };

  it("[U8] is taken in exactly this form", async () => {
    expect(await refusal(signedBy(1, header))).toBe("taken");
  });

  it.each<[string, string]>([
    ["has no signature (none)", `${part({ ...header, alg: "none" })}.${part(claims)}.`],
    ["is signed with our public key as a secret", hs256(publicKeys[0]?.x ?? "")],
    ["is signed with the bytes of our public key as a secret", hs256(Buffer.from(publicKeys[0]?.x ?? "", "base64url"))],
    ["is signed by another key under our kid", signedBy(2, header)],
    ["brings its own key", signedBy(2, { ...header, jwk: new TokenKey(seed(2)).publicKeys[0], kid: undefined })],
    ["names where its key is", signedBy(2, { ...header, jku: "https://evil.example/jwks.json" })],
    ["has a kid that is a path", signedBy(1, { ...header, kid: "../../../dev/null" })],
    ["has a kid of every object", signedBy(1, { ...header, kid: "__proto__" })],
    ["has a kid that is a list", signedBy(1, { ...header, kid: [kid] })],
    ["has no kid", signedBy(1, { alg: "EdDSA", typ: "reed-access+jwt" })],
    ["asks for a critical extension", signedBy(1, { ...header, crit: ["exp"] })],
    ["is a ticket", signedBy(1, { ...header, typ: "reed-ticket+jwt" })],
    ["is for another audience", signedBy(1, header, { ...claims, aud: "reed-socket" })],
    ["never expires", signedBy(1, header, { ...claims, exp: undefined })],
    ["expires in words", signedBy(1, header, { ...claims, exp: "never" })],
    ["names no session", signedBy(1, header, { ...claims, sid: undefined })],
    ["names a session that is no id", signedBy(1, header, { ...claims, sid: { $ne: "" } })],
    ["names a user who is no id", signedBy(1, header, { ...claims, sub: "admin" })],
  ])("[U8] is refused where it %s", async (_, token) => {
    expect(await refusal(token)).toBe("unauthenticated");
  });
});

describe("the keys of tokens", () => {
  it("[U9] are replaced while old tokens stay good, until they are taken away", async () => {
    const { token } = await issueAccessToken(key, WHO, NOW_MS);
    const replaced = new TokenKey(seed(2), [seed(1)]);
    expect(await verifyAccessToken(replaced, token, NOW_MS)).toMatchObject(WHO);
    const { token: newer } = await issueAccessToken(replaced, WHO, NOW_MS);
    await expect(verifyAccessToken(key, newer, NOW_MS)).rejects.toThrow("unauthenticated");
    await expect(verifyAccessToken(new TokenKey(seed(2)), token, NOW_MS)).rejects.toThrow("unauthenticated");
  });

  it("[U9] are public in a form that others verify with, the signing one first, and nothing of a seed in it", async () => {
    const replaced = new TokenKey(seed(2), [seed(1)]);
    expect(replaced.publicKeys.map(({ kid: id }) => id)).toEqual([new TokenKey(seed(2)).publicKeys[0]?.kid, kid]);
    const { token } = await issueAccessToken(replaced, WHO, NOW_MS);
    const keys = replaced.publicKeys.map((jwk) => ({ ...jwk }));
    const currentDate = new Date(NOW_MS);
    expect(await jwtVerify(token, createLocalJWKSet({ keys }), { currentDate })).toMatchObject({
      payload: { sub: USER, sid: SESSION },
    });
    const text = JSON.stringify(keys);
    for (const secret of [seed(1), seed(2)]) expect(text).not.toContain(toBase64Url(secret));
    expect(text).not.toContain('"d"');
  });
});
