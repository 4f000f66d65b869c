import { expect, test } from "@playwright/test";
import createMetascraper from "metascraper";
import description from "metascraper-description";
import image from "metascraper-image";
import metaTitle from "metascraper-title";
import openGraph from "open-graph-scraper";
import { unfurl } from "unfurl.js";
import { CRAWLERS, visitAs } from "./harness/crawlers.ts";
import { Owner } from "./harness/owners.ts";
import { NoteScreen } from "./screens/note-screen.ts";

const metascraper = createMetascraper([description(), image(), metaTitle()]);

test("a share link unfurls with title, description and a picture that has the note's words", async ({
  browser,
  baseURL,
}) => {
  const ana = await NoteScreen.meet(browser, baseURL ?? "");
  await ana.newNote();
  await ana.write("# Cabin weekend\nAna drives on Friday.\n- [x] Bread\n- [ ] Charcoal");
  await ana.expectSaved();
  const url = await ana.copyLink("view");

  const first = await unfurl(url, { follow: 0 });
  expect(first.title).toBe("Cabin weekend");
  expect(first.open_graph.title).toBe("Cabin weekend");
  expect(first.open_graph.description).toContain("Ana drives on Friday");
  const [picture] = first.open_graph.images ?? [];
  expect(picture).toMatchObject({ width: 1200, height: 630 });
  expect(picture?.url).toMatch(/^https?:\/\//);

  const second = await metascraper({ url, html: await (await fetch(url)).text() });
  expect(second).toMatchObject({ title: "Cabin weekend", image: picture?.url });
  expect(second.description).toContain("Ana drives on Friday");

  const response = await fetch(picture?.url ?? "");
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(response.headers.get("content-type")).toBe("image/png");
  expect(Number(response.headers.get("content-length"))).toBe(bytes.length);
  expect(bytes.length).toBeLessThan(300 * 1024);
  // The picture's own header (PNG, 11.2.1): signature, then width and height at bytes 16 and 20.
  expect(bytes.subarray(1, 4).toString("latin1")).toBe("PNG");
  expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([1200, 630]);
});

test("the note's text is readable without JavaScript, and the page names no secret", async ({ browser, baseURL }) => {
  const ana = await NoteScreen.meet(browser, baseURL ?? "");
  await ana.newNote();
  await ana.write("Plain words first");
  await ana.expectSaved();
  const url = await ana.copyLink("edit");
  const secret = new URL(url).hash.slice(1);
  expect(secret).toMatch(/^[A-Za-z0-9_-]{22}$/);

  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(url);
  await expect(page.getByText("Plain words first").first()).toBeVisible();
  expect(await page.content()).not.toContain(secret);
  await context.close();
});

const CANARY = "Zaunkönigspfad";
const NEUTRAL = ["A shared note", "This note is not available"];
const HEAD_BYTES = 8192;

/** A page for each state, with what its card must be called. */
async function pagesOfStates(origin: string) {
  const ana = await Owner.meet(origin);
  const content = await ana.share(`# Cabin weekend\n\nAna drives on Friday\n\n- [x] Bread`);
  const title = await ana.share(`# Only a title\n\n${CANARY}`);
  await ana.call("PATCH", `/api/notes/${title.id}/settings`, { preview: "title" });
  const nothing = await ana.share(`# ${CANARY}`);
  await ana.call("PATCH", `/api/notes/${nothing.id}/settings`, { preview: "nothing" });
  const revoked = await ana.share(`# ${CANARY}`);
  await ana.call("DELETE", `/api/notes/${revoked.id}/links/${revoked.linkId}`);
  const trashed = await ana.share(`# ${CANARY}`);
  await ana.call("DELETE", `/api/notes/${trashed.id}`);
  const purged = await ana.share(`# ${CANARY}`);
  await ana.call("DELETE", `/api/notes/${purged.id}`);
  await ana.call("DELETE", `/api/notes/${purged.id}/permanently`);
  const usedUp = await ana.share(`# ${CANARY}`, { maxUses: 1 });
  await (await Owner.meet(origin, "Mo")).visit(usedUp);
  const expired = await ana.share(`# ${CANARY}`, { expiresAt: new Date(Date.now() + 1000).toISOString() });
  await expect.poll(async () => (await fetch(expired.page)).status).toBe(410);
  return [
    { state: "content", url: content.page, status: 200, title: "Cabin weekend" },
    { state: "title", url: title.page, status: 200, title: "Only a title" },
    { state: "nothing", url: nothing.page, status: 200, title: "A shared note" },
    { state: "restricted", url: `${origin}/n/${nothing.id}`, status: 200, title: "A shared note" },
    { state: "revoked", url: revoked.page, status: 410, title: "This note is not available" },
    { state: "expired", url: expired.page, status: 410, title: "This note is not available" },
    { state: "used up", url: usedUp.page, status: 200, title: "A shared note" },
    { state: "trashed", url: trashed.page, status: 410, title: "This note is not available" },
    { state: "purged", url: purged.page, status: 410, title: "This note is not available" },
    {
      state: "unknown",
      url: `${origin}/n/AAAAAAAAAAAAAAAAAAAAAA/AAAAAAAAAAAAAAAA`,
      status: 404,
      title: "This note is not available",
    },
  ] as const;
}

test("[CA13][CA4] every crawler gets the same bytes in every state, and three unfurlers read the same card from them", async ({
  baseURL,
}) => {
  for (const { state, url, status, title } of await pagesOfStates(baseURL ?? "")) {
    const pages = new Set<string>();
    for (const crawler of CRAWLERS) {
      const seen = await visitAs(crawler, url);
      expect([state, crawler.name, seen.status, seen.title]).toEqual([state, crawler.name, status, title]);
      expect(seen.picture?.bytes.length ?? 0, `${crawler.name} has a picture of ${state}`).toBeGreaterThan(1000);
      expect(seen.picture?.bytes.length).toBeLessThanOrEqual(300 * 1024);
      pages.add(seen.html);
    }
    expect(pages.size).toBe(1);
    const [html = ""] = pages;
    expect(Buffer.byteLength(html.slice(0, html.indexOf("</head>")))).toBeLessThan(HEAD_BYTES);
    expect(html).not.toContain(CANARY);
    expect(html).toContain('<meta name="googlebot" content="noindex">');
    expect(html).not.toContain('name="robots"');
    const { result } = await openGraph({ html });
    expect([result.ogTitle, result.ogImage?.[0]?.width, result.twitterCard]).toEqual([
      title,
      "1200",
      "summary_large_image",
    ]);
    expect(await metascraper({ url, html })).toMatchObject({ title, image: result.ogImage?.[0]?.url });
    if (status === 200) expect((await unfurl(url, { follow: 0 })).open_graph.title).toBe(title);
    if (NEUTRAL.includes(title)) expect(result.ogDescription).not.toContain("Ana");
  }
});

test("[CA8] the crawler that comes at once gets page and picture within a second each", async ({ baseURL }) => {
  const ana = await Owner.meet(baseURL ?? "");
  for (const crawler of CRAWLERS) {
    const { page } = await ana.share(`# For ${crawler.name}\n\n- [ ] ${crypto.randomUUID()}`);
    const seen = await visitAs(crawler, page);
    expect(seen.title).toBe(`For ${crawler.name}`.replace("'", "&#39;"));
    expect(seen.picture?.status, crawler.name).toBe(200);
  }
});

test("[CA9] revoking in the share dialog turns page and picture neutral within a second", async ({
  browser,
  baseURL,
}) => {
  const ana = await NoteScreen.meet(browser, baseURL ?? "");
  await ana.newNote();
  await ana.write(`# ${CANARY}`);
  await ana.expectSaved();
  const url = await ana.copyLink("view");
  const [crawler] = CRAWLERS;
  if (crawler === undefined) throw new Error("there are crawlers");
  const before = await visitAs(crawler, url);
  expect(before.html).toContain(CANARY);
  const picture = before.picture?.url ?? "";

  await ana.page.getByRole("button", { name: "Share", exact: true }).click();
  const dialog = ana.page.getByRole("dialog", { name: "Share" });
  await dialog
    .getByRole("button", { name: /^Revoke/ })
    .first()
    .click();
  await expect(dialog.getByText("The link works no longer.")).toBeVisible();
  const startMs = Date.now();
  const after = await fetch(url);
  expect(after.status).toBe(410);
  expect(await after.text()).not.toContain(CANARY);
  expect((await fetch(picture)).status).toBe(410);
  expect(Date.now() - startMs).toBeLessThan(1000);
});
