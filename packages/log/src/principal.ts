// A principal is what a grant is given to (glossary). In the log it is a short text, compared byte by byte.

export type Principal = string & { readonly __brand: "Principal" };

const FORMS: readonly RegExp[] = [
  /^user:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
  /^link:[A-Za-z0-9_-]{21}[AQgw]$/,
  /^channel:[0-9]{1,20}$/,
  /^gateway$/,
];

const USER_PREFIX = "user:";

/** The one server principal: signs for callers that hold no key of their own. */
export const GATEWAY = "gateway" as Principal;

export function parsePrincipal(text: string): Principal | null {
  return FORMS.some((form) => form.test(text)) ? (text as Principal) : null;
}

/** `userId` is a UUID in lower case; RangeError otherwise. */
export function userPrincipal(userId: string): Principal {
  const principal = parsePrincipal(USER_PREFIX + userId);
  if (principal === null) throw new RangeError("not a user id");
  return principal;
}

/** The user that `principal` is; null for all others. */
export function userIdOf(principal: Principal | null): string | null {
  return principal?.startsWith(USER_PREFIX) === true ? principal.slice(USER_PREFIX.length) : null;
}

export function isLinkPrincipal(principal: Principal): boolean {
  return principal.startsWith("link:");
}

const CHANNEL_PREFIX = "channel:";

/** A chat channel, by its id at Discord: 1 to 20 digits. RangeError otherwise. */
export function channelPrincipal(channelId: string): Principal {
  const principal = parsePrincipal(CHANNEL_PREFIX + channelId);
  if (principal === null) throw new RangeError("not the id of a channel");
  return principal;
}

/** The id of the channel that `principal` is; null for all others. */
export function channelIdOf(principal: Principal | null): string | null {
  return principal?.startsWith(CHANNEL_PREFIX) === true ? principal.slice(CHANNEL_PREFIX.length) : null;
}
