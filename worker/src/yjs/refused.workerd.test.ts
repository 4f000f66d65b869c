import { env } from "cloudflare:workers";
import { evictDurableObject } from "cloudflare:test";
import { userPrincipal } from "@reed/log";
import { Room } from "@reed/room";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import * as Y from "yjs";
import { noteObject } from "../routes/note-address.ts";
import { api, type Guest, join, newGuest, newNote, type OwnedNote, startWorld } from "../world.test-support.ts";
import { encodeSyncStep2 } from "./messages.ts";
import { Provider } from "./provider.test-support.ts";
import { linkTo, logOf, textOfNote } from "./world.test-support.ts";

beforeAll(startWorld);
afterEach(() => {
  vi.restoreAllMocks();
});

async function setLocked(owner: Guest, note: OwnedNote, locked: boolean): Promise<void> {
  const headers = { Authorization: `Bearer ${owner.token}`, "Content-Type": "application/json" };
  const body = JSON.stringify({ locked });
  expect((await api(`/api/notes/${note.id}/settings`, { method: "PATCH", headers, body })).status).toBe(200);
}

/** Everything that `provider` has, as the answer to sync step 1. */
function bringAll(provider: Provider): void {
  provider.send(encodeSyncStep2(Y.encodeStateAsUpdate(provider.doc)));
}

/** Resolves when the server has dealt with all that `provider` said. */
async function isHeard(provider: Provider): Promise<void> {
  provider.isSynced = false;
  provider.askForAll();
  await provider.until(() => provider.isSynced);
}

async function lockedNote() {
  const ana = await newGuest();
  const note = await newNote(ana, "Tea");
  const link = await linkTo(ana, note, "editor");
  const owner = await Provider.join(note.id, ana.token);
  const editor = await Provider.join(note.id, link.token);
  await setLocked(ana, note, true);
  return { ana, note, link, owner, editor };
}

describe("a locked text", () => {
  it("[Y25] takes nothing of an editor's provider, which is told why once, stays and reads on", async () => {
    const { ana, note, owner, editor } = await lockedNote();
    const log = (await logOf(note)).length;
    editor.type(" mine");
    await editor.until(() => editor.denials > 0);
    editor.type("!");
    editor.doc.getText("text").delete(0, 1);
    bringAll(editor);
    bringAll(editor);
    await isHeard(editor);
    owner.type(" time");
    await editor.until(() => editor.text.includes("time"));
    expect(editor.denied).toEqual(["locked"]);
    expect((await logOf(note)).length).toBe(log + 1);
    expect(await textOfNote(ana, note)).toBe("Tea time");
  });

  it("[Y25] is not written by a provider that comes back with what was refused, and may stay", async () => {
    const { ana, note, link, owner, editor } = await lockedNote();
    editor.type(" mine");
    await editor.until(() => editor.denials > 0);
    editor.close();
    const back = await Provider.join(note.id, link.token, editor.doc);
    await back.until(() => back.denials > 0);
    owner.type(" time");
    await back.until(() => back.text.includes("time"));
    expect(back.denied).toEqual(["locked"]);
    expect(await textOfNote(ana, note)).toBe("Tea time");
  });

  it("[Y25] takes what was refused as soon as it is unlocked, without another word of the editor's", async () => {
    const { ana, note, owner, editor } = await lockedNote();
    editor.type(" mine");
    editor.type(" too");
    await editor.until(() => editor.denials > 0);
    await setLocked(ana, note, false);
    await owner.until(() => owner.text === "Tea mine too");
    await setLocked(ana, note, true);
    editor.type("!");
    await editor.until(() => editor.denials > 1);
    expect(editor.denied).toEqual(["locked", "locked"]);
    expect(owner.text).toBe("Tea mine too");
  });

  it("[Y23][Y25] takes it also where the note's object slept in between", async () => {
    const { ana, note, owner, editor } = await lockedNote();
    editor.type(" mine");
    await editor.until(() => editor.denials > 0);
    await evictDurableObject(noteObject(env, note.id));
    await setLocked(ana, note, false);
    await owner.until(() => owner.text === "Tea mine");
    expect(editor.denied).toEqual(["locked"]);
  });

  it("[Y12][Y25] is closed to viewers for another reason, and open to whoever becomes an owner", async () => {
    const [ana, mo] = [await newGuest(), await newGuest("Mo")];
    const note = await newNote(ana, "Tea");
    const wire = await join(ana, note.id);
    await wire.enrol(ana.certificate);
    const grant = (role: "viewer" | "editor" | "owner") =>
      wire.grant([{ principal: userPrincipal(mo.userId), role, key: null, expiresUs: null }]);
    await grant("viewer");
    const provider = await Provider.join(note.id, mo.token);
    await setLocked(ana, note, true);
    provider.type(" mine");
    await provider.until(() => provider.denials > 0);
    await grant("editor");
    await provider.until(() => provider.denials > 1);
    expect(provider.denied).toEqual(["read only", "locked"]);
    await grant("viewer");
    await setLocked(ana, note, false);
    await isHeard(provider);
    expect(wire.text).toBe("Tea");
    await setLocked(ana, note, true);
    await grant("owner");
    await wire.until(() => wire.text === "Tea mine");
  });
});

describe("an update that the server can't write", () => {
  it("[Y26] leaves the socket open, and is asked for again when 10 s have gone by", async () => {
    const ana = await newGuest();
    const note = await newNote(ana, "Tea");
    const provider = await Provider.join(note.id, ana.token);
    const write = vi.spyOn(Room.prototype, "writeText").mockResolvedValue({ ok: false, code: "clock" });
    provider.type(" time");
    bringAll(provider);
    await isHeard(provider);
    expect(provider.denied).toEqual(["unavailable"]);
    write.mockRestore();
    expect(await textOfNote(ana, note)).toBe("Tea");
    const later = Date.now() + 10_000;
    vi.spyOn(Date, "now").mockReturnValue(later);
    const other = await Provider.join(note.id, ana.token);
    provider.show({});
    await other.until(() => other.text === "Tea time");
  });
});
