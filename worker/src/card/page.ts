// The page behind a link to a note: a head for unfurlers, the text for readers without JavaScript, then the app. A pure function
// of what the note lets the link show; the same bytes for every user agent. Called by the route of /n/. Design: section 9.
import { type Card, metaTitle } from "@reed/card";
import { assertNever } from "./assert-never.ts";
import { type Notice, NOTICES } from "./notices.ts";
import type { AppShell } from "./page/app-shell.ts";
import { type PageHead, pageHead } from "./page/head.ts";
import { markup, type Markup, trusted } from "./page/markup.ts";
import { PAGE_STYLE } from "./page/style.ts";
import { noteText } from "./page/text.ts";
import { type Paper, PAPERS } from "./picture/palette.ts";

export { type AppShell, parseAppShell } from "./page/app-shell.ts";

export interface PageUrls {
  /** Absolute http(s) address of the page, without query or fragment. */
  readonly page: string;
  /** Absolute http(s) address of the picture: of the note where it shows something, of the notice otherwise. */
  readonly picture: string;
}

export type CardPage =
  | ContentPage
  /** A note that only some may open, or whose preview shows nothing: nothing of it, not even whether it has text. */
  | { readonly state: "restricted"; readonly urls: PageUrls; readonly appShell: AppShell }
  | { readonly state: "sealed"; readonly urls: PageUrls; readonly appShell: AppShell }
  /** Revoked, expired or trashed (410), or never there (404): the same bytes. */
  | { readonly state: "gone" | "unknown"; readonly urls: Pick<PageUrls, "picture">; readonly appShell: AppShell };

export interface ContentPage {
  readonly state: "content";
  readonly card: Card;
  /** The note's Markdown; null where the preview may show the title only. */
  readonly text: string | null;
  readonly paper: Paper;
  readonly modifiedAtMs: number | null;
  readonly urls: PageUrls;
  readonly appShell: AppShell;
}

export type PageState = CardPage["state"];

/** The whole document. */
export function cardPage(page: CardPage): string {
  switch (page.state) {
    case "content":
      return wholePage(contentHead(page), contentText(page), page.appShell, page.card.language);
    case "restricted":
    case "sealed": {
      const notice = page.state === "sealed" ? NOTICES.sealed : NOTICES.shared;
      return wholePage(noticeHead(notice, page.urls.page, page.urls.picture), noticeText(notice), page.appShell, null);
    }
    case "gone":
    case "unknown":
      return wholePage(
        noticeHead(NOTICES.unavailable, null, page.urls.picture),
        noticeText(NOTICES.unavailable),
        page.appShell,
        null,
      );
    default:
      return assertNever(page);
  }
}

function contentHead(page: ContentPage): PageHead {
  const title = metaTitle(page.card.title ?? NOTICES.empty.title);
  const { done, total } = page.card.tasks;
  const progress = total === 0 || page.text === null ? "" : `, ${done} of ${total} done`;
  return {
    title,
    description: page.text === null ? NOTICES.shared.detail : descriptionOf(page.card),
    pageUrl: page.urls.page,
    pictureUrl: page.urls.picture,
    pictureAlt: `Picture of the note “${title}”${progress}`,
    modifiedAtMs: page.modifiedAtMs,
    themeColor: PAPERS[page.paper],
  };
}

function descriptionOf(card: Card): string {
  if (card.excerpt !== "") return card.excerpt;
  return card.title === null ? NOTICES.empty.detail : NOTICES.shared.detail;
}

function contentText(page: ContentPage): Markup {
  if (page.text === null)
    return markup`<h1 dir="auto">${page.card.title ?? NOTICES.empty.title}</h1>\n<p>${NOTICES.shared.detail}</p>`;
  return page.card.title === null ? markup`<p>${NOTICES.empty.detail}</p>` : noteText(page.text);
}

function noticeHead(notice: Notice, pageUrl: string | null, pictureUrl: string): PageHead {
  return {
    title: notice.title,
    description: notice.detail,
    pageUrl,
    pictureUrl,
    pictureAlt: notice.title,
    modifiedAtMs: null,
    themeColor: PAPERS.paper,
  };
}

function noticeText(notice: Notice): Markup {
  return markup`<h1>${notice.title}</h1>\n<p>${notice.detail}</p>`;
}

function wholePage(head: PageHead, text: Markup, appShell: AppShell, language: string | null): string {
  const page = markup`<!doctype html>
<html lang="en" dir="ltr" prefix="og: https://ogp.me/ns#">
<head>
${pageHead(head)}${trusted(appShell.head)}
${PAGE_STYLE}
</head>
<body>
<main id="reed-text"${language === null ? null : markup` lang="${language}"`}>
${text}
</main>
${trusted(appShell.body)}
</body>
</html>
`;
  return page.toString();
}
