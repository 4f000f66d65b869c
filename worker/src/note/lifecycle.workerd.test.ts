import { env } from "cloudflare:workers";
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { createNoteResponseSchema } from "@reed/api";
import { ed25519 } from "@reed/crypto";
import { decodeTombstone, type NoteId, noteIdOf, tombstoneMessage, userPrincipal } from "@reed/log";
import { blobOf } from "@reed/room";
import * as v from "valibot";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { picturesOf } from "../card/kept-pictures.ts";
import { configOf } from "../env.ts";
import { noteObject } from "../routes/note-address.ts";
import {
  api,
  askTicket,
  genesisBy,
  type Guest,
  join,
  newGuest,
  newLink,
  newNote,
  postJson,
  putGenesis,
  startWorld,
} from "../world.test-support.ts";
import { inNote } from "./note.test-support.ts";
import { ask, Ears, headOf, outcome, peopleOf, share, tablesOf } from "./sharing.test-support.ts";

beforeAll(startWorld);
afterEach(() => vi.useRealTimers());

const DAY_MS = 86_400_000;

async function shared() {
  const [ana, mo] = [await newGuest(), await newGuest("Mo")];
  const { id } = await newNote(ana, "Tea");
  await share(ana, id, mo, "editor");
  const link = await newLink(ana, id, { role: "viewer" });
  return { ana, mo, id, link };
}

function page(id: string, linkId = ""): Promise<string> {
  return api(`/n/${id}${linkId === "" ? "" : `/${linkId}`}`).then(({ status }) => String(status));
}

describe("the trash", () => {
  it("[A16][A9] takes a note out of sight, but for its owners, who read", async () => {
    const { ana, mo, id, link } = await shared();
    const [mine, theirs] = [await join(ana, id), await join(mo, id)];
    const guest = await join(await newGuest("Sam"), id, { linkId: link.id });
    await mine.enrol(ana.certificate);
    expect(await outcome(ask(mo, "DELETE", id))).toBe("403 forbidden");
    expect(await outcome(ask(ana, "DELETE", id))).toBe("204");
    expect(await theirs.closed).toEqual({ code: 4403, reason: "access_ended" });
    expect(await guest.closed).toMatchObject({ reason: "access_ended" });
    expect(await mine.next("role")).toEqual({ type: "role", role: "viewer" });
    expect(await mine.type("more")).toMatchObject({ type: "nack", class: "never", code: "forbidden" });
    expect(await outcome(askTicket(mo, id))).toBe("404 not_found");
    expect(await outcome(ask(mo, "GET", id, "/text"))).toBe("404 not_found");
    expect(await outcome(ask(mo, "GET", id, "/members"))).toBe("404 not_found");
    expect(await (await ask(ana, "GET", id, "/text")).text()).toBe("Tea");
    expect(await outcome(ask(ana, "PATCH", id, "/settings", { locked: true }))).toBe("403 forbidden");
    expect(await outcome(ask(ana, "POST", id, "/links", { role: "viewer" }))).toBe("403 forbidden");
    expect(await outcome(ask(ana, "GET", id, "/links"))).toBe("200");
    expect(await (await ask(ana, "GET", id)).json()).toMatchObject({ role: "owner", trashedAt: expect.any(String) });
    expect(
      await Promise.all([page(id), page(id, link.id), page(id, `${link.id}.png`), page(id, `${link.id}.md`)]),
    ).toEqual(["410", "410", "410", "410"]);
  });

  it("[A16] gives all of it back, and bears to be told twice", async () => {
    const { ana, mo, id, link } = await shared();
    for (const path of ["", ""]) expect(await outcome(ask(ana, "DELETE", id, path))).toBe("204");
    await evictDurableObject(noteObject(env, id));
    expect(await outcome(ask(mo, "POST", id, "/restore"))).toBe("404 not_found");
    for (const path of ["/restore", "/restore"]) expect(await outcome(ask(ana, "POST", id, path))).toBe("204");
    expect(await peopleOf(mo, id)).toEqual(["Ana owner", "Mo editor (you)"]);
    expect(await page(id, link.id)).toBe("200");
    const wire = await join(mo, id);
    await wire.enrol(mo.certificate);
    expect(await wire.type("more")).toMatchObject({ type: "ack" });
  });

  it("[A16] acknowledges again what was taken before, and refuses what is new", async () => {
    const { ana, id } = await shared();
    const wire = await join(ana, id);
    await wire.enrol(ana.certificate);
    await wire.type("!");
    const head = await headOf(id);
    await outcome(ask(ana, "DELETE", id));
    await inNote(id, {}, async ({ room }) => {
      const by = { by: userPrincipal(ana.userId), via: "yjs", session: null } as const;
      expect(await room.writeText(new Uint8Array([0, 0]), by)).toEqual({ ok: false, code: "forbidden" });
      expect(await room.writeTexts(() => [], by)).toEqual({ ok: false, code: "forbidden" });
    });
    expect(await headOf(id)).toBe(head);
  });
});

