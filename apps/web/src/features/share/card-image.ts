// Where the picture of a shared note is: the link's path, its secret left out, with ".png". Under the page's own origin, which is not
// the link's inside Discord, whose policy lets no other in.

import type { Link } from "@reed/api";

/**
 * The picture that chats show for this link, or null without a link. The fragment never goes into a request.
 * `settledLevel`: what the server is known to show. With another, the browser asks anew.
 */
export function cardImageUrl(link: Pick<Link, "url"> | undefined, settledLevel: string): string | null {
  if (link === undefined || !URL.canParse(link.url)) return null;
  return `${new URL(link.url).pathname}.png?v=${settledLevel}`;
}
