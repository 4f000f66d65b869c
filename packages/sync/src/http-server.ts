// The Server port over packages/api: what fails for good becomes a RefusedError with the server's code, what was not reached an
// error that is worth another try.
import { type ApiClient, type ApiResult, createApiClient, type Link } from "@reed/api";
import { fromBase64Url, toBase64Url } from "@reed/bytes";
import { RefusedError, type Server } from "./server.ts";
import type { ShareLink } from "./open-note.ts";

/** Codes after which the same question has the same answer until somebody changes something. */
const FINAL: ReadonlySet<string> = new Set([
  "not_found",
  "gone",
  "forbidden",
  "blocked",
  "conflict",
  "genesis_invalid",
  "invalid",
  "account_deleted",
]);

/** A call that has no answer by then has none: whoever asked tries again. Uploads and snapshots of a slow phone fit in. */
const PATIENCE_MS = 60_000;

/** Calls as whoever the token is for; null: as nobody. */
export function apiClient(baseUrl: string, accessToken: string | null): ApiClient {
  return createApiClient({
    fetch: (url, init) => {
      const signal = AbortSignal.timeout(PATIENCE_MS);
      return fetch(url, { ...init, credentials: "omit", cache: "no-store", signal });
    },
    baseUrl,
    token: () => accessToken,
  });
}

/** `baseUrl`: without a slash at its end; "" for the page's own origin. */
export function httpServer(baseUrl: string): Server {
  const clientFor = (accessToken: string | null): ApiClient => apiClient(baseUrl, accessToken);
  const open = clientFor(null);
  return {
    platformKey: async () => fromBase64Url(valueOf(await open.platform()).platformKey),
    guest: async (device, name, color, proof) => {
      const request = { device: toBase64Url(device), name, color };
      const signed = proof === null ? {} : { proof: { at: proof.atMs, signature: toBase64Url(proof.signature) } };
      const { user, certificate, accessToken, expiresAt } = valueOf(await open.guest({ ...request, ...signed }));
      return {
        userId: user.id,
        certificate: fromBase64Url(certificate),
        accessToken,
        expiresAtMs: Date.parse(expiresAt),
      };
    },
    found: async (noteId, genesis, accessToken) => {
      valueOf(await clientFor(accessToken).foundNote(noteId, Uint8Array.from(genesis)));
    },
    ticket: async (noteId, { device, linkId, linkCertificate }, accessToken) => {
      const certificate = linkCertificate === null ? {} : { linkCertificate: toBase64Url(linkCertificate) };
      const link = linkId === null ? {} : { linkId };
      const {
        url,
        protocols,
        nonce,
        certificates = [],
      } = valueOf(await clientFor(accessToken).ticket(noteId, { device, ...link, ...certificate }));
      return {
        url: socketAddress(url, baseUrl),
        protocols,
        nonce: fromBase64Url(nonce),
        certificates: certificates.map((each) => fromBase64Url(each)),
      };
    },
    snapshot: async (noteId, reader) => {
      const result = await open.snapshot(noteId, reader);
      return !result.ok && result.code === "no_snapshot" ? null : valueOf(result);
    },
    state: async (noteId, reader) => {
      const { seq, chain, stateHash } = valueOf(await open.state(noteId, reader));
      return { at: { seq, chain: fromBase64Url(chain) }, stateHash: fromBase64Url(stateHash) };
    },
    text: async (noteId, reader) => valueOf(await open.text(noteId, reader)),
    chainAt: async (noteId, seq, reader) => {
      const result = await open.chainAt(noteId, seq, reader);
      if (!result.ok && result.code === "compacted") return null;
      const answer = valueOf(result);
      if (answer.seq !== seq) throw new RefusedError("unexpected", false);
      return fromBase64Url(answer.chain);
    },
    links: async (noteId, accessToken) => valueOf(await clientFor(accessToken).links(noteId)).items.map(toShareLink),
    createLink: async (noteId, role, accessToken) =>
      toShareLink(valueOf(await clientFor(accessToken).createLink(noteId, { role }))),
    revokeLink: async (noteId, linkId, accessToken) => {
      valueOf(await clientFor(accessToken).revokeLink(noteId, linkId));
    },
  };
}

/**
 * Where a ticket's socket is reached. The page's own server is reached the way the page was: between them may be a proxy, as in
 * Discord, and then the server's own name for itself is not one that the page may connect to.
 */
export function socketAddress(url: string, baseUrl: string): string {
  if (baseUrl !== "") return url;
  const { pathname, search } = new URL(url);
  return `${location.protocol === "http:" ? "ws:" : "wss:"}//${location.host}${pathname}${search}`;
}

/** Throws a RefusedError where the server said no. */
export function valueOf<T>(result: ApiResult<T>): T {
  if (!result.ok) throw new RefusedError(result.code, FINAL.has(result.code));
  return result.value;
}

function toShareLink({ id, url, role, name, uses, live, lastUsedAt, createdAt }: Link): ShareLink {
  const lastUsedAtMs = lastUsedAt === null ? null : Date.parse(lastUsedAt);
  return { id, url, role, name, uses, live, lastUsedAtMs, createdAtMs: Date.parse(createdAt) };
}
