// A word that is typed, taken away and scrubbed must be nowhere: not in any row of the object's tables, packed or not, and in no blob.
import { gunzipSync } from "node:zlib";
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { opsSchema } from "@reed/api";
import { encodeUtf8, fromBase64Url } from "@reed/bytes";
import { ed25519 } from "@reed/crypto";
import { changeGrants, decodeOp, encodeControl, extendChain, hashGrants, Ledger, verifyOp } from "@reed/log";
import * as v from "valibot";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { BlobStore } from "../host/snapshot-blobs.ts";
import { sha256 } from "../host/ports.ts";
import { writeOps } from "../note/note.test-support.ts";
import { picturesOf } from "../card/kept-pictures.ts";
import { noteObject } from "../routes/note-address.ts";
import { join, startWorld } from "../world.test-support.ts";
import {
  ask,
  asOwner,
  beginScene,
  change,
  keep,
  outcomeOf,
  outcomes,
  ownersWire,
  type Scene,
  textNow,
  versionsOf,
} from "./history.test-support.ts";

beforeAll(startWorld);

const CANARY = "canary7f3a";
const IN_BLOBS = { blobs: env.BLOBS ?? null, limits: { sqlBytes: 64 } };

/** Everything that holds the canary, by table or blob. */
async function places({ id }: Scene): Promise<readonly string[]> {
  const tables = await runInDurableObject(noteObject(env, id), (_, { storage: { sql } }) =>
    sql
      .exec<{ name: string }>(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'",
      )
      .toArray()
      .flatMap(({ name }) => {
        const values = sql
          .exec(`SELECT * FROM "${name}"`)
          .toArray()
          .flatMap((row) => Object.values(row));
        return values.some(holdsCanary) ? [name] : [];
      }),
  );
  const blobs: string[] = [];
  for (const { key } of (await env.BLOBS?.list({ prefix: `snap/${id}/` }))?.objects ?? []) {
    const blob = await env.BLOBS?.get(key);
    if (blob !== null && blob !== undefined && holdsCanary(await blob.arrayBuffer())) blobs.push("blob");
  }
  return [...new Set([...tables, ...blobs])].toSorted();
}

function holdsCanary(value: unknown): boolean {
  if (typeof value === "string") return value.includes(CANARY);
  if (!(value instanceof ArrayBuffer)) return false;
  const bytes = Buffer.from(value);
  return bytes.includes(Buffer.from(encodeUtf8(CANARY))) || unpacked(bytes).includes(Buffer.from(encodeUtf8(CANARY)));
}

function unpacked(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes);
  } catch {
    return Buffer.alloc(0);
  }
}

/** A note whose canary was in versions, snapshots, rows and proofs, and is no more in its text. */
async function beginWithCanary(options = {}): Promise<Scene> {
  const scene = await beginScene("green tea");
  const { id } = await keep(scene, "without");
  await change(scene, async (note) => writeOps(note, scene.ana.userId, 1, `${CANARY} `));
  await keep(scene, `with ${CANARY}`);
  await change(scene, (note) => note.snapshots.make(), options);
  expect(await outcomeOf(await ask(scene, "POST", `/history/${id}/restore`))).toBe("200");
  await runInDurableObject(noteObject(env, scene.id), (_, { storage }) => {
    storage.sql.exec("INSERT INTO evidence (op_id, envelope, kept_us) SELECT op_id, envelope, 1 FROM log");
  });
  expect(await textNow(scene)).toBe("green tea");
  return scene;
}

const scrub = (scene: Scene, as: "owner" | "editor" = "owner"): Promise<Response> =>
  ask(scene, "POST", "/scrub", { as, body: { confirm: scene.id } });

async function opsOf(scene: Scene, since = 0) {
  const { items } = v.parse(opsSchema, await (await ask(scene, "GET", `/ops?since=${since}&limit=100`)).json());
  return items.map(({ seq, receivedAt, envelope }) => ({
    seq,
    receivedAt,
    op: decodeOp(fromBase64Url(envelope), sha256),
  }));
}

/** Rings the alarm, if it does not ring by itself just now, until its scrub is done. */
async function settle({ id }: Scene): Promise<void> {
  const note = noteObject(env, id);
  await vi.waitFor(
    async () => {
      await runDurableObjectAlarm(note);
      const due = await runInDurableObject(note, (_, { storage }) =>
        storage.sql.exec("SELECT 1 FROM due WHERE kind = 'scrub'").toArray(),
      );
      expect(due).toEqual([]);
    },
    { timeout: 10_000, interval: 100 },
  );
}

