// What the channel's list says, whose picture is whose, and how a new note becomes the channel's.
import type { SpaceView } from "@reed/api";
import type { OpenNote } from "@reed/sync";
import { describe, expect, it } from "vitest";
import type { Participant } from "../../host/host.ts";
import { firstOf } from "./first-note.ts";
import { introduce } from "./introduce.ts";
import { untilSaved } from "./make-note.ts";
import { pictureFor } from "./pictures.ts";
import { noteFacts, placeWords, writingWords } from "./space-words.ts";
import { scrollFor } from "./use-caret-in-sight.ts";

const noteId = "abcdefghijklmnopqrstuA";
const nowMs = new Date(2026, 10, 21, 12).getTime();
const note: SpaceView["notes"][number] = {
  id: noteId,
  title: "Trip",
  role: "editor",
  modifiedAt: new Date(nowMs - 86_400_000).toISOString(),
  addedBy: { id: "u", name: "Lin" },
};
const inside = (name: string, isYou = false): SpaceView["people"][number] => ({
  user: { id: name, name },
  noteId,
  isYou,
});

describe("the list's words", () => {
  it("say who is in a note before who brought it", () => {
    expect(noteFacts(note, [inside("me", true)], nowMs)).toBe("Lin · yesterday");
    expect(noteFacts({ ...note, addedBy: null }, [], nowMs)).toBe("yesterday");
    expect(noteFacts(note, [inside("Ana")], nowMs)).toBe("Ana is in it");
    expect(noteFacts(note, [inside("Ana"), inside("Bo")], nowMs)).toBe("Ana and Bo are in it");
    expect(
      noteFacts(
        note,
        ["a", "b", "c", "d"].map((name) => inside(name)),
        nowMs,
      ),
    ).toBe("4 people are in it");
  });

  it("say where people are, and nothing of notes that are not the channel's", () => {
    const titleOf = (id: string) => (id === noteId ? "Trip" : null);
    expect(placeWords(inside("Ana"), titleOf)).toBe("in “Trip”");
    expect(placeWords(inside("me", true), titleOf)).toBe("you, in “Trip”");
    expect(placeWords({ ...inside("Ana"), noteId: null }, titleOf)).toBe("looking around");
    expect(placeWords(inside("Ana"), () => "")).toBe("in “Untitled”");
    expect(placeWords(inside("Ana"), () => null)).toBe("looking around");
  });

  it("say who writes, each once", () => {
    expect(writingWords([])).toBe("");
    expect(writingWords(["Ana", "Ana"])).toBe("Ana is writing");
    expect(writingWords(["Ana", "Bo", "Cy"])).toBe("Ana, Bo, and Cy are writing");
    expect(writingWords(["Ana", "Bo", "Cy", "Di"])).toBe("Ana and 3 others are writing");
  });
});

describe("pictures", () => {
  const ann: Participant = { id: "1", names: ["Ann", "ann_1"], picture: "/ann" };

  it("are shown where the name leaves no doubt", () => {
    expect(pictureFor("Ann", ["Ann", "Bo"], [ann])).toBe("/ann");
    expect(pictureFor("ann_1", ["ann_1"], [ann])).toBe("/ann");
    expect(pictureFor("Bo", ["Ann", "Bo"], [ann])).toBeNull();
  });

  it("are nobody's where two go by one name", () => {
    expect(pictureFor("Ann", ["Ann", "Ann"], [ann])).toBeNull();
    expect(pictureFor("Ann", ["Ann"], [ann, { ...ann, id: "2" }])).toBeNull();
  });
});

