// A note's past: versions, what differs between them, bringing one back, and taking text away for good. Decided by its object.
import {
  type Compliance,
  complianceRequestSchema,
  diffQuerySchema,
  historyQuerySchema,
  keepVersionRequestSchema,
  nameVersionRequestSchema,
  type Person,
  scrubRequestSchema,
  type ScrubResponse,
  type Version as VersionJson,
  type VersionDiff,
  type VersionEntry as VersionEntryJson,
  type VersionHistory,
  type Written,
} from "@reed/api";
import type { NoteId } from "@reed/log";
import { diffTexts } from "@reed/text";
import { Hono } from "hono";
import type { Version, VersionEntry } from "../history/version-table.ts";
import type { AppContext, AppEnv } from "../http/context.ts";
import { ApiProblem } from "../http/problem.ts";
import { readJson } from "../http/read-json.ts";
import { readQuery } from "../http/read-query.ts";
import { requireActor } from "./actor.ts";
import { noteIdOfPath, noteObject } from "./note-address.ts";

const PAGE = 50;

export const history = new Hono<AppEnv>()
  .get("/api/notes/:noteId/history", async (c) => {
    const noteId = noteIdOfPath(c);
    const actor = await requireActor(c);
    const { limit = PAGE, cursor } = readQuery(c, historyQuerySchema);
    const found = await noteObject(c.env, noteId).versions(actor, limit + 1, cursor);
    if ("code" in found) throw new ApiProblem(found.code);
    const shown = found.slice(0, limit);
    const persons = await personsIn(
      c,
      noteId,
      shown.flatMap(({ people }) => people),
    );
    const items = shown.map((entry) => entryJson(entry, persons));
    const nextCursor = found.length > limit ? String(items.at(-1)?.id) : null;
    return c.json({ items, nextCursor } satisfies VersionHistory);
  })
  .post("/api/notes/:noteId/history", async (c) => {
    const noteId = noteIdOfPath(c);
    const actor = await requireActor(c);
    const { name } = await readJson(c, keepVersionRequestSchema);
    const kept = await noteObject(c.env, noteId).keepVersion(actor, name);
    if ("code" in kept) throw new ApiProblem(kept.code);
    return c.json(entryJson(kept, await personsIn(c, noteId, kept.people)), 201, {
      Location: `/api/notes/${noteId}/history/${kept.seq}`,
    });
  })
  .get("/api/notes/:noteId/history/:version", async (c) => {
    const noteId = noteIdOfPath(c);
    const seq = versionOfPath(c);
    const found = await noteObject(c.env, noteId).version(await requireActor(c), seq);
    if ("code" in found) throw new ApiProblem(found.code);
    const principals = found.authors.flatMap(({ by }) => by ?? []);
    return c.json(versionJson(found, await personsIn(c, noteId, [...found.people, ...principals])));
  })
  .patch("/api/notes/:noteId/history/:version", async (c) => {
    const noteId = noteIdOfPath(c);
    const seq = versionOfPath(c);
    const actor = await requireActor(c);
    const { name } = await readJson(c, nameVersionRequestSchema);
    const named = await noteObject(c.env, noteId).nameVersion(actor, seq, name);
    if ("code" in named) throw new ApiProblem(named.code);
    return c.json(entryJson(named, await personsIn(c, noteId, named.people)));
  })
  .get("/api/notes/:noteId/history/:version/diff", async (c) => {
    const noteId = noteIdOfPath(c);
    const seq = versionOfPath(c);
    const actor = await requireActor(c);
    const { against = "current" } = readQuery(c, diffQuerySchema);
    const found = await noteObject(c.env, noteId).versionTexts(actor, seq, against === "current" ? null : against);
    if ("code" in found) throw new ApiProblem(found.code);
    return c.json({ pieces: [...diffTexts(found.before, found.after)] } satisfies VersionDiff);
  })
  .post("/api/notes/:noteId/history/:version/restore", async (c) => {
    const noteId = noteIdOfPath(c);
    const seq = versionOfPath(c);
    const restored = await noteObject(c.env, noteId).restoreVersion(await requireActor(c), seq);
    if ("code" in restored) throw new ApiProblem(restored.code);
    return c.json({ seq: restored.seq } satisfies Written);
  })
  .post("/api/notes/:noteId/scrub", async (c) => {
    const noteId = noteIdOfPath(c);
    const actor = await requireActor(c);
    const { confirm } = await readJson(c, scrubRequestSchema);
    const scrubbed = await noteObject(c.env, noteId).scrub(actor, confirm);
    if ("code" in scrubbed)
      throw scrubbed.code === "invalid" ? new ApiProblem("invalid", "confirm") : new ApiProblem(scrubbed.code);
    return c.json(scrubbed satisfies ScrubResponse, scrubbed.isDone ? 200 : 202);
  })
  .put("/api/notes/:noteId/compliance", async (c) => {
    const noteId = noteIdOfPath(c);
    const actor = await requireActor(c);
    const { on } = await readJson(c, complianceRequestSchema);
    const changed = await noteObject(c.env, noteId).setCompliance(actor, on);
    if ("code" in changed) throw new ApiProblem(changed.code);
    return c.json({ on } satisfies Compliance);
  });

function versionOfPath(c: AppContext): number {
  const text = c.req.param("version") ?? "";
  const seq = /^\d{1,15}$/.test(text) ? Number(text) : null;
  if (seq === null) throw new ApiProblem("not_found");
  return seq;
}

type Persons = ReadonlyMap<string, Person>;

/** Who the principals are now, as the note knows them. */
async function personsIn(c: AppContext, noteId: NoteId, principals: readonly string[]): Promise<Persons> {
  const all = [...new Set(principals)];
  const persons = all.length === 0 ? [] : await noteObject(c.env, noteId).personsOf(all);
  return new Map(all.map((principal, index) => [principal, persons[index] ?? { principal, name: null }]));
}

function personOf(principal: string, persons: Persons): Person {
  return persons.get(principal) ?? { principal, name: null };
}

function entryJson({ seq, atUs, name, title, people, bytes }: VersionEntry, persons: Persons): VersionEntryJson {
  const at = new Date(Math.floor(atUs / 1000)).toISOString();
  return { id: seq, at, name, title, authors: people.map((by) => personOf(by, persons)), bytes };
}

function versionJson(version: Version, persons: Persons): VersionJson {
  const runs = version.authors.map(({ units, by }) => ({ units, by: by === null ? null : personOf(by, persons) }));
  return { ...entryJson(version, persons), text: version.text, runs };
}
