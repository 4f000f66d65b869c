import { cardOf } from "@reed/card";
import { describe, expect, it } from "vitest";
import { cardHeaders, matchesTag, pictureHeaders } from "./headers.ts";
import { type CardPage, cardPage, parseAppShell } from "./page.ts";
import { tagOf } from "./revision.ts";

const INDEX_HTML = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <!-- the app -->
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#1d2421" />
    <title>Reed</title>
    <meta name="description" content="Short notes." />
    <link rel="icon" href="/icon.svg" type="image/svg+xml" />
    <link rel="apple-touch-icon" href="/icon-180.png" />
    <script type="module" crossorigin src="/assets/index-a1b2.js"></script>
    <link rel="stylesheet" crossorigin href="/assets/index-c3d4.css">
  </head>
  <body>
    <div id="root"></div>
  </body>
</html>`;

const appShell = parseAppShell(INDEX_HTML);
const urls = { page: "https://reed.example/n/AAAAAAAAAAAAAAAAAAAAAA", picture: "https://reed.example/og/x.png" };
const EVIL = `"><script>alert('x')</script><img src=x onerror=alert(1)> &amp; {{x}}`;

function content(text: string, changes: Partial<Extract<CardPage, { state: "content" }>> = {}): string {
  return cardPage({
    state: "content",
    card: cardOf(text),
    text,
    paper: "sand",
    modifiedAtMs: Date.UTC(2026, 10, 21),
    urls,
    appShell,
    ...changes,
  });
}

function bytes(html: string): number {
  return new TextEncoder().encode(html).length;
}