describe("a scrub", () => {
  it("[V11] leaves no byte of what was removed in any row", async () => {
    const scene = await beginWithCanary();
    expect(await places(scene)).toEqual(["evidence", "log", "snapshot_parts", "versions"]);
    const response = await scrub(scene);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ isDone: true });
    expect(await places(scene)).toEqual([]);
    expect(await textNow(scene)).toBe("green tea");
    expect(await versionsOf(scene)).toEqual([]);
    await change(scene, () => undefined);
    expect(await textNow(scene)).toBe("green tea");
  });

  it("[V11] leaves none in blobs", async () => {
    const scene = await beginWithCanary(IN_BLOBS);
    await env.BLOBS?.put(`${picturesOf(scene.id)}of-the-canary.png`, "a picture");
    expect(await places(scene)).toContain("blob");
    expect((await scrub(scene)).status).toBe(200);
    expect(await places(scene)).toEqual([]);
    expect((await env.BLOBS?.list({ prefix: `snap/${scene.id}/` }))?.objects).toEqual([]);
    expect((await env.BLOBS?.list({ prefix: picturesOf(scene.id) }))?.objects).toEqual([]);
    expect(await textNow(scene)).toBe("green tea");
  });

  it("[V10] is one control op and the text of now from a document that begins anew, in one step", async () => {
    const scene = await beginWithCanary();
    const wire = await ownersWire(scene);
    const before = wire.ledger.head.seq;
    await scrub(scene);
    await wire.until(() => wire.ledger.head.seq === before + 2);
    expect(wire.ledger.generations).toMatchObject([{ seq: before + 1, reason: "scrub" }]);
    expect(wire.ledger.claims.size).toBe(1);
    expect((await opsOf(scene, before + 1)).map(({ op }) => op.type)).toEqual(["data"]);
    expect(await outcomeOf(await ask(scene, "GET", "/ops?since=0"))).toBe("410 compacted");
    const newcomer = await join(scene.ana, scene.id).catch((error: Error) => error.message);
    expect(newcomer).toMatch(/version_unsupported|snapshot_needed/);
  });

  it("[V10] takes a note without a text, a full one, and one that was scrubbed before", async () => {
    const scene = await beginScene("x".repeat(1_000_000));
    const wire = await ownersWire(scene);
    await wire.type("y");
    await textNow(scene);
    expect(await wire.type("z")).toMatchObject({ code: "note_full" });
    for (let time = 0; time < 2; time += 1) expect(await outcomeOf(await scrub(scene))).toBe("200");
    expect(await textNow(scene)).toHaveLength(1_000_001);
    const empty = await beginScene();
    expect(await outcomeOf(await scrub(empty))).toBe("200");
    expect(await textNow(empty)).toBe("");
  });

  it("[V12] that was broken off after its ops is loadable, and goes on by itself", async () => {
    const scene = await beginWithCanary();
    await change(scene, (note) => note.room.scrub(() => [], asOwner(scene)));
    expect(await places(scene)).toContain("log");
    expect(await textNow(scene)).toBe("");
    await settle(scene);
    expect(await places(scene)).toEqual([]);
    expect(await textNow(scene)).toBe("");
  });

  it("[V12] that was broken off at any later step is loadable, and goes on by itself", async () => {
    for (const step of ["snapshot", "blobs"] as const) {
      const scene = await beginWithCanary(IN_BLOBS);
      await change(
        scene,
        async (note) => {
          await note.scrub.begin(asOwner(scene));
          await expect(note.duties.scrub?.(Date.now())).rejects.toThrow("out of order");
        },
        { ...IN_BLOBS, blobs: failingAt(step === "snapshot" ? "put" : "delete") },
      );
      expect(await textNow(scene), step).toBe("green tea");
      expect(await places(scene), step).not.toEqual([]);
      await settle(scene);
      expect(await places(scene), step).toEqual([]);
      expect(await textNow(scene), step).toBe("green tea");
    }
  });

  it("[V13] that an owner's device writes is followed by the same", async () => {
    const scene = await beginWithCanary();
    const wire = await ownersWire(scene);
    const { grants, control, head } = wire.ledger;
    const body = encodeControl({
      counter: (control?.counter ?? 0) + 1,
      prevControl: control?.opId ?? null,
      changes: [],
      grantsHash: hashGrants(changeGrants(grants, []), sha256),
      attribution: null,
      act: { type: "generation", from: head, reason: "scrub" },
    });
    expect(await wire.write("control", body)).toMatchObject({ type: "ack" });
    await settle(scene);
    expect(await places(scene)).toEqual([]);
  });

  it("[V10] is for owners who name the note", async () => {
    const scene = await beginScene("tea");
    const body = { confirm: scene.id };
    const denied = ["401 unauthenticated", "404 not_found", "403 forbidden", "403 forbidden", "403 forbidden"];
    expect(await outcomes((as) => ask(scene, "POST", "/scrub", { as, body }))).toEqual([...denied, "200"]);
    for (const confirm of ["tea", "", undefined, true])
      expect(await outcomeOf(await ask(scene, "POST", "/scrub", { body: { confirm } }))).toBe("400 invalid");
  });
});