describe("a note that is removed for good", () => {
  async function removed() {
    const ana = await newGuest();
    const genesis = await genesisBy(ana.key, crypto.getRandomValues(new Uint8Array(16)));
    await putGenesis(genesis.id, genesis.envelope, ana.token);
    const wire = await join(ana, genesis.id);
    await wire.enrol(ana.certificate);
    await wire.grant([{ principal: userPrincipal(ana.userId), role: "owner", key: null, expiresUs: null }]);
    await wire.type("Tea");
    const { head } = wire.ledger;
    await outcome(ask(ana, "DELETE", genesis.id));
    expect(await outcome(ask(ana, "DELETE", genesis.id, "/permanently"))).toBe("204");
    return { ana, head, wire, ...genesis };
  }

  it("[A17] lay in the trash, and an owner says so", async () => {
    const { ana, mo, id } = await shared();
    expect(await outcome(ask(ana, "DELETE", id, "/permanently"))).toBe("409 not_trashed");
    expect(await outcome(ask(mo, "DELETE", id, "/permanently"))).toBe("403 forbidden");
    await outcome(ask(ana, "DELETE", id));
    expect(await outcome(ask(mo, "DELETE", id, "/permanently"))).toBe("404 not_found");
  });

  it("[A17] leaves a tombstone that the gateway signed, and no table of its own", async () => {
    const { ana, id, head, wire } = await removed();
    expect(await wire.closed).toMatchObject({ reason: "access_ended" });
    expect([...(await tablesOf(id))].toSorted()).toEqual(["grave", "mourners"]);
    const bytes = await runInDurableObject(noteObject(env, id), (_, { storage }) =>
      blobOf(storage.sql.exec("SELECT tombstone FROM grave").one(), "tombstone"),
    );
    const { payload, signature, ...tombstone } = decodeTombstone(bytes);
    expect(tombstone).toMatchObject({ head, by: userPrincipal(ana.userId) });
    expect(noteIdOf(tombstone.docId)).toBe(id);
    const { publicKey } = configOf(env).gateway.signer;
    expect(await ed25519.verify(publicKey, signature, tombstoneMessage(payload))).toBe(true);
  });

  it("[A17][A18] is not there for anybody, for ever, and its genesis is refused", async () => {
    const { ana, id, envelope } = await removed();
    const stranger = await newGuest("Mo");
    for (let round = 0; round < 2; round += 1) {
      expect(await outcome(putGenesis(id, envelope, ana.token))).toBe("410 gone");
      expect(await outcome(ask(ana, "GET", id, "/text"))).toBe("404 not_found");
      expect(await outcome(ask(ana, "GET", id, "/members"))).toBe("404 not_found");
      expect(await outcome(ask(ana, "DELETE", id))).toBe("404 not_found");
      expect(await outcome(ask(ana, "POST", id, "/restore"))).toBe("404 not_found");
      expect(await outcome(askTicket(ana, id))).toBe("404 not_found");
      expect(await outcome(ask(ana, "DELETE", id, "/permanently"))).toBe("204");
      expect(await outcome(ask(stranger, "DELETE", id, "/permanently"))).toBe("404 not_found");
      expect(await page(id)).toBe("410");
      await evictDurableObject(noteObject(env, id));
    }
  });

  it("[A17] is wiped in one step, also where its blobs are slow to follow", async () => {
    const { id } = await removed();
    await env.BLOBS?.put(`${picturesOf(id)}drawn-once.png`, "a picture");
    expect(await runDurableObjectAlarm(noteObject(env, id))).toBe(true);
    expect((await env.BLOBS?.list({ prefix: picturesOf(id) }))?.objects).toEqual([]);
    const [left] = await runInDurableObject(noteObject(env, id), (_, { storage }) =>
      storage.sql.exec("SELECT blob_runs FROM grave").toArray(),
    );
    expect(left).toEqual({ blob_runs: 1 });
  });
});

