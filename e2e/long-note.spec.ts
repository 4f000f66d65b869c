// A note that has been written in for long: more ops than a snapshot waits for, and the oldest of them dropped.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "@playwright/test";
import type { NoteId } from "@reed/log";
import * as Y from "yjs";
import { type MadeNote, makeNote } from "../bench/lib/reed-client.ts";
import { fill } from "../bench/lib/reed-snapshot.ts";
import { appointmentsIn, bringForward, countNote, noteFile } from "../scripts/note-files.ts";
import { type Server, startServer } from "../scripts/server.ts";
import { byLink, expectSaved, headOf, keptBy, open, SETTLE, snapshotBeyond, whileOffline } from "./harness/devices.ts";
import { NoteScreen } from "./screens/note-screen.ts";

const PORT = Number(process.env["REED_E2E_PORT"] ?? 8797) + 50;
/** Each writer's ops; the first alone are more than a snapshot waits for. */
const OPS = 800;
const MO_WAS_HERE = "Mo was here.\n";
/** An editor draws only the lines that can be seen, and these can. */
const LINE = `${"A long line. ".repeat(9).trimEnd()}\n`;

/** The ops of somebody who writes a line in `OPS` pieces and never looks up. */
function linesOf(client: number): readonly Uint8Array[] {
  const doc = new Y.Doc();
  doc.clientID = client;
  const updates: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array) => updates.push(update));
  const text = doc.getText("text");
  for (let index = 0; index < OPS; index += 1) text.insert(text.length, LINE[index % LINE.length] ?? "");
  return updates;
}

const addressOf = (note: MadeNote, { secret, linkId }: MadeNote["edit"]): string =>
  `${note.serverUrl}/n/${note.noteId}/${linkId}${secret === null ? "" : `#${Buffer.from(secret).toString("base64url")}`}`;

async function textOf(note: MadeNote): Promise<string> {
  const headers = { Authorization: `Bearer ${note.token}` };
  return (await fetch(`${note.serverUrl}/api/notes/${note.noteId}/text`, { headers })).text();
}

test.describe("a long note", () => {
  let stateDir: string;
  let server: Server;

  test.beforeAll(async () => {
    test.setTimeout(120_000);
    stateDir = mkdtempSync(path.join(tmpdir(), "reed-long-note-"));
    server = await startServer({ port: PORT, stateDir });
  });

  test.afterAll(async () => {
    await server.stop();
    rmSync(stateDir, { recursive: true, force: true });
  });

  test("opens from its snapshot, and takes what a device brings that was away since before its rows were dropped", async ({
    browser,
  }) => {
    test.setTimeout(150_000);
    const note = await makeNote(server.url);
    const moAt = byLink(addressOf(note, note.edit));
    const before = await open(moAt, server.url);
    await expectSaved(before);
    before.text.insert(0, MO_WAS_HERE);
    await expectSaved(before);
    before.close();
    await whileOffline(moAt, ({ text }) => text.insert(0, "And on a train: "));
    const awaySeq = (await keptBy(moAt)).rows.at(-1)?.seq ?? 0;
    expect(awaySeq).toBeGreaterThan(0);

    await fill(note, linesOf(1));
    await snapshotBeyond(moAt.note, server.url, OPS);
    await fill(note, linesOf(2));
    await snapshotBeyond(moAt.note, server.url, await headOf(moAt.note, server.url));
    await dropRows(note.noteId);

    const ana = await NoteScreen.meet(browser, server.url);
    const asked: string[] = [];
    ana.page.on(
      "response",
      (response) => void (response.url().includes("/snapshot") && asked.push(`${response.status()}`)),
    );
    await ana.page.goto(addressOf(note, note.edit));
    // The text is there to be read at once, be it the snapshot's or the editor's.
    const shown = ana.page.getByRole("region", { name: "Note, loading" }).or(ana.editor);
    await expect(shown).toContainText("A long line.", { timeout: 5000 });
    await expect(ana.editor).toBeVisible();
    expect(asked).toContain("200");
    const text = await textOf(note);
    expect(text).toHaveLength(2 * OPS + MO_WAS_HERE.length);
    await ana.expectText(text);
    await ana.writeAtStart("Ana: ");
    await ana.expectSaved();
    expect(await textOf(note)).toBe(`Ana: ${text}`);

    const mo = await open(moAt, server.url);
    await expectSaved(mo);
    expect((await keptBy(moAt)).checkpoint?.at.seq).toBeGreaterThan(2 * OPS);
    await expect.poll(() => mo.text.toString(), SETTLE).toBe(await textOf(note));
    const last = mo.text.toString();
    expect(last.replace("And on a train: ", "")).toBe(`Ana: ${text}`);
    expect(last).toContain(`And on a train: ${MO_WAS_HERE}`);
    await ana.expectText(last);
    expect(mo.status().drafts).toEqual([]);
    mo.close();
  });

  /** Rows rest for half a minute before they are dropped. That passes while the server is down. */
  async function dropRows(noteId: NoteId): Promise<void> {
    await server.stop();
    const file = noteFile(stateDir, noteId);
    bringForward(file, "compact", Date.now());
    server = await startServer({ port: PORT, stateDir });
    await expect.poll(() => appointmentsIn(file).has("compact"), SETTLE).toBe(false);
    await server.stop();
    const { firstSeq, packs } = countNote(file);
    expect(firstSeq).toBeGreaterThan(OPS / 2);
    expect(packs).toBeGreaterThan(0);
    server = await startServer({ port: PORT, stateDir });
  }
});