describe("a new note", () => {
  const refusal = (code: string) => Object.assign(new Error(code), { code });

  it("is given to the channel as soon as the server knows it", async () => {
    const answers = [refusal("not_found"), refusal("forbidden"), refusal("unreachable"), new TypeError("no network")];
    const waits: number[] = [];
    let given = 0;
    const give = async (): Promise<void> => {
      given += 1;
      const error = answers.shift();
      if (error !== undefined) throw error;
    };
    await introduce(give, async (ms) => void waits.push(ms));
    expect(given).toBe(5);
    expect(waits).toEqual([200, 300, 500, 1000]);
  });

  it("is not given where the server says no for good, or for two minutes", async () => {
    const give = () => Promise.reject(refusal("space_only"));
    await expect(introduce(give, async () => undefined)).rejects.toMatchObject({ code: "space_only" });
    let waitedMs = 0;
    const never = () => Promise.reject(refusal("not_found"));
    await expect(introduce(never, async (ms) => void (waitedMs += ms))).rejects.toMatchObject({ code: "not_found" });
    expect(waitedMs).toBeGreaterThan(60_000);
  });
});

describe("arriving", () => {
  const here = (id: string, isYou = false) => ({ user: { id, name: id }, noteId: null, isYou });
  const alone = { notes: [], people: [here("b", true)], target: null };
  const second = { ...alone, people: [here("b", true), here("a")] };
  const never = () => Promise.reject(new Error("asked"));

  it("opens what was asked for, or lists what there is, or begins", async () => {
    const ports = { look: never, wait: never };
    expect(await firstOf({ ...alone, target: noteId }, ports)).toEqual({ type: "open", noteId });
    expect(await firstOf({ ...alone, notes: [note] }, ports)).toEqual({ type: "list" });
    expect(await firstOf(alone, ports)).toEqual({ type: "begin" });
  });

  it("waits for whoever was there already", async () => {
    const views = [second, { ...second, notes: [note] }];
    const look = async () => views.shift() ?? alone;
    expect(await firstOf(second, { look, wait: async () => undefined })).toEqual({ type: "open", noteId });
    expect(views).toEqual([]);
  });

  it("begins after all where the others do not, one of them before the rest, and at once when they have gone", async () => {
    let waitedMs = 0;
    const wait = async (ms: number) => void (waitedMs += ms);
    expect(await firstOf(second, { look: never, wait })).toEqual({ type: "begin" });
    expect(waitedMs).toBeGreaterThanOrEqual(4000);
    expect(waitedMs).toBeLessThan(6000);
    waitedMs = 0;
    expect(await firstOf({ ...alone, people: [here("b", true), here("c")] }, { look: never, wait })).toEqual({
      type: "begin",
    });
    expect(waitedMs).toBe(1400);
    waitedMs = 0;
    expect(await firstOf(second, { look: async () => alone, wait })).toEqual({ type: "begin" });
    expect(waitedMs).toBe(700);
  });
});

describe("waiting for a note to be on the server", () => {
  /** One note on a sheet, whose save state the test sets. */
  function sheet(first: string | null) {
    const listeners = new Set<() => void>();
    const subscribe = (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    };
    let shown = first;
    let save = "Saving…";
    const host = {
      subscribe,
      note: () =>
        shown === null ? null : ({ noteId: shown, subscribe, status: () => ({ save }) } as unknown as OpenNote),
    };
    const change = (next: { shown?: string | null; save?: string }) => {
      shown = next.shown === undefined ? shown : next.shown;
      save = next.save ?? save;
      for (const listener of listeners) listener();
    };
    return { host, change, heardBy: () => listeners.size };
  }
  const isOver = async (waiting: Promise<void>) => Promise.race([waiting.then(() => true), Promise.resolve(false)]);

  it("ends when it is saved", async () => {
    const { host, change, heardBy } = sheet(null);
    const waiting = untilSaved(host, noteId);
    change({ shown: noteId });
    change({ save: "Saved on this device" });
    expect(await isOver(waiting)).toBe(false);
    change({ save: "Saved" });
    await waiting;
    expect(heardBy()).toBe(0);
  });

  it("ends when another note is on the sheet", async () => {
    const { host, change } = sheet(noteId);
    const waiting = untilSaved(host, noteId);
    expect(await isOver(waiting)).toBe(false);
    change({ shown: "another" });
    await waiting;
  });
});

it("scrolls a caret out from under the keyboard, and no other", () => {
  expect(scrollFor(500, 800, 300)).toBe(64);
  expect(scrollFor(400, 800, 300)).toBe(0);
});
