// The head of the card page: what unfurlers read. The order is part of the contract; several read only the first few kilobytes
// and take the first tag of a name. Reference: the table of platforms in the design.
import { PICTURE_HEIGHT, PICTURE_WIDTH } from "../picture/sheet.ts";
import { markup, type Markup } from "./markup.ts";

export interface PageHead {
  /** At most 60 characters. */
  readonly title: string;
  /** At most 150 characters. */
  readonly description: string;
  /** Absolute address of the page without query or fragment; null on pages that are the same for every address. */
  readonly pageUrl: string | null;
  /** Absolute address of the picture. */
  readonly pictureUrl: string;
  readonly pictureAlt: string;
  readonly modifiedAtMs: number | null;
  /** #rrggbb of the paper. */
  readonly themeColor: string;
}

const SITE_NAME = "Reed";
const DARK_THEME_COLOR = "#1D2421";

export function pageHead(head: PageHead): Markup {
  const { pageUrl } = head;
  return markup`<meta charset="utf-8">
<title>${head.title}</title>
<meta name="description" content="${head.description}">
${pageUrl === null ? null : markup`<link rel="canonical" href="${pageUrl}">\n`}<meta property="og:type" content="article">
<meta property="og:site_name" content="${SITE_NAME}">
<meta property="og:title" content="${head.title}">
<meta property="og:description" content="${head.description}">
${pageUrl === null ? null : markup`<meta property="og:url" content="${pageUrl}">\n`}<meta property="og:image" content="${head.pictureUrl}">
<meta property="og:image:type" content="image/png">
<meta property="og:image:width" content="${PICTURE_WIDTH}">
<meta property="og:image:height" content="${PICTURE_HEIGHT}">
<meta property="og:image:alt" content="${head.pictureAlt}">
${head.modifiedAtMs === null ? null : markup`<meta property="article:modified_time" content="${new Date(head.modifiedAtMs).toISOString()}">\n`}<meta name="twitter:card" content="summary_large_image">
<meta name="twitter:image:alt" content="${head.pictureAlt}">
<meta name="theme-color" media="(prefers-color-scheme: light)" content="${head.themeColor}">
<meta name="theme-color" media="(prefers-color-scheme: dark)" content="${DARK_THEME_COLOR}">
<meta name="googlebot" content="noindex">
<meta name="bingbot" content="noindex">
<link rel="apple-touch-icon" sizes="180x180" href="/icon-180.png">
`;
}
