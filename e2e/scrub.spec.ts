// Text that is taken away for good while one person has the note open and another is away with words that were not sent.
import { expect, type Page, test } from "@playwright/test";
import { type ApiClient, createApiClient } from "@reed/api";
import { fromBase64Url } from "@reed/bytes";
import { decodeSnapshot } from "@reed/log";
import { type MadeNote, makeNote } from "../bench/lib/reed-client.ts";
import { NoteScreen } from "./screens/note-screen.ts";

const SECRET = "Pelican";
const BEFORE = "Agenda. Pelican is the word. Bring cake.";
const AFTER = "Agenda. Bring cake.";
const BACK = { timeout: 45_000 } as const;

const has = (bytes: Uint8Array): boolean => Buffer.from(bytes).includes(SECRET);

/** Names of the store and of what in it holds the secret, of all that the page's device keeps. */
function keptSecrets(page: Page): Promise<readonly string[]> {
  return page.evaluate(async (secret) => {
    const answer = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.addEventListener("success", () => resolve(request.result));
        request.addEventListener("error", () => reject(request.error ?? new Error("no answer")));
      });
    const holds = (value: unknown): boolean => {
      if (typeof value === "string") return value.includes(secret);
      if (value instanceof ArrayBuffer) return new TextDecoder().decode(value).includes(secret);
      if (ArrayBuffer.isView(value)) return new TextDecoder().decode(value).includes(secret);
      return typeof value === "object" && value !== null && Object.values(value).some(holds);
    };
    const found: string[] = [];
    for (const { name = "" } of await indexedDB.databases()) {
      const db = await answer(indexedDB.open(name));
      for (const store of db.objectStoreNames) {
        const values: readonly unknown[] = await answer(db.transaction(store).objectStore(store).getAll());
        if (values.some(holds)) found.push(`${name}/${store}`);
      }
      db.close();
    }
    for (const [key, value] of Object.entries(localStorage)) if (holds(value)) found.push(key);
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys())
        if (holds(await (await cache.match(request))?.arrayBuffer())) found.push(request.url);
    }
    return found;
  }, SECRET);
}

function clientOf({ serverUrl, token }: MadeNote): ApiClient {
  return createApiClient({ fetch, baseUrl: serverUrl, token: () => token });
}

/** Where the server still has the secret, of all that it gives to the note's owner. */
async function servedSecrets(note: MadeNote): Promise<readonly string[]> {
  const found: string[] = [];
  const { noteId, serverUrl, token } = note;
  const client = clientOf(note);
  const owner = { type: "user", accessToken: token } as const;
  for (const route of ["text", "update", "history"]) {
    const response = await fetch(`${serverUrl}/api/notes/${noteId}/${route}`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    if (has(new Uint8Array(await response.arrayBuffer()))) found.push(route);
  }
  const snapshot = await client.snapshot(noteId, owner);
  if (snapshot.ok) {
    const { text, ledger, document } = decodeSnapshot(snapshot.value);
    if ([text, ledger, document].some(has)) found.push("snapshot");
  }
  let sinceSeq = 0;
  for (;;) {
    const page = await client.ops(noteId, { since: sinceSeq }, owner);
    // What is asked for was dropped; what was not lies further on.
    if (!page.ok && page.code !== "compacted") throw new Error(page.code);
    const items = page.ok ? page.value.items : [];
    if (items.some(({ envelope }) => has(fromBase64Url(envelope)))) found.push(`ops after ${sinceSeq}`);
    if (page.ok && items.length === 0) break;
    sinceSeq = items.at(-1)?.seq ?? sinceSeq + 1;
  }
  const history = await client.history(noteId, {});
  for (const { id } of history.ok ? history.value.items : []) {
    const version = await client.version(noteId, id);
    if (version.ok && version.value.text.includes(SECRET)) found.push(`version ${id}`);
  }
  return found;
}

test("a scrub takes a word away everywhere; who is there writes on, and unsent words of who was away arrive", async ({
  browser,
  baseURL,
}) => {
  test.setTimeout(120_000);
  const origin = baseURL ?? "";
  const note = await makeNote(origin);
  const secret = Buffer.from(note.edit.secret ?? []).toString("base64url");
  const url = `${origin}/n/${note.noteId}/${note.edit.linkId}#${secret}`;
  const ana = await NoteScreen.meet(browser, origin);
  await ana.open(url);
  await ana.expectSaved();
  await ana.write(BEFORE);
  await ana.expectSaved();
  const zoe = await NoteScreen.meet(browser, origin);
  await zoe.open(url);
  await zoe.expectText(BEFORE);
  await zoe.expectSaved();
  const kept = await clientOf(note).keepVersion(note.noteId, "with the word");
  expect(kept.ok).toBe(true);
  await zoe.page.context().setOffline(true);
  await zoe.write(" Zoe brings tea.");
  await expect(zoe.saveState).toHaveText("Saved on this device", BACK);

  await ana.editor.click();
  await ana.page.keyboard.press("ControlOrMeta+A");
  await ana.page.keyboard.type(AFTER);
  await ana.expectSaved();
  await ana.expectText(AFTER);
  expect(await servedSecrets(note)).not.toEqual([]);
  const scrubbed = await clientOf(note).scrub(note.noteId);
  expect(scrubbed).toMatchObject({ ok: true, value: { isDone: true } });
  expect(await servedSecrets(note)).toEqual([]);

  await ana.expectText(AFTER);
  await ana.write(" Ana brings ice.");
  await expect(ana.saveState).toHaveText("Saved", BACK);
  const owner = { type: "user", accessToken: note.token } as const;
  expect(await clientOf(note).text(note.noteId, owner)).toMatchObject({ value: `${AFTER} Ana brings ice.` });

  await zoe.page.context().setOffline(false);
  await expect.poll(() => zoe.text(), BACK).toContain("Ana brings ice.");
  await expect(zoe.saveState).toHaveText("Saved", BACK);
  const last = await zoe.text();
  expect([`${AFTER} Zoe brings tea. Ana brings ice.`, `${AFTER} Ana brings ice. Zoe brings tea.`]).toContain(last);
  await ana.expectText(last);
  await expect(ana.page.locator(".notice")).toHaveCount(0);
  await expect(zoe.page.locator(".notice")).toHaveCount(0);

  expect(await servedSecrets(note)).toEqual([]);
  await ana.page.reload();
  await ana.expectText(last);
  await expect.poll(() => keptSecrets(ana.page), BACK).toEqual([]);
  await expect.poll(() => keptSecrets(zoe.page), BACK).toEqual([]);
});
