import { expect, test } from "@playwright/test";
import createMetascraper from "metascraper";
import description from "metascraper-description";
import image from "metascraper-image";
import title from "metascraper-title";
import { unfurl } from "unfurl.js";
import { NoteScreen } from "./screens/note-screen.ts";

const metascraper = createMetascraper([description(), image(), title()]);

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
