// Notes of earlier releases: an object whose tables are those of an older version wakes under this one and loses nothing.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { linkListSchema } from "@reed/api";
import type { NoteId } from "@reed/log";
import * as v from "valibot";
import { beforeAll, expect, it } from "vitest";
import { noteObject } from "../routes/note-address.ts";
import { join, newGuest, newLink, newNote, startWorld } from "../world.test-support.ts";
import { NOTE_STEPS } from "./migrations.ts";
import { ask, outcome, peopleOf, share } from "./sharing.test-support.ts";

beforeAll(startWorld);

const tablesMadeBy = (statements: readonly string[]): readonly string[] =>
  statements.flatMap((statement) => /^CREATE TABLE (?:IF NOT EXISTS )?(\w+)/.exec(statement)?.[1] ?? []);

/** The object as a release left it that knew the first `steps` steps: without the tables that came later. */
async function turnBack(noteId: NoteId, steps: number): Promise<void> {
  const object = noteObject(env, noteId);
  // What it meant to do by itself must not be done in between.
  await runInDurableObject(object, (_, { storage }) => storage.deleteAlarm());
  await evictDurableObject(object);
  await runInDurableObject(object, (_, { storage: { sql } }) => {
    for (const name of NOTE_STEPS.slice(steps).flatMap(tablesMadeBy)) sql.exec(`DROP TABLE ${name}`);
    const missing = NOTE_STEPS.slice(0, steps).flat();
    const there = new Set([...sql.exec<{ name: string }>("SELECT name FROM sqlite_master")].map(({ name }) => name));
    for (const statement of missing)
      if (tablesMadeBy([statement]).some((name) => !there.has(name))) sql.exec(statement);
    sql.exec("DELETE FROM migrations WHERE step > ?", steps);
  });
  await evictDurableObject(object);
}

it.each([1, 2, 3])("[S42] a note whose object knows %i of the steps is whole when it wakes", async (steps) => {
  const [ana, mo] = [await newGuest("Ana"), await newGuest("Mo")];
  const { id } = await newNote(ana, "Tea");
  await share(ana, id, mo, "editor");
  const link = await newLink(ana, id, { role: "viewer", name: "friends" });
  const before = await join(mo, id);
  await before.enrol(mo.certificate);
  expect(await before.type(" for two")).toMatchObject({ type: "ack" });
  await turnBack(id, steps);

  expect(await (await ask(ana, "GET", id, "/text")).text()).toBe("Tea for two");
  expect((await peopleOf(ana, id)).map((person) => person.replace(/^\S+ /, ""))).toEqual(["owner (you)", "editor"]);
  const { items } = v.parse(linkListSchema, await (await ask(ana, "GET", id, "/links")).json());
  expect(items).toMatchObject([{ id: link.id, name: "friends" }]);
  const after = await join(mo, id);
  await after.enrol(mo.certificate);
  expect(await after.type(", please")).toMatchObject({ type: "ack" });
  expect(await outcome(ask(ana, "DELETE", id, `/links/${link.id}`))).toMatch(/^20/);
  expect(await (await ask(ana, "GET", id, "/text")).text()).toBe("Tea for two, please");
});
