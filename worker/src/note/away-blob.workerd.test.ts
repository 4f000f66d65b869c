// A note whose newest snapshot lies in R2, while R2 does not answer, and after R2 has lost it.
import { env } from "cloudflare:workers";
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { fromBase64Url } from "@reed/bytes";
import { ed25519, helloMessage } from "@reed/crypto";
import { decodeSnapshot, type NoteId, noteIdBytes, userPrincipal, verifySnapshot } from "@reed/log";
import { WIRE_VERSION } from "@reed/protocol";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { sha256 } from "../host/ports.ts";
import type { BlobStore } from "../host/snapshot-blobs.ts";
import { noteObject } from "../routes/note-address.ts";
import {
  api,
  type Guest,
  join,
  newGuest,
  newNote,
  type OwnedNote,
  problemIn,
  SOON,
  startWorld,
  ticketFor,
  upgrade,
} from "../world.test-support.ts";
import { Wire } from "../wire.test-support.ts";
import { Provider } from "../yjs/provider.test-support.ts";
import { inNote, opsWriter } from "./note.test-support.ts";

beforeAll(startWorld);
const made: NoteId[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  // What can't be had again is looked for without end, and said each time: not in the tests that follow.
  for (const id of made.splice(0))
    await runInDurableObject(noteObject(env, id), (_, { storage }) => storage.deleteAlarm());
});

const RESTARTING = { code: 4503, reason: "restarting" };
const limits = { sqlBytes: 0 };

interface Scene {
  readonly ana: Guest;
  readonly note: OwnedNote;
}

const bucket = (): R2Bucket => {
  if (env.BLOBS === undefined) throw new Error("the tests have a bucket");
  return env.BLOBS;
};

/** What every object of this process asks R2. */
function onGet(answer: () => Promise<null>) {
  const prototype: Pick<R2Bucket, "get"> = Object.getPrototypeOf(bucket());
  return vi.spyOn(prototype, "get").mockImplementation(answer);
}

const away = () => Promise.reject(new Error("R2 is away"));

/** It takes everything, and has nothing. */
const HOLLOW: BlobStore = {
  put: () => Promise.resolve(null as never), // nobody looks at it
  get: () => Promise.resolve(null),
  list: () => Promise.resolve({ objects: [], delimitedPrefixes: [], truncated: false }),
  delete: () => Promise.resolve(),
};

/** A note of "Tea", whose object then begins anew with the newest snapshot in `blobs`. */
async function noteIn(blobs: BlobStore): Promise<Scene> {
  const ana = await newGuest();
  const note = await newNote(ana, "Tea");
  made.push(note.id);
  await inNote(note.id, { blobs, limits }, (opened) => opened.snapshots.make());
  await evictDurableObject(noteObject(env, note.id));
  return { ana, note };
}

/** The rows up to `throughSeq` are folded away, and the object begins anew. */
async function fold({ note }: Scene, throughSeq: number): Promise<void> {
  await runInDurableObject(noteObject(env, note.id), (_, { storage }) => {
    storage.sql.exec("DELETE FROM projection");
    storage.sql.exec("DELETE FROM log WHERE seq <= ?", throughSeq);
  });
  await evictDurableObject(noteObject(env, note.id));
}

const get = ({ ana, note }: Scene, path: string): Promise<Response> =>
  api(`/api/notes/${note.id}/${path}`, { headers: { Authorization: `Bearer ${ana.token}` } });

const headOf = async (scene: Scene): Promise<number> => {
  const [row] = await runInDurableObject(noteObject(env, scene.note.id), (_, { storage }) =>
    storage.sql.exec("SELECT max(seq) AS seq FROM log").toArray(),
  );
  return Number(row?.["seq"]);
};

interface Pair {
  readonly writer: Wire;
  readonly reader: Wire;
}

/** Two people who know the note. */
async function pairIn({ ana, note }: Scene): Promise<Pair> {
  const [writer, reader] = [await join(ana, note.id), await join(ana, note.id)];
  await writer.enrol(ana.certificate);
  return { writer, reader };
}

/** One reads what the other writes, and who comes back is welcomed. */
async function expectLiveEditing({ ana, note }: Scene, { writer, reader }: Pair): Promise<void> {
  const { length } = reader.text;
  await writer.type("!");
  await reader.until(() => reader.text.length > length);
  const { nonce, protocols } = await ticketFor(ana, note.id);
  const { webSocket } = await upgrade(note.id, protocols);
  if (webSocket === null) throw new Error("no socket");
  const back = new Wire(webSocket, ana.key, note.id, fromBase64Url(nonce));
  const proof = await ana.key.sign(helloMessage(fromBase64Url(nonce), noteIdBytes(note.id)));
  const device = ana.key.publicKey;
  const versions = { lowestVersion: WIRE_VERSION, highestVersion: WIRE_VERSION };
  back.send({ type: "hello", ...versions, device, proof, cursor: reader.ledger.head, presence: new Uint8Array() });
  expect((await back.next("welcome")).head.seq).toBe(reader.ledger.head.seq);
  back.close();
}

async function expectOpenWithoutDocument(scene: Scene, pair: Pair): Promise<void> {
  expect((await get(scene, `ops?since=${(await headOf(scene)) - 1}`)).status).toBe(200);
  const refused = await get(scene, "state");
  expect([await problemIn(refused), refused.headers.get("Retry-After")]).toEqual(["503 overloaded", "1"]);
  expect(await (await Provider.open(scene.note.id, scene.ana.token)).closed).toEqual(RESTARTING);
  await expectLiveEditing(scene, pair);
}