describe("time", () => {
  async function alarmAt(id: NoteId, ms: number): Promise<void> {
    vi.useFakeTimers({ toFake: ["Date"], now: ms });
    await runInDurableObject(noteObject(env, id), (object) => object.alarm());
    vi.useRealTimers();
  }
  const isThere = async (who: Guest, id: NoteId) => (await outcome(ask(who, "GET", id, "/text"))) === "200";

  it("[A19] removes what has lain in the trash for 30 days, and not before", async () => {
    const { ana, id } = await shared();
    await outcome(ask(ana, "DELETE", id));
    const trashedMs = Date.now();
    await alarmAt(id, trashedMs + 30 * DAY_MS - 60_000);
    expect(await isThere(ana, id)).toBe(true);
    await alarmAt(id, trashedMs + 30 * DAY_MS + 60_000);
    expect(await isThere(ana, id)).toBe(false);
    expect(await tablesOf(id)).toContain("grave");
  });

  it("[A19] removes nothing that came back from the trash", async () => {
    const { ana, id } = await shared();
    await outcome(ask(ana, "DELETE", id));
    await outcome(ask(ana, "POST", id, "/restore"));
    await alarmAt(id, Date.now() + 31 * DAY_MS);
    expect(await isThere(ana, id)).toBe(true);
  });

  it("[A19] tells a guest when the note goes, and removes it then", async () => {
    const made = v.parse(createNoteResponseSchema, await (await postJson("/api/notes", { text: "Tea" })).json());
    const endMs = Date.parse(made.noteExpiresAt ?? "");
    expect(Math.abs(endMs - Date.now() - 90 * DAY_MS)).toBeLessThan(60_000);
    const { id } = await newNote(await newGuest(), "Tea");
    const { ears, expiresMs } = await inNote(id, {}, ({ company }) => {
      return { ears: new Ears(), expiresMs: company.lifecycle.expiresMs ?? 0 };
    });
    await inNote(id, { world: ears }, async ({ duties, company }) => {
      const wipe = (nowMs: number) => Promise.resolve(duties.wipe?.(nowMs));
      expect(await wipe(expiresMs - 1000)).toBe(expiresMs);
      ears.guests = true;
      company.lifecycle.touch(expiresMs - 1000);
      expect(await wipe(expiresMs)).toBe(expiresMs - 1000 + 90 * DAY_MS);
      expect(company.lifecycle.isOver).toBe(false);
      await wipe(expiresMs + 90 * DAY_MS);
      expect(company.lifecycle.isOver).toBe(true);
    });
  });

  it("[A19] leaves a guest's note alone when somebody with an account has it", async () => {
    const { id } = await newNote(await newGuest(), "Tea");
    const ears = new Ears();
    ears.guests = false;
    await inNote(id, { world: ears }, async ({ duties, company }) => {
      expect(await duties.wipe?.((company.lifecycle.expiresMs ?? 0) + 1000)).toBeNull();
      expect([company.lifecycle.isOver, company.lifecycle.expiresMs]).toEqual([false, null]);
    });
  });
});
