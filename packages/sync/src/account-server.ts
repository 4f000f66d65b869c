// What a device asks of the server about its user's account and session, over HTTP. Where the browser keeps cookies for us the
// refresh token travels in one and no script ever sees it; where it does not, the token is in the answers and stays in memory.
import { type ApiResult, createApiClient, type SessionResponse } from "@reed/api";
import { fromBase64Url, toBase64Url } from "@reed/bytes";
import { valueOf } from "./http-server.ts";

export interface DeviceProof {
  readonly atMs: number;
  readonly signature: Uint8Array;
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface Session {
  readonly userId: string;
  readonly username: string | null;
  readonly name: string;
  readonly color: string;
  readonly accessToken: string;
  readonly expiresAtMs: number;
  /** null: it is in a cookie. */
  readonly refreshToken: string | null;
}

/** Each call rejects with a RefusedError where the server answered no, and with anything else where it was not reached. */
export interface AccountServer {
  /** `guestToken`: of the guest who becomes the account; null where there is none. */
  create(account: Credentials & Profile, guestToken: string | null): Promise<Session>;
  /** `guestToken`: of the guest whose notes move to the account. `restore`: takes a deletion back. */
  open(credentials: Credentials, restore: boolean, guestToken: string | null): Promise<Session>;
  /** `refreshToken` null: by cookie. */
  refresh(refreshToken: string | null): Promise<Session>;
  end(accessToken: string): Promise<void>;
  /** The certificate by which the device acts for the token's user. */
  certify(device: Uint8Array, proof: DeviceProof, accessToken: string): Promise<Uint8Array>;
}

export interface Profile {
  readonly name: string;
  readonly color: string;
}

/** `baseUrl`: without a slash at its end; "" for the page's own origin. */
export function httpAccountServer(baseUrl: string, transport: "cookie" | "body"): AccountServer {
  const clientFor = (token: string | null) =>
    createApiClient({
      fetch: (url, init) => fetch(url, { ...init, credentials: "same-origin", cache: "no-store" }),
      baseUrl,
      token: () => token,
    });
  const inBody = transport === "body" ? ({ transport } as const) : {};
  return {
    create: async (account, guestToken) =>
      toSession(await clientFor(guestToken).createAccount({ ...account, ...inBody })),
    open: async (credentials, restore, guestToken) => {
      const request = { ...credentials, ...inBody, ...(restore ? { restore: true as const } : {}) };
      return toSession(await clientFor(guestToken).signIn(request));
    },
    refresh: async (refreshToken) =>
      toSession(await clientFor(null).refreshSession(refreshToken === null ? {} : { refreshToken })),
    end: async (accessToken) => {
      valueOf(await clientFor(accessToken).signOut());
    },
    certify: async (device, { atMs, signature }, accessToken) => {
      const proof = { at: atMs, signature: toBase64Url(signature) };
      const { certificate } = valueOf(await clientFor(accessToken).addDevice({ device: toBase64Url(device), proof }));
      return fromBase64Url(certificate);
    },
  };
}

function toSession(result: ApiResult<SessionResponse>): Session {
  return sessionOf(valueOf(result));
}

export function sessionOf(
  answer: Pick<SessionResponse, "user" | "accessToken" | "expiresAt" | "refreshToken">,
): Session {
  const { user, accessToken, expiresAt, refreshToken } = answer;
  return {
    userId: user.id,
    username: user.username,
    name: user.name,
    color: user.color,
    accessToken,
    expiresAtMs: Date.parse(expiresAt),
    refreshToken: refreshToken ?? null,
  };
}
