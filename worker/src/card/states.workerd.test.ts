import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createApp } from "../app.ts";
import {
  api,
  askTicket,
  type Guest,
  newGuest,
  newLink,
  newNote,
  ORIGIN,
  SOON,
  startWorld,
} from "../world.test-support.ts";
import { noticePicture } from "./picture.ts";
import { shownOf } from "./shown.ts";
import { cardPage, parseAppShell } from "./page.ts";

const INDEX_HTML =
  '<!doctype html><html><head><script type="module" src="/assets/a.js"></script></head><body><div id="root"></div></body></html>';
/** A word that nobody may see who may not read the note. */
const CANARY = "Zaunkönigspfad";
const TEXT = `# ${CANARY}\n\n- [x] ${CANARY} one\n- [ ] ${CANARY} two\n\n${CANARY} prose`;
const FORMS = ["", ".png", ".square.png", ".md", ".txt", ".html"] as const;

// Crowds and former states take their time where the machine is busy.

const app = createApp();
const drawn: unknown[] = [];
/** The same Worker with a built app, and with a renderer that counts and takes its time. */
const counting = {
  ...env,
  ASSETS: { ...env.ASSETS, fetch: async () => new Response(INDEX_HTML) },
  PAINTER: {
    async render(input: unknown) {
      drawn.push(input);
      await scheduler.wait(60);
      return new Uint8Array([0x89, 0x50, 0x4e, 0x47, drawn.length]);
    },
  },
};

beforeAll(startWorld);
beforeEach(() => {
  drawn.length = 0;
});

