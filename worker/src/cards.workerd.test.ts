import { env } from "cloudflare:workers";
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { beforeAll, describe, expect, it } from "vitest";
import { createApp } from "./app.ts";
import { api, type Guest, newGuest, newLink, newNote, ORIGIN, startWorld } from "./world.test-support.ts";

const INDEX_HTML =
  '<!doctype html><html><head><script type="module" src="/assets/a.js"></script></head><body><div id="root"></div></body></html>';
const SECRET_WORDS = "Meet at the north gate";

beforeAll(startWorld);

const app = createApp();
const assets = { ...env.ASSETS, fetch: async () => new Response(INDEX_HTML) };

/** A request for a page, with a built app behind it. */
async function visit(path: string, headers: Record<string, string> = {}): Promise<Response> {
  const context = createExecutionContext();
  const response = await app.fetch(new Request(ORIGIN + path, { headers }), { ...env, ASSETS: assets }, context);
  await waitOnExecutionContext(context);
  return response;
}

async function sharedNote(owner: Guest, request: Record<string, unknown> = { role: "viewer" }) {
  const note = await newNote(owner, `# ${SECRET_WORDS}\n\n- [ ] Tickets`);
  const link = await newLink(owner, note.id, request);
  const page = `/n/${note.id}/${link.id}`;
  const picture =
    /og:image" content="https:\/\/reed\.test(\/og[^"]+)"/.exec(await (await visit(page)).text())?.[1] ?? "";
  return { note, link, page, picture };
}

function revoke(owner: Guest, noteId: string, linkId: string): Promise<Response> {
  return api(`/api/notes/${noteId}/links/${linkId}`, {
    method: "DELETE",
    headers: { Authorization: `Bearer ${owner.token}` },
  });
}

describe("the page behind a link", () => {
  it("shows the text, then the app, the same to everybody, and 304 to who has it", async () => {
    const { page } = await sharedNote(await newGuest());
    const response = await visit(page, { "User-Agent": "Discordbot/2.0" });
    const html = await response.text();
    expect(response.status).toBe(200);
    expect(html).toContain(`<h1 dir="auto">${SECRET_WORDS}</h1>`);
    expect(html).toContain('<div id="root"></div>');
    expect(await (await visit(page, { Cookie: "a=b" })).text()).toBe(html);
    expect((await visit(page, { "If-None-Match": response.headers.get("ETag") ?? "" })).status).toBe(304);
  });

  it("never has the secret of an edit link", async () => {
    const { link, page } = await sharedNote(await newGuest(), { role: "editor" });
    const secret = new URL(link.url).hash.slice(1);
    expect(secret).toHaveLength(22);
    expect(await (await visit(page)).text()).not.toContain(secret);
  });

  it("says nothing of a note that is for its people only", async () => {
    const ana = await newGuest();
    const [first, second] = [await newNote(ana, SECRET_WORDS), await newNote(ana)];
    const [html, other] = await Promise.all([first, second].map(async ({ id }) => (await visit(`/n/${id}`)).text()));
    expect(html).not.toContain(SECRET_WORDS);
    expect(html?.replaceAll(first.id, "x")).toBe(other?.replaceAll(second.id, "x"));
  });

  it("is 404 where nothing ever was and 410 where a link ended, with the same words", async () => {
    const ana = await newGuest();
    const { note, link, page } = await sharedNote(ana);
    await revoke(ana, note.id, link.id);
    const gone = await visit(page);
    const unknown = [
      await visit(`/n/${note.id}/AAAAAAAAAAAAAAAA`),
      await visit("/n/AAAAAAAAAAAAAAAAAAAAAA"),
      await visit("/n/what"),
    ];
    expect([gone.status, ...unknown.map(({ status }) => status)]).toEqual([410, 404, 404, 404]);
    const html = await gone.text();
    for (const response of unknown) expect(await response.text()).toBe(html);
  });

  it("shows nothing to newcomers once a link is used up", async () => {
    const [ana, mo] = [await newGuest(), await newGuest("Mo")];
    const { note, link, page } = await sharedNote(ana, { role: "viewer", maxUses: 1 });
    await api(`/api/notes/${note.id}/ticket`, {
      method: "POST",
      body: JSON.stringify({ device: mo.device, linkId: link.id }),
    });
    const response = await visit(page);
    expect(response.status).toBe(200);
    expect(await response.text()).not.toContain(SECRET_WORDS);
  });
});

describe("the picture", () => {
  it("is a PNG with its length, drawn once and kept", async () => {
    const { picture, page } = await sharedNote(await newGuest());
    const response = await visit(picture);
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect(response.headers.get("Content-Type")).toBe("image/png");
    expect(response.headers.get("Content-Length")).toBe(String(bytes.length));
    expect([...bytes.subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
    expect(new Uint8Array(await (await visit(`${page}.png`)).arrayBuffer())).toEqual(bytes);
    expect((await visit(picture, { "If-None-Match": response.headers.get("ETag") ?? "" })).status).toBe(304);
  });

  it("is 404 at an address that was tampered with, and 410 once its link is revoked", async () => {
    const ana = await newGuest();
    const { note, link, picture } = await sharedNote(ana);
    expect((await visit(picture.replace(/.\.png$/, (end) => (end === "A.png" ? "B.png" : "A.png")))).status).toBe(404);
    expect((await visit(picture.replace(note.id, (await newNote(ana)).id))).status).toBe(404);
    await revoke(ana, note.id, link.id);
    expect((await visit(picture)).status).toBe(410);
  });
});