describe("the head of the page", () => {
  const page = content("# Cabin weekend\n\n- [x] Bread\n- [ ] Charcoal");

  it("has what unfurlers read, in order", () => {
    const places = [
      '<meta charset="utf-8">',
      "<title>Cabin weekend</title>",
      '<meta name="description" content="☑ Bread · ☐ Charcoal">',
      `<link rel="canonical" href="${urls.page}">`,
      '<meta property="og:type" content="article">',
      '<meta property="og:site_name" content="Reed">',
      '<meta property="og:title" content="Cabin weekend">',
      '<meta property="og:description" content="☑ Bread · ☐ Charcoal">',
      `<meta property="og:url" content="${urls.page}">`,
      `<meta property="og:image" content="${urls.picture}">`,
      '<meta property="og:image:type" content="image/png">',
      '<meta property="og:image:width" content="1200">',
      '<meta property="og:image:height" content="630">',
      '<meta property="og:image:alt" content="Picture of the note “Cabin weekend”, 1 of 2 done">',
      '<meta property="article:modified_time" content="2026-11-21T00:00:00.000Z">',
      '<meta name="twitter:card" content="summary_large_image">',
      '<meta name="twitter:image:alt"',
      '<meta name="theme-color" media="(prefers-color-scheme: light)" content="#FFF4D9">',
      '<meta name="googlebot" content="noindex">',
      '<meta name="bingbot" content="noindex">',
      '<link rel="apple-touch-icon" sizes="180x180" href="/icon-180.png">',
      "</head>",
    ].map((tag) => page.indexOf(tag));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((left, right) => left - right));
  });

  it("ends within the first 8 KB, with the longest texts too", () => {
    for (const text of [`# ${"漢".repeat(500)}\n\n${"&<>\"'".repeat(3000)}`, "x ".repeat(50_000), "👩‍👩‍👧".repeat(2000)]) {
      const html = content(text);
      expect(bytes(html.slice(0, html.indexOf("</head>")))).toBeLessThan(8192);
    }
  });

  it("says each thing once and does not tell all robots to go away", () => {
    for (const name of [
      "<title>",
      'name="description"',
      'property="og:image"',
      'rel="canonical"',
      'rel="apple-touch-icon"',
      "charset",
    ]) {
      expect(page.split(name).length - 1).toBe(1);
    }
    expect(page).not.toMatch(/name="robots"/);
  });

  it("keeps titles to 60 and descriptions to 150 characters", () => {
    const long = content(`# ${"A title that goes on ".repeat(10)}\n\n${"and a text that goes on ".repeat(50)}`);
    const title = /og:title" content="([^"]*)"/.exec(long)?.[1] ?? "";
    const description = /og:description" content="([^"]*)"/.exec(long)?.[1] ?? "";
    expect(title.length).toBeLessThanOrEqual(60);
    expect(description.length).toBeLessThanOrEqual(150);
    expect(title.endsWith("…")).toBe(true);
  });
});

describe("the text of the page", () => {
  it("is readable without JavaScript", () => {
    const html = content(
      "# Plan\n\nSee https://example.org/a?b&c **now**\nor later\n\n- [x] done\n- [ ] open\n  1. one\n\n3. three\n\n> quote\n\n```js\nlet a = '<b>';\n```\n\n---\n[bad](javascript:alert(1))",
    );
    const text = html.slice(html.indexOf('<main id="reed-text">'), html.indexOf("</main>"));
    expect(text).toBe(`<main id="reed-text">
<h1 dir="auto">Plan</h1>
<p dir="auto">See <a href="https://example.org/a?b&amp;c" rel="noopener noreferrer nofollow">https://example.org/a?b&amp;c</a> <strong>now</strong><br>or later</p>
<ul dir="ltr"><li dir="auto"><label><input type="checkbox" disabled checked> done</label></li><li dir="auto"><label><input type="checkbox" disabled> open</label><ol dir="ltr"><li dir="auto">one</li></ol></li></ul>
<ol dir="ltr" start="3"><li dir="auto">three</li></ol>
<blockquote dir="ltr"><p dir="auto">quote</p></blockquote>
<pre dir="ltr"><code>let a = &#39;&lt;b&gt;&#39;;</code></pre>
<hr>
<p dir="auto">bad</p>

`);
  });

  it("gives lists and quotes the direction of their first letter", () => {
    const html = content(
      "- קניות\n- milk\n\n1. 12\n2. ماء\n\n> # ציטוט\n>\n> - one\n\n- > ספר\n\n> ```\n> code\n> ```\n>\n> קוד\n\n- 1\n- 2",
    );
    const directions = html.match(/<(?:ul|ol|blockquote|li) dir="[a-z]+"/g);
    expect(directions?.map((tag) => tag.slice(1, -1).replace(' dir="', " "))).toEqual([
      "ul rtl",
      "li auto",
      "li auto",
      "ol rtl",
      "li auto",
      "li auto",
      "blockquote rtl",
      "ul ltr",
      "li auto",
      "ul rtl",
      "li rtl",
      "blockquote rtl",
      "blockquote rtl",
      "ul ltr",
      "li auto",
      "li auto",
    ]);
  });

  it("looks the same when the app has taken it over", () => {
    const rules = /<style>([\s\S]*?)@media/.exec(content("a"))?.[1]?.trim().split("\n") ?? [];
    expect(rules.filter((rule) => !rule.startsWith(":is(#reed-text, .reed-text) "))).toEqual([]);
    expect(rules).toHaveLength(4);
  });

  it("escapes everything that comes from the note", () => {
    for (const text of [
      EVIL,
      `# ${EVIL}\n\n${EVIL}`,
      `- [ ] ${EVIL}`,
      `\`\`\`${EVIL}\n${EVIL}\n\`\`\``,
      `[${EVIL}](https://a.b/"onclick=x)`,
      `\`${EVIL}\``,
      `> ${EVIL}`,
    ]) {
      const html = content(text);
      expect(html).not.toContain("<script>");
      expect(html).not.toContain("<img");
      expect(html).not.toMatch(/href="[^"]*"onclick/);
      expect(html.match(/<script/g)?.length).toBe(1);
    }
  });

  it("holds the whole of a long note", () => {
    const text = `# Long\n\n${Array.from({ length: 6000 }, (_, index) => `line ${index}`).join("\n\n")}`;
    expect(content(text)).toContain("line 5999");
  });

  it("comes with the app", () => {
    const html = content("a");
    expect(html).toContain('<script type="module" crossorigin src="/assets/index-a1b2.js"></script>');
    expect(html.indexOf('<div id="root"></div>')).toBeGreaterThan(html.indexOf("</main>"));
    expect(appShell.head).not.toContain("<title>");
    expect(() => parseAppShell("<html><head></head><body></body></html>")).toThrow("not the built app");
  });

  it("says that an empty note is empty", () => {
    const html = content("");
    expect(html).toContain("<title>An empty note</title>");
    expect(html).toContain("<p>Nothing is written here yet.</p>");
  });

  it("holds the title alone where the preview may show no more", () => {
    const html = content("# Title\n\n- [x] secret", { text: null });
    expect(html).toContain("Title");
    expect(html).not.toMatch(/secret|1 of 1/);
  });
});

describe("pages without a note", () => {
  const restricted = cardPage({ state: "restricted", urls, appShell });
  const gone = cardPage({ state: "gone", urls, appShell });
  const unknown = cardPage({ state: "unknown", urls, appShell });

  it("are the same for a link that died and one that never was", () => {
    expect(gone).toBe(unknown);
    expect(gone).toContain("<title>This note is not available</title>");
    expect(gone).not.toContain(urls.page);
  });

  it("say of a restricted note only that it is one", () => {
    expect(restricted).toContain("<title>A shared note</title>");
    expect(restricted).toContain(`<meta property="og:url" content="${urls.page}">`);
    expect(restricted.replaceAll(urls.page, "")).toBe(
      cardPage({ state: "restricted", urls: { ...urls, page: "" }, appShell }),
    );
  });
});

describe("headers", () => {
  it("let caches keep nothing of a note", async () => {
    const tag = await tagOf("page");
    expect(tag).toMatch(/^"[A-Za-z0-9_-]{22}"$/);
    expect(cardHeaders("content", tag)).toEqual({
      status: 200,
      headers: {
        "Accept-Ranges": "none",
        "Content-Type": "text/html; charset=utf-8",
        "X-Robots-Tag": "googlebot: noindex, bingbot: noindex",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-cache",
        ETag: tag,
      },
    });
    expect(
      (["restricted", "sealed", "gone", "unknown"] as const).map((state) => [
        cardHeaders(state, tag).status,
        cardHeaders(state, tag).headers["Cache-Control"],
      ]),
    ).toEqual([
      [200, "no-store"],
      [200, "no-store"],
      [410, "no-store"],
      [404, "no-store"],
    ]);
  });

  it("give pictures their length and let other sites show them", () => {
    for (const state of ["content", "shared", "gone", "unknown", "fallback"] as const) {
      expect(pictureHeaders(state, 1234, '"t"').headers).toMatchObject({
        "Content-Type": "image/png",
        "Content-Length": "1234",
        "Cross-Origin-Resource-Policy": "cross-origin",
      });
    }
    expect(pictureHeaders("content", 1, '"t"').headers).toMatchObject({ "Cache-Control": "no-cache", ETag: '"t"' });
    expect(pictureHeaders("gone", 1, '"t"')).toMatchObject({ status: 410, headers: { "Cache-Control": "no-store" } });
    expect(pictureHeaders("fallback", 1, '"t"').headers["Cache-Control"]).toBe("public, max-age=30");
  });

  it("know a tag that the caller has", () => {
    expect(matchesTag('"a", W/"b"', '"b"')).toBe(true);
    expect(matchesTag("*", '"b"')).toBe(true);
    expect(matchesTag('"a"', '"b"')).toBe(false);
    expect(matchesTag(null, '"b"')).toBe(false);
  });
});
