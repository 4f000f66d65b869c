// Where the picture of a shared note is: the address of the link, its secret left out, with ".png".

import type { Link } from "@reed/api";

/**
 * The picture that chats show for this link, or null without a link. The fragment never goes into a request.
 * `settledLevel`: what the server is known to show. With another, the browser asks anew.
 */
export function cardImageUrl(link: Pick<Link, "url"> | undefined, settledLevel: string): string | null {
  if (link === undefined || !URL.canParse(link.url)) return null;
  const url = new URL(link.url);
  return `${url.origin}${url.pathname}.png?v=${settledLevel}`;
}