describe("compliance mode", () => {
  const set = (scene: Scene, on: unknown): Promise<Response> => ask(scene, "PUT", "/compliance", { body: { on } });

  it("[V14] refuses a scrub, until it is off", async () => {
    const scene = await beginScene("tea");
    expect(await (await ask(scene, "GET", "", { as: "viewer" })).json()).toMatchObject({ compliance: { on: false } });
    expect(await (await set(scene, true)).json()).toEqual({ on: true });
    expect(await outcomeOf(await set(scene, true))).toBe("200");
    expect(await (await ask(scene, "GET", "", { as: "viewer" })).json()).toMatchObject({ compliance: { on: true } });
    expect(await outcomeOf(await scrub(scene))).toBe("409 compliance_on");
    expect(await outcomeOf(await set(scene, false))).toBe("200");
    expect(await outcomeOf(await scrub(scene))).toBe("200");
  });

  it("[V14] drops no row, and a newcomer verifies the log from its genesis", async () => {
    const scene = await beginScene("tea");
    await set(scene, true);
    await change(scene, async (note) => {
      for (let round = 0; round < 2; round += 1) {
        await writeOps(note, scene.ana.userId, 20);
        await note.snapshots.make();
      }
      await note.duties.compact?.(Date.now());
    });
    const ops = await opsOf(scene);
    expect(ops.map(({ seq }) => seq)).toEqual(Array.from({ length: 47 }, (_, index) => index + 1));
    const [genesis] = ops;
    if (genesis === undefined) throw new Error("an empty log");
    const ledger = new Ledger(genesis.op.opId, { sha256, below: "trust" });
    let chain = genesis.op.opId;
    for (const { seq, receivedAt, op } of ops) {
      expect(await verifyOp(op, ed25519)).toBeNull();
      const recvUs = microsecondsOf(receivedAt);
      const verdict = ledger.check(op, recvUs);
      if (verdict.type !== "accepted") throw new Error(`op ${seq}: ${JSON.stringify(verdict)}`);
      ledger.append(op, verdict.effect, recvUs);
      chain = extendChain(chain, seq, op.opId, recvUs, sha256);
    }
    expect(ledger.isCompliant).toBe(true);
    expect(await (await ask(scene, "GET", `/chain?seq=${ops.length}`)).json()).toMatchObject({ seq: ops.length });
    expect(ledger.head.chain).toEqual(chain);
    const head: unknown = await (await ask(scene, "GET", "/state")).json();
    const { chain: served } = v.parse(v.object({ chain: v.string() }), head);
    expect(fromBase64Url(served)).toEqual(chain);
  });

  it("[V14] is not turned on while a scrub is not done", async () => {
    const scene = await beginScene("tea");
    await change(scene, (note) => note.scrub.begin(asOwner(scene)));
    expect(await outcomeOf(await set(scene, true))).toBe("503 overloaded");
    await settle(scene);
    expect(await outcomeOf(await set(scene, true))).toBe("200");
  });

  it("[V14] is turned on and off by owners", async () => {
    const scene = await beginScene("tea");
    const denied = ["401 unauthenticated", "404 not_found", "403 forbidden", "403 forbidden", "403 forbidden"];
    const body = { on: true };
    expect(await outcomes((as) => ask(scene, "PUT", "/compliance", { as, body }))).toEqual([...denied, "200"]);
    for (const on of ["true", 1, null, undefined]) expect(await outcomeOf(await set(scene, on))).toBe("400 invalid");
  });
});

/** The real bucket, one of whose calls fails. */
function failingAt(call: "put" | "delete"): BlobStore {
  const blobs = env.BLOBS;
  if (blobs === undefined) throw new Error("the tests bind a bucket");
  return new Proxy(blobs, {
    get: (target, name) => {
      if (name === call) return () => Promise.reject(new Error("out of order"));
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** Of an RFC 3339 time with six digits behind the point. */
function microsecondsOf(time: string): number {
  const [seconds = "", fraction = ""] = time.replace("Z", "").split(".");
  return Date.parse(`${seconds}Z`) * 1000 + Number(fraction.padEnd(6, "0"));
}