describe("while R2 does not answer", () => {
  it("[H19] the snapshot is to be asked for again, and nobody is told that there is none", async () => {
    const scene = await noteIn(bucket());
    expect((await get(scene, "snapshot")).status).toBe(200);
    for (const answer of [away, () => Promise.resolve(null)]) {
      onGet(answer);
      expect(await problemIn(await get(scene, "snapshot"))).toBe("503 overloaded");
    }
  });

  it("[S44] people come in and write, and only what needs the document is told to come again", async () => {
    const scene = await noteIn(bucket());
    const [seq, pair] = [await headOf(scene), await pairIn(scene)];
    await fold(scene, seq);
    onGet(away);
    await expectOpenWithoutDocument(scene, pair);
    vi.restoreAllMocks();
    expect((await get(scene, "state")).status).toBe(200);
    expect((await Provider.join(scene.note.id, scene.ana.token)).text).toContain("Tea");
  });

  it("[S44] the providers of a waking note are sent away to come back, and nobody else", async () => {
    const scene = await noteIn(bucket());
    const { ana, note } = scene;
    const [seq, pair] = [await headOf(scene), await pairIn(scene)];
    const provider = await Provider.join(note.id, ana.token);
    await fold(scene, seq);
    const asked = onGet(away);
    await expectLiveEditing(scene, pair);
    expect(await provider.closed).toEqual(RESTARTING);
    expect(asked).toHaveBeenCalledOnce();
    vi.restoreAllMocks();
    expect((await Provider.join(note.id, ana.token)).text).toContain("Tea");
  });

  it("[S44] a note that wakes without providers does not ask it for anything", async () => {
    const scene = await noteIn(bucket());
    const pair = await pairIn(scene);
    await evictDurableObject(noteObject(env, scene.note.id));
    const asked = onGet(away);
    await expectLiveEditing(scene, pair);
    expect(asked).not.toHaveBeenCalled();
  });
});

describe("after R2 has lost the newest snapshot", () => {
  it("[S44] a note is as it was, and makes another in its place", async () => {
    const scene = await noteIn(HOLLOW);
    const seq = await headOf(scene);
    expect((await get(scene, "snapshot")).status).toBe(503);
    expect((await get(scene, "state")).status).toBe(200);
    await expectHealed(scene, seq);
    expect((await Provider.join(scene.note.id, scene.ana.token)).text).toBe("Tea");
    await expectLiveEditing(scene, await pairIn(scene));
  });

  it("[S44] the text comes from the snapshot before it and the rows since then", async () => {
    const ana = await newGuest();
    const note = await newNote(ana, "");
    made.push(note.id);
    const scene = { ana, note };
    const firstSeq = await headOf(scene);
    await inNote(note.id, {}, async (opened) => {
      const write = opsWriter(opened, ana.userId);
      await write("Tea");
      await opened.snapshots.make();
      await write(" time");
    });
    await inNote(note.id, { blobs: HOLLOW, limits }, (opened) => opened.snapshots.make());
    await fold(scene, firstSeq + 1);
    expect((await Provider.join(note.id, ana.token)).text).toBe("Tea time");
    await expectHealed(scene, await headOf(scene));
    expect(await (await get(scene, "text")).text()).toBe("Tea time");
  });

  it("[S44] the text of a note that was scrubbed comes from the rows since then", async () => {
    const ana = await newGuest();
    const note = await newNote(ana, "Tea");
    made.push(note.id);
    const by = { by: userPrincipal(ana.userId), via: "api", session: null } as const;
    await inNote(note.id, { blobs: HOLLOW, limits }, async (opened) => {
      expect((await opened.scrub.begin(by)).ok).toBe(true);
      expect(await opened.scrub.finish()).toBe(true);
    });
    const scene = { ana, note };
    await fold(scene, 0);
    expect((await get(scene, "ops?since=1")).status).toBe(410);
    expect((await Provider.join(note.id, ana.token)).text).toBe("Tea");
    await expectHealed(scene, await headOf(scene));
  });

  it("[S44] where the rows reach down to nothing, people come in and write all the same", async () => {
    const scene = await noteIn(HOLLOW);
    const [seq, pair] = [await headOf(scene), await pairIn(scene)];
    await fold(scene, seq);
    await expectOpenWithoutDocument(scene, pair);
    await evictDurableObject(noteObject(env, scene.note.id));
    await expectOpenWithoutDocument(scene, pair);
  });
});

/** There is a snapshot again, it proves itself, and it is what the note opens on. */
async function expectHealed(scene: Scene, seq: number): Promise<void> {
  await vi.waitUntil(async () => {
    await runDurableObjectAlarm(noteObject(env, scene.note.id));
    return (await get(scene, "snapshot")).status === 200;
  }, SOON);
  const file = new Uint8Array(await (await get(scene, "snapshot")).arrayBuffer());
  const { manifest } = await verifySnapshot(decodeSnapshot(file), scene.note.id, { sha256, verifier: ed25519 });
  expect(manifest.at.seq).toBe(seq);
  await evictDurableObject(noteObject(env, scene.note.id));
  expect((await get(scene, "state")).status).toBe(200);
}
