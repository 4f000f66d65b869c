// Buckets that log, wire and Worker know nothing of, and the settings of a note, on headless devices through the real server: what
// devices make of them is the same live, from a snapshot, and from a device's own store.
import { expect, test } from "@playwright/test";
import { encodeCbor, META_BUCKET, noteRegisters, type NoteRegisters } from "@reed/log";
import type { OpenNote } from "@reed/sync";
import { makeNote } from "../bench/lib/reed-client.ts";
import { openWriter } from "../bench/lib/reed-writer.ts";
import { JOIN, seatsOf, SIGN_UP_BUCKET, signUpReducer, WITHDRAW } from "../packages/log/src/sign-up.test-support.ts";
import { tallyOf, VOTE_BUCKET, votePayload, voteReducer } from "../packages/log/src/vote.test-support.ts";
import {
  byLink,
  expectSaved,
  headOf,
  keptBy,
  makeOwnNote,
  open,
  openOffline,
  SETTLE,
  snapshotBeyond,
  whileOffline,
} from "./harness/devices.ts";

/** A text as long as this makes the log worth a snapshot. */
const LONG = "reed ".repeat(14_000);

const folds = (note: OpenNote) => ({
  list: note.fold(signUpReducer),
  votes: Object.fromEntries(note.fold(voteReducer)),
});

/** Waits until all of them have read the same, and whoever wrote last has read it back: what was saved is not yet folded. */
async function expectSameFolds(
  notes: readonly OpenNote[],
  tally: Record<string, number>,
  count: number,
): Promise<void> {
  const expected = { tally: new Map(Object.entries(tally)), count };
  for (const note of notes) {
    const seen = () => ({ tally: tallyOf(note.fold(voteReducer)), count: note.fold(signUpReducer).length });
    await expect.poll(seen, SETTLE).toEqual(expected);
  }
  for (const note of notes) expect(folds(note)).toEqual(folds(notes[0] ?? note));
}

const plain = ({ tags, ...settings }: NoteRegisters) => ({ ...settings, tags: Object.fromEntries(tags) });

test("a first-come list and a vote fold the same live, from a snapshot and after a reload", async ({ baseURL }) => {
  const url = baseURL ?? "";
  const own = await makeOwnNote(url);
  const moAt = byLink(await own.link("editor"));
  const samAt = byLink(await own.link("editor"));
  const [ana, mo] = [await open(own, url), await open(moAt, url)];
  const sam = await open(samAt, url);
  for (const note of [ana, mo, sam]) await expectSaved(note);

  // All at once, and some of it twice.
  mo.write(SIGN_UP_BUCKET, JOIN);
  ana.write(SIGN_UP_BUCKET, JOIN);
  sam.write(SIGN_UP_BUCKET, JOIN);
  mo.write(SIGN_UP_BUCKET, JOIN);
  for (const [note, choice] of [
    [ana, "dunes"],
    [mo, "hills"],
    [sam, "lake"],
    [mo, "lake"],
    [ana, "hills"],
  ] as const)
    note.write(VOTE_BUCKET, votePayload(choice));
  for (const note of [ana, mo, sam]) note.flush();
  for (const note of [ana, mo, sam]) await expectSaved(note);
  await expectSameFolds([ana, mo, sam], { hills: 1, lake: 2 }, 3);
  const first = ana.fold(signUpReducer);

  ana.text.insert(0, LONG);
  ana.flush();
  await expectSaved(ana);
  const viewAt = byLink(await own.link("viewer"));
  const coveredSeq = await snapshotBeyond(viewAt.note, url, await headOf(viewAt.note, url));

  // Begins from the snapshot, and so does what the log gives it from then on.
  const eve = await open(viewAt, url);
  await expectSameFolds([eve, ana], { hills: 1, lake: 2 }, 3);
  expect((await keptBy(viewAt)).checkpoint?.at.seq).toBe(coveredSeq);
  sam.write(SIGN_UP_BUCKET, WITHDRAW);
  sam.write(VOTE_BUCKET, votePayload("hills"));
  sam.flush();
  await expectSaved(sam);
  await expectSameFolds([sam, ana, mo, eve], { hills: 2, lake: 1 }, 2);
  sam.write(SIGN_UP_BUCKET, JOIN);
  sam.flush();
  await expectSaved(sam);
  await expectSameFolds([sam, ana, mo, eve], { hills: 2, lake: 1 }, 3);
  const { list } = folds(sam);
  expect(list.slice(0, 2)).toEqual(first.filter((person) => person !== list[2]));
  expect(seatsOf(list, 2).waiting).toEqual(list.slice(2));

  const expected = folds(sam);
  for (const note of [ana, mo, sam, eve]) note.close();
  for (const place of [own, moAt, samAt, viewAt]) {
    const again = await openOffline(place);
    expect(folds(again)).toEqual(expected);
    again.close();
  }
});

