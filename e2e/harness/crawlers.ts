// The chats' crawlers as they are known: how each names itself, how much it reads, and the pictures that it takes.

export interface Crawler {
  readonly name: string;
  readonly userAgent: string;
  /** Bytes of the page that it reads. */
  readonly pageBytes: number;
  /** The largest picture that it takes. */
  readonly pictureBytes: number;
  /** Whether it asks for the beginning of the page only. */
  readonly asksForRange?: boolean;
  readonly accept?: string;
}

const KB = 1024;
const MB = 1024 * KB;

export const CRAWLERS: readonly Crawler[] = [
  {
    name: "iMessage",
    userAgent:
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
    pageBytes: 32 * KB,
    pictureBytes: MB,
  },
  {
    name: "Discord",
    userAgent: "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    pageBytes: 32 * KB,
    pictureBytes: 8 * MB,
  },
  {
    name: "Discord's pictures",
    userAgent: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.10; rv:38.0) Gecko/20100101 Firefox/38.0",
    pageBytes: 32 * KB,
    pictureBytes: 8 * MB,
  },
  {
    name: "Slack",
    userAgent: "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    pageBytes: 8 * KB,
    pictureBytes: MB,
    asksForRange: true,
  },
  {
    name: "Slack's pictures",
    userAgent: "Slack-ImgProxy (+https://api.slack.com/robots)",
    pageBytes: 8 * KB,
    pictureBytes: MB,
  },
  { name: "WhatsApp and Signal", userAgent: "WhatsApp/2.23.20.0", pageBytes: 300 * KB, pictureBytes: 300 * KB },
  { name: "Telegram", userAgent: "TelegramBot (like TwitterBot)", pageBytes: 32 * KB, pictureBytes: 5 * MB },
  { name: "X", userAgent: "Twitterbot/1.0", pageBytes: 32 * KB, pictureBytes: 5 * MB },
  {
    name: "Teams",
    userAgent: "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5",
    pageBytes: 32 * KB,
    pictureBytes: MB,
  },
  {
    name: "Facebook",
    userAgent: "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    pageBytes: MB,
    pictureBytes: 8 * MB,
    asksForRange: true,
  },
  { name: "Meta", userAgent: "meta-externalagent/1.1", pageBytes: MB, pictureBytes: 8 * MB },
  {
    name: "LinkedIn",
    userAgent: "LinkedInBot/1.0 (compatible; Mozilla/5.0; +http://www.linkedin.com)",
    pageBytes: 32 * KB,
    pictureBytes: 5 * MB,
  },
  {
    name: "Mastodon",
    userAgent: "http.rb/5.1.1 (Mastodon/4.3.0; +https://example.social/) Bot",
    pageBytes: MB,
    pictureBytes: 8 * MB,
  },
  {
    name: "Bluesky",
    userAgent: "Mozilla/5.0 (compatible; BlueskyPreviewBot)",
    pageBytes: 32 * KB,
    pictureBytes: 1_000_000,
  },
  {
    name: "a browser",
    userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0",
    pageBytes: MB,
    pictureBytes: 8 * MB,
  },
];

const PATIENCE_MS = 1000;

export interface Seen {
  readonly status: number;
  /** The whole page, for comparison. */
  readonly html: string;
  readonly title: string;
  /** Address and bytes of the picture; null where what it read of the page names none, or where it would not take it. */
  readonly picture: { readonly url: string; readonly bytes: Uint8Array; readonly status: number } | null;
}

/** One visit as the crawler makes it: a second for the page, a second for the picture, no redirect, no more bytes than it reads. */
export async function visitAs(crawler: Crawler, url: string): Promise<Seen> {
  const page = await get(
    crawler,
    url,
    crawler.asksForRange === true ? { Range: `bytes=0-${crawler.pageBytes - 1}` } : {},
  );
  const bytes = new Uint8Array(await page.arrayBuffer());
  const read = new TextDecoder().decode(bytes.subarray(0, crawler.pageBytes));
  const title = meta(read, "og:title");
  const pictureUrl = meta(read, "og:image");
  const html = new TextDecoder().decode(bytes);
  if (pictureUrl === "") return { status: page.status, html, title, picture: null };
  const answer = await get(crawler, pictureUrl, {});
  const picture = new Uint8Array(await answer.arrayBuffer());
  const isTaken =
    Number(answer.headers.get("Content-Length")) === picture.length &&
    picture.length <= crawler.pictureBytes &&
    answer.headers.get("Content-Type") === "image/png";
  return {
    status: page.status,
    html,
    title,
    picture: isTaken ? { url: pictureUrl, bytes: picture, status: answer.status } : null,
  };
}

function get(
  { userAgent, accept = "*/*" }: Crawler,
  url: string,
  more: Readonly<Record<string, string>>,
): Promise<Response> {
  const headers = { "User-Agent": userAgent, Accept: accept, ...more };
  return fetch(url, { headers, redirect: "error", signal: AbortSignal.timeout(PATIENCE_MS) });
}

function meta(html: string, property: string): string {
  return new RegExp(`property="${property}" content="([^"]*)"`).exec(html)?.[1] ?? "";
}