async function visit(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Response> {
  const context = createExecutionContext();
  const response = await app.fetch(new Request(ORIGIN + path, { headers, method }), counting, context);
  await waitOnExecutionContext(context);
  return response;
}

async function pictureOf(page: string): Promise<string> {
  return /og:image" content="https:\/\/reed\.test(\/og[^"]+)"/.exec(await (await visit(page)).text())?.[1] ?? "";
}

async function shared(owner: Guest, text = TEXT) {
  const note = await newNote(owner, text);
  const link = await newLink(owner, note.id, { role: "viewer" });
  return { note, link, page: `/n/${note.id}/${link.id}` };
}

async function write(owner: Guest, method: string, path: string, body?: unknown): Promise<void> {
  const headers = { Authorization: `Bearer ${owner.token}`, "Content-Type": "application/json" };
  const response = await api(path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  expect(response.ok).toBe(true);
}

/** What an answer says beside its status: headers, without those that name the request, and body. */
async function saidBy(response: Response): Promise<string> {
  return `${JSON.stringify(headersOf(response))}\n${new TextDecoder("latin1").decode(await response.arrayBuffer())}`;
}

function headersOf({ headers }: Response): readonly (readonly [string, string])[] {
  return [...headers].filter(([name]) => name !== "x-request-id" && name !== "traceparent");
}

const LATIN1_CANARY = new TextDecoder("latin1").decode(new TextEncoder().encode(CANARY));

function expectSilent(said: string): void {
  expect(said).not.toContain(CANARY);
  expect(said).not.toContain(LATIN1_CANARY);
  expect(said).not.toContain(encodeURIComponent(CANARY));
}

describe("what each state shows", () => {
  it("[CA3] content: title, first lines and picture at 200", async () => {
    const ana = await newGuest();
    const { page } = await shared(ana);
    const response = await visit(page);
    const html = await response.text();
    expect(response.status).toBe(200);
    expect(html).toContain(`<title>${CANARY}</title>`);
    expect(html).toContain(`og:description" content="☑ ${CANARY} one`);
    expect(html).toContain("1 of 2 done");
  });

  it("[CA3][CA4] title: the title, and nothing of the body, in any form", async () => {
    const ana = await newGuest();
    const { note, page } = await shared(ana, `# Plain title\n\n- [x] ${CANARY}`);
    const before = await pictureOf(page);
    await write(ana, "PATCH", `/api/notes/${note.id}/settings`, { preview: "title" });
    expect(await (await visit(page)).text()).toContain("<title>Plain title</title>");
    for (const form of FORMS) expectSilent(await saidBy(await visit(page + form)));
    expect(await pictureOf(page)).not.toBe(before);
    expect(JSON.stringify(drawn)).not.toContain(CANARY);
    expect(await (await visit(`${page}.md`)).text()).toBe("Plain title\n");
  });

  it("[CA3][CA4] nothing, restricted, revoked, trashed, expired and used up: not a byte of the note, headers and log included", async () => {
    const logged: string[] = [];
    const spies = (["log", "info", "warn", "error"] as const).map((level) =>
      vi.spyOn(console, level).mockImplementation((...said) => void logged.push(JSON.stringify(said))),
    );
    const ana = await newGuest();
    const hidden = await shared(ana);
    await write(ana, "PATCH", `/api/notes/${hidden.note.id}/settings`, { preview: "nothing" });
    const revoked = await shared(ana);
    const old = await pictureOf(revoked.page);
    await write(ana, "DELETE", `/api/notes/${revoked.note.id}/links/${revoked.link.id}`);
    const trashed = await shared(ana);
    const oldTrashed = await pictureOf(trashed.page);
    await write(ana, "DELETE", `/api/notes/${trashed.note.id}`);
    const expiring = await newNote(ana, TEXT);
    const soon = await newLink(ana, expiring.id, {
      role: "viewer",
      expiresAt: new Date(Date.now() + 1500).toISOString(),
    });
    const scarce = await newNote(ana, TEXT);
    const once = await newLink(ana, scarce.id, { role: "viewer", maxUses: 1 });
    expect((await askTicket(await newGuest(), scarce.id, { linkId: once.id })).ok).toBe(true);
    await scheduler.wait(1600);
    const pages: readonly (readonly [string, number])[] = [
      [hidden.page, 200],
      [revoked.page, 410],
      [trashed.page, 410],
      [`/n/${expiring.id}/${soon.id}`, 410],
      [`/n/${scarce.id}/${once.id}`, 200],
    ];
    drawn.length = 0;
    for (const [page, status] of pages) {
      for (const form of FORMS) {
        const response = await visit(page + form);
        expect([page, form, response.status]).toEqual([page, form, status]);
        expectSilent(await saidBy(response));
      }
    }
    for (const picture of [old, oldTrashed]) {
      const response = await visit(picture);
      expect(response.status).toBe(410);
      expect(new Uint8Array(await response.arrayBuffer())).toEqual(noticePicture("unavailable"));
    }
    expectSilent(await saidBy(await visit(`/n/${hidden.note.id}`)));
    expect(drawn).toEqual([]);
    for (const spy of spies) spy.mockRestore();
    expectSilent(logged.join("\n"));
  });

  it("[CA3][CA4] removed for good: what a note in the trash shows, at each of its addresses", async () => {
    const ana = await newGuest();
    const { note, link, page } = await shared(ana, `# ${CANARY} ${crypto.randomUUID()}`);
    const picture = await pictureOf(page);
    await write(ana, "DELETE", `/api/notes/${note.id}`);
    const trashed = await saidBy(await visit(page));
    await write(ana, "DELETE", `/api/notes/${note.id}/permanently`);
    drawn.length = 0;
    expect(await saidBy(await visit(page))).toBe(trashed);
    const neverMade = `${link.id.startsWith("A") ? "B" : "A"}${link.id.slice(1)}`;
    const paths = [...FORMS.map((form) => page + form), picture, `/n/${note.id}`, `/n/${note.id}/${neverMade}`];
    for (const path of paths) {
      const response = await visit(path);
      expect([path, response.status]).toEqual([path, 410]);
      expectSilent(await saidBy(response));
    }
    expect(drawn).toEqual([]);
  });

  it("[CA5] two notes that nobody may see are the same bytes, page and picture", async () => {
    const ana = await newGuest();
    const [one, two] = [await shared(ana), await shared(await newGuest("Mo"), "other")];
    for (const { note } of [one]) await write(ana, "PATCH", `/api/notes/${note.id}/settings`, { preview: "nothing" });
    const first = await (await visit(one.page)).text();
    const second = await (await visit(`/n/${two.note.id}`)).text();
    expect(first.replaceAll(one.page, "x")).toBe(second.replaceAll(`/n/${two.note.id}`, "x"));
    expect(/\/og\/shared\.png/.test(first)).toBe(true);
  });

  it("[CA3][CA5] sealed notes and notes to be read once or with a password show a notice only", () => {
    const appShell = parseAppShell(INDEX_HTML);
    const urls = { page: `${ORIGIN}/n/x`, picture: `${ORIGIN}/og/shared.png` };
    expect(shownOf({ state: "guarded" })).toEqual({ state: "restricted" });
    expect(shownOf({ state: "sealed" })).toEqual({ state: "sealed" });
    expect(cardPage({ state: "sealed", urls, appShell })).toContain("<title>A sealed note</title>");
  });
});

describe("the address of a picture", () => {
  it("[CA6] draws once for a burst of 200 crawlers", async () => {
    const { page } = await shared(await newGuest(), `# Burst ${crypto.randomUUID()}`);
    const answers = await Promise.all(Array.from({ length: 200 }, () => visit(`${page}.square.png`)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    // Where the machine is busy, those who have waited long enough are given the fallback, byte for byte, and who comes later the picture.
    const fallback = new TextDecoder("latin1").decode(noticePicture("fallback"));
    const isPicture = (said: string): boolean => !said.endsWith(`\n${fallback}`);
    const later = await vi.waitFor(async () => {
      const said = await saidBy(await visit(`${page}.square.png`));
      expect(isPicture(said)).toBe(true);
      return said;
    }, SOON);
    const said = await Promise.all(answers.map((answer) => saidBy(answer)));
    expect(new Set([later, ...said.filter(isPicture)]).size).toBe(1);
    expect(drawn).toHaveLength(1);
  });

  it("[CA7] is 404 where it was tampered with, and nothing is drawn or asked", async () => {
    const { page } = await shared(await newGuest(), `# Tampered ${crypto.randomUUID()}`);
    const picture = await pictureOf(page);
    for (const [from, to] of [
      [/.\.png$/, "_.png"],
      [/\/[\w-]{12}-/, "/aaaaaaaaaaaa-"],
      [/\.png$/, ".jpg"],
      [/\.png$/, ".png.png"],
    ] as const) {
      const response = await visit(picture.replace(from, to));
      expect(response.status).toBe(404);
      expect(new Uint8Array(await response.arrayBuffer())).toEqual(noticePicture("unavailable"));
    }
    expect(drawn).toEqual([]);
  });

  it("[CA8] leads to a picture that was drawn before anybody asked, when the link was made and after edits", async () => {
    const ana = await newGuest();
    const kept = async () => (await env.BLOBS?.list({ prefix: "cards/" }))?.objects.length ?? 0;
    const none = await kept();
    const { note } = await shared(ana, `# Ahead ${crypto.randomUUID()}`);
    await vi.waitFor(async () => expect(await kept()).toBe(none + 1), SOON);
    const headers = { Authorization: `Bearer ${ana.token}`, "Content-Type": "text/markdown" };
    const body = "- [ ] and more";
    expect((await api(`/api/notes/${note.id}/append`, { method: "POST", headers, body })).ok).toBe(true);
    await vi.waitFor(async () => expect(await kept()).toBe(none + 2), 20_000);
  });

  it("[CA9] of an old revision gives the picture of now; after a revoke, at once, the neutral one", async () => {
    const ana = await newGuest();
    const { page, note, link } = await shared(ana, `# Old ${crypto.randomUUID()}`);
    const old = await pictureOf(page);
    await write(ana, "PATCH", `/api/notes/${note.id}/settings`, { color: "rose", icon: "🌹" });
    const current = await pictureOf(page);
    expect(current).not.toBe(old);
    expect(await saidBy(await visit(old))).toBe(await saidBy(await visit(current)));
    await write(ana, "DELETE", `/api/notes/${note.id}/links/${link.id}`);
    const startMs = Date.now();
    expect([(await visit(page)).status, (await visit(old)).status, (await visit(current)).status]).toEqual([
      410, 410, 410,
    ]);
    expect(Date.now() - startMs).toBeLessThan(1000);
  });
});

describe("requests", () => {
  it("[CA10] HEAD has the headers without the bytes, a range is answered whole, a known tag with 304", async () => {
    const { page } = await shared(await newGuest(), "# Asked\n\nfor");
    for (const form of FORMS) {
      const whole = await visit(page + form);
      const length = (await whole.arrayBuffer()).byteLength;
      const head = await visit(page + form, {}, "HEAD");
      expect((await head.arrayBuffer()).byteLength).toBe(0);
      expect(headersOf(head)).toEqual(headersOf(whole));
      const part = await visit(page + form, { Range: "bytes=0-99" });
      expect([part.status, part.headers.get("Accept-Ranges"), part.headers.get("Content-Range")]).toEqual([
        200,
        "none",
        null,
      ]);
      expect((await part.arrayBuffer()).byteLength).toBe(length);
      const known = await visit(page + form, { "If-None-Match": whole.headers.get("ETag") ?? "" });
      expect([known.status, (await known.arrayBuffer()).byteLength]).toEqual([304, 0]);
      expect(whole.headers.get("Referrer-Policy")).toBe("no-referrer");
      expect(whole.headers.get("Set-Cookie")).toBeNull();
    }
  });

  it("[CA11] the same note as Markdown, text and a page without the app", async () => {
    const text = "# Forms\n\n| a | b |\n| - | - |\n| 1 | <b> |\n\nשלום";
    const { page } = await shared(await newGuest(), text);
    const [markdown, plain, html] = [
      await visit(`${page}.md`),
      await visit(`${page}.txt`),
      await visit(`${page}.html`),
    ];
    expect([markdown, plain, html].map(({ headers }) => headers.get("Content-Type"))).toEqual([
      "text/markdown; charset=utf-8",
      "text/plain; charset=utf-8",
      "text/html; charset=utf-8",
    ]);
    expect([await markdown.text(), await plain.text()]).toEqual([text, text]);
    const body = await html.text();
    expect(body).toContain('<th scope="col">a</th>');
    expect(body).toContain("<td>&lt;b&gt;</td>");
    expect(body).toContain('<p dir="auto">שלום</p>');
    expect(body).not.toContain("<script");
  });
});