test("settings that two people change offline merge by time, whoever is back first", async ({ baseURL }) => {
  const url = baseURL ?? "";
  const own = await makeOwnNote(url);
  const moAt = byLink(await own.link("editor"));
  const before = await open(moAt, url);
  await expectSaved(before);
  before.close();

  await whileOffline(own, (note) => note.set({ color: "sand", icon: "🌾", tags: new Map([["cabin", true]]) }));
  await whileOffline(moAt, (note) => {
    note.set({ color: "sky", tags: new Map([["june", true]]) });
    expect(note.settings().color).toBe("sky");
  });
  // The later writer is back first: the earlier one does not undo it.
  const mo = await open(moAt, url);
  await expectSaved(mo);
  const ana = await open(own, url);
  await expectSaved(ana);
  const merged = { color: "sky", icon: "🌾", tags: { cabin: true, june: true }, locked: null, preview: null };
  for (const note of [ana, mo]) await expect.poll(() => plain(note.settings()), SETTLE).toEqual(merged);

  ana.text.insert(0, LONG);
  ana.set({ tags: new Map([["cabin", null]]) });
  await expectSaved(ana);
  const viewAt = byLink(await own.link("viewer"));
  await snapshotBeyond(viewAt.note, url, await headOf(viewAt.note, url));
  const eve = await open(viewAt, url);
  const last = { ...merged, tags: { june: true } };
  for (const note of [ana, mo, eve]) await expect.poll(() => plain(note.settings()), SETTLE).toEqual(last);
  for (const note of [ana, mo, eve]) note.close();
  for (const place of [own, moAt, viewAt]) {
    const again = await openOffline(place);
    expect(plain(again.settings())).toEqual(last);
    again.close();
  }
});

test("a note that its owner locks takes no more text from editors: what they wrote becomes a draft", async ({
  baseURL,
}) => {
  const url = baseURL ?? "";
  const own = await makeOwnNote(url);
  const moAt = byLink(await own.link("editor"));
  const ana = await open(own, url);
  ana.text.insert(0, "Ours.");
  await expectSaved(ana);
  const before = await open(moAt, url);
  await expect.poll(() => before.text.toString(), SETTLE).toBe("Ours.");
  await expectSaved(before);
  before.close();

  await whileOffline(moAt, ({ text }) => text.insert(text.length, " And mine."));
  ana.set({ locked: true });
  await expectSaved(ana);
  const mo = await open(moAt, url);
  await expect
    .poll(() => mo.status().drafts.map(({ text, reason }) => ({ text, reason })), SETTLE)
    .toEqual([{ text: " And mine.", reason: "locked" }]);
  await expect.poll(() => mo.text.toString(), SETTLE).toBe("Ours.");
  // An editor can't unlock it, and the owner goes on writing.
  mo.set({ locked: false });
  ana.text.insert(5, " Mine.");
  await expectSaved(ana);
  await expect.poll(() => mo.text.toString(), SETTLE).toBe("Ours. Mine.");
  await expect.poll(() => mo.settings().locked, SETTLE).toBe(true);
  expect(ana.settings().locked).toBe(true);

  ana.set({ locked: false });
  await expect.poll(() => mo.settings().locked, SETTLE).toBe(false);
  mo.text.insert(mo.text.length, " Yours.");
  await expectSaved(mo);
  await expect.poll(() => ana.text.toString(), SETTLE).toBe("Ours. Mine. Yours.");
  ana.close();
  mo.close();
});

test("a setting of a wrong type is refused on the wire, and nothing of it is there", async ({ baseURL }) => {
  const url = baseURL ?? "";
  const note = await makeNote(url);
  for (const [set, answer] of [
    [{ color: 7 }, "never register_type"],
    [{ color: "beige" }, "never register_type"],
    [{ "tags/cabin": "yes" }, "never register_type"],
    [{ locked: true }, "never register_role"],
    [{ colour: "sand" }, "never register_unknown_key"],
    [{ color: "sand" }, null],
  ] as const) {
    const payload = encodeCbor({ v: 1, t: Date.now() * 1000, set });
    const writer = await openWriter(note, note.edit);
    expect(await writer.write(META_BUCKET, payload), JSON.stringify(set)).toBe(answer);
    writer.close();
  }
  const reader = await open(byLink(`${url}/n/${note.noteId}/${note.view.linkId}`), url);
  await expect
    .poll(() => reader.settings(), SETTLE)
    .toEqual({
      ...noteRegisters.read(noteRegisters.reducer.empty()),
      color: "sand",
    });
  reader.close();
});
