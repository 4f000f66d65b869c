import { env } from "cloudflare:workers";
import { evictDurableObject } from "cloudflare:test";
import { chainSchema, noteStateSchema, opsSchema } from "@reed/api";
import { fromBase64Url, toBase64Url } from "@reed/bytes";
import { decodeOp, decodeSnapshot, extendChain, type NoteId, type Op, userPrincipal } from "@reed/log";
import { stateHash } from "@reed/text";
import * as v from "valibot";
import { beforeAll, describe, expect, it } from "vitest";
import * as Y from "yjs";
import { sha256 } from "../host/ports.ts";
import { inNote, writeOps } from "../note/note.test-support.ts";
import {
  api,
  type Guest,
  join,
  newDevice,
  newGuest,
  newLink,
  newNote,
  problemIn,
  startWorld,
} from "../world.test-support.ts";
import { noteObject } from "./note-address.ts";

beforeAll(startWorld);

interface Scene {
  readonly ana: Guest;
  readonly id: NoteId;
}

async function begin(text: string): Promise<Scene> {
  const ana = await newGuest();
  return { ana, id: (await newNote(ana, text)).id };
}

const get = ({ ana, id }: Scene, path: string, headers: Record<string, string> = {}): Promise<Response> =>
  api(`/api/notes/${id}/${path}`, { headers: { Authorization: `Bearer ${ana.token}`, ...headers } });

const bytesOf = async (response: Promise<Response>) => new Uint8Array(await (await response).arrayBuffer());
const stateOf = async (scene: Scene) => v.parse(noteStateSchema, await (await get(scene, "state")).json());
const opsOf = async (scene: Scene, query: string) => v.parse(opsSchema, await (await get(scene, `ops${query}`)).json());

/** As the gateway, for Ana. */
async function write({ ana, id }: Scene, update: Uint8Array): Promise<void> {
  const attribution = { by: userPrincipal(ana.userId), via: "api", session: null } as const;
  await inNote(id, {}, async (note) => expect((await note.room.writeText(update, attribution)).ok).toBe(true));
  await evictDurableObject(noteObject(env, id));
}

/** Writes `count` ops and one, and folds away whole runs of 512. */
async function compact({ ana, id }: Scene, count: number): Promise<void> {
  await inNote(id, {}, async (note) => {
    for (const ops of [count, 1]) {
      await writeOps(note, ana.userId, ops);
      await note.snapshots.make();
    }
    await note.duties.compact?.(Date.now());
  });
  await evictDurableObject(noteObject(env, id));
}

async function snapshot({ id }: Scene): Promise<void> {
  await inNote(id, {}, (note) => note.snapshots.make());
  await evictDurableObject(noteObject(env, id));
}

/** As the log has it: to the microsecond. */
function microsOf(receivedAt: string): number {
  return Date.parse(`${receivedAt.slice(0, 23)}Z`) * 1000 + Number(receivedAt.slice(23, 26));
}

const CALLS = ["snapshot", "state", "chain?seq=1", "ops", "update"] as const;

describe("a note's log over HTTP", () => {
  it("[H2] is read by whoever may read the note, by account or by link, and does not exist for others", async () => {
    const scene = await begin("Tea");
    const mo = await newGuest("Mo");
    await snapshot(scene);
    const [viewer, editor, revoked] = [
      await newLink(scene.ana, scene.id, { role: "viewer" }),
      await newLink(scene.ana, scene.id, { role: "editor" }),
      await newLink(scene.ana, scene.id, { role: "viewer" }),
    ];
    const headers = { Authorization: `Bearer ${scene.ana.token}` };
    await api(`/api/notes/${scene.id}/links/${revoked.id}`, { method: "DELETE", headers });
    const readers: readonly (readonly [string, string])[] = [
      ["200", `Bearer ${scene.ana.token}`],
      ["200", `Reed-Link ${viewer.id}`],
      ["200", `Reed-Link ${editor.id}.${new URL(editor.url).hash.slice(1)}`],
      ["404 not_found", `Bearer ${mo.token}`],
      ["404 not_found", `Reed-Link ${revoked.id}`],
      ["404 not_found", "Reed-Link AAAAAAAAAAAAAAAA"],
      ["401 unauthenticated", "Reed-Link short"],
    ];
    for (const call of CALLS) {
      for (const [expected, authorization] of readers) {
        const response = await get(scene, call, { Authorization: authorization });
        expect([call, authorization, response.ok ? "200" : await problemIn(response)]).toEqual([
          call,
          authorization,
          expected,
        ]);
      }
      expect(await problemIn(await api(`/api/notes/${scene.id}/${call}`))).toBe("401 unauthenticated");
      expect(await problemIn(await get({ ...scene, id: "AAAAAAAAAAAAAAAAAAAAAA" as NoteId }, call))).toBe(
        "404 not_found",
      );
    }
  });

  it("[H3] refuses a query of another form, and names the field", async () => {
    const scene = await begin("Tea");
    const bad: readonly (readonly [string, string])[] = [
      ["chain", "seq"],
      ["chain?seq=-1", "seq"],
      ["chain?seq=1.5", "seq"],
      ["chain?seq=1&seq=2", "seq"],
      ["ops?limit=0", "limit"],
      ["ops?limit=101", "limit"],
      ["ops?author=me", "author"],
      ["ops?fromCtr=1", "fromCtr"],
      ["ops?cursor=x", "cursor"],
      ["ops?since=99999999999999999999", "since"],
      ["update?since=1&sv=AA", "since, sv"],
      ["update?since=99", "since"],
      ["update?sv=A", "sv"],
      ["update?sv=%20", "sv"],
      ["update?sv=_____w", "sv"],
      ["snapshot?seq=new", "seq"],
    ];
    for (const [path, field] of bad) {
      const response = await get(scene, path);
      expect([path, response.status, await response.json()]).toEqual([
        path,
        400,
        expect.objectContaining({ code: "invalid", detail: field }),
      ]);
    }
    expect(await problemIn(await get(scene, "chain?seq=99"))).toBe("404 not_found");
    expect(await problemIn(await get(scene, "snapshot?seq=99"))).toBe("404 no_snapshot");
  });
});

describe("GET state", () => {
  it("[H7] [H13] gives the head, and the hash that any replica of it has", async () => {
    const scene = await begin("Tea time");
    const doc = new Y.Doc();
    Y.applyUpdate(doc, await bytesOf(get(scene, "update")));
    expect((await get(scene, "state")).headers.get("Reed-Seq")).toBe("4");
    const { seq, stateHash: hash } = await stateOf(scene);
    expect(seq).toBe(4);
    expect(fromBase64Url(hash)).toEqual(stateHash(doc, sha256));
  });
});

describe("GET chain and ops", () => {
  it("[H8] [H9] give what the chain is made of: positions, receive times and envelopes", async () => {
    const scene = await begin("Tea time");
    const { items, nextCursor } = await opsOf(scene, "");
    expect(nextCursor).toBeNull();
    const [genesis] = items;
    let chain = decodeOp(fromBase64Url(genesis?.envelope ?? ""), sha256).opId;
    for (const { seq, receivedAt, envelope } of items) {
      chain = extendChain(chain, seq, decodeOp(fromBase64Url(envelope), sha256).opId, microsOf(receivedAt), sha256);
      const response = await get(scene, `chain?seq=${seq}`);
      expect(v.parse(chainSchema, await response.json())).toEqual({ seq, chain: toBase64Url(chain) });
    }
    expect((await stateOf(scene)).chain).toBe(toBase64Url(chain));
  });

  it("[H10] come in pages, each beginning where the one before says", async () => {
    const scene = await begin("Tea time");
    await inNote(scene.id, {}, (note) => writeOps(note, scene.ana.userId, 130));
    await evictDurableObject(noteObject(env, scene.id));
    const first = await opsOf(scene, "");
    expect([first.items.length, first.nextCursor]).toEqual([100, "100"]);
    const second = await opsOf(scene, "?cursor=100");
    expect([second.items[0]?.seq, second.items.length, second.nextCursor]).toEqual([101, 34, null]);
    expect((await opsOf(scene, "?since=2&limit=3")).items.map(({ seq }) => seq)).toEqual([3, 4, 5]);
    expect((await opsOf(scene, "?since=134")).items).toEqual([]);
    expect((await opsOf(scene, "?since=999")).items).toEqual([]);
  });

  it("[H10] make shorter pages of larger ops, and never an empty one", async () => {
    const scene = await begin("x".repeat(900_000));
    const pages: number[] = [];
    for (let cursor: string | null = "3"; cursor !== null;) {
      const page: Awaited<ReturnType<typeof opsOf>> = await opsOf(scene, `?cursor=${cursor}`);
      pages.push(page.items.length);
      cursor = page.nextCursor;
    }
    expect(pages.every((length) => length > 0)).toBe(true);
    expect(pages.length).toBeGreaterThan(1);
  });

  it("[H9] of one author begin at a counter of that author's", async () => {
    const scene = await begin("Tea time");
    const { items } = await opsOf(scene, "");
    const ops = items.map(({ envelope }) => decodeOp(fromBase64Url(envelope), sha256));
    const author = toBase64Url(ops[0]?.author ?? new Uint8Array());
    const third = ops[2]?.ctr ?? 0;
    expect((await opsOf(scene, `?author=${author}&fromCtr=${third}`)).items.map(({ seq }) => seq)).toEqual([3, 4]);
    expect((await opsOf(scene, `?author=${toBase64Url(new Uint8Array(32))}`)).items).toEqual([]);
  });
});

describe("GET ops of a note whose oldest ops were folded away", () => {
  const folded = async (scene: Scene, query: string) => {
    const response = await get(scene, `ops${query}`);
    return [await problemIn(response), response.headers.get("Reed-Floor")];
  };
  const opsIn = async (scene: Scene, query: string): Promise<readonly Op[]> =>
    (await opsOf(scene, query)).items.map(({ envelope }) => decodeOp(fromBase64Url(envelope), sha256));
  const seqsOf = async (scene: Scene, query: string) => (await opsOf(scene, query)).items.map(({ seq }) => seq);

  const typeBy = async (device: Guest, { id }: Scene): Promise<void> => {
    const wire = await join(device, id);
    const { seq } = await stateOf({ ana: device, id });
    await wire.until(() => wire.ledger.head.seq >= Math.min(seq, 1500));
    wire.send({ type: "receipt", bytes: Number.MAX_SAFE_INTEGER });
    await wire.until(() => wire.ledger.head.seq === seq);
    await wire.enrol(device.certificate);
    await wire.type("!");
    wire.close();
  };

  it("[H6] [H9] gives an author's from a counter on, unless one that is asked for went with them", async () => {
    const scene = await begin("Tea time");
    const [, , , old] = await opsIn(scene, "");
    await compact(scene, 600);
    const stored = await opsIn(scene, "?since=512");
    const author = `?author=${toBase64Url(stored[0]?.author ?? new Uint8Array())}`;
    const from = (op: Op | undefined, more = 0) => `${author}&fromCtr=${(op?.ctr ?? 0) + more}`;
    expect(await seqsOf(scene, `${from(stored[0])}&limit=2`)).toEqual([513, 514]);
    expect(await seqsOf(scene, from(stored[90]))).toEqual([603, 604, 605]);
    expect(await seqsOf(scene, `${from(stored[90])}&since=3`)).toEqual([603, 604, 605]);
    expect(await seqsOf(scene, `${from(stored[90])}&since=603`)).toEqual([604, 605]);
    expect(await seqsOf(scene, from(stored[92], 1))).toEqual([]);
    for (const query of [from(old), from(stored[0], -1), author, "", "?since=511", `${author}&cursor=511`])
      expect([query, ...(await folded(scene, query))]).toEqual([query, "410 compacted", "512"]);
    expect(await seqsOf(scene, `${author}&since=512&limit=2`)).toEqual([513, 514]);
  });

  it("[H6] [H9] knows of an author who has written nothing since, and of one who came later", async () => {
    const scene = await begin("Tea time");
    const [early, late] = [scene.ana, await newDevice(scene.ana)];
    await typeBy(early, scene);
    await inNote(scene.id, {}, (note) => writeOps(note, scene.ana.userId, 520));
    await evictDurableObject(noteObject(env, scene.id));
    await typeBy(late, scene);
    const [, typed] = await opsIn(scene, `?author=${early.device}`);
    const ctr = typed?.ctr ?? 0;
    await compact(scene, 70);
    for (const fromCtr of [0, ctr])
      expect(await folded(scene, `?author=${early.device}&fromCtr=${fromCtr}`)).toEqual(["410 compacted", "512"]);
    expect(await seqsOf(scene, `?author=${early.device}&fromCtr=${ctr + 1}`)).toEqual([]);
    expect(await seqsOf(scene, `?author=${late.device}`)).toEqual([527, 528]);
    expect(await seqsOf(scene, `?author=${toBase64Url(new Uint8Array(32))}`)).toEqual([]);
  });

  it("[H6] [H10] looks for an author's oldest among 2000 rows, and says where others begin to look", async () => {
    const scene = await begin("Tea time");
    const late = await newDevice(scene.ana);
    await inNote(scene.id, {}, async (note) => {
      await writeOps(note, scene.ana.userId, 600);
      await note.snapshots.make();
      await writeOps(note, scene.ana.userId, 1910);
    });
    await evictDurableObject(noteObject(env, scene.id));
    await typeBy(late, scene);
    await snapshot(scene);
    await inNote(scene.id, {}, (note) => note.duties.compact?.(Date.now()));
    await evictDurableObject(noteObject(env, scene.id));
    const author = `?author=${late.device}`;
    expect(await folded(scene, author)).toEqual(["410 compacted", "512"]);
    expect(await opsOf(scene, `${author}&since=512`)).toEqual({ items: [], nextCursor: "2512" });
    expect(await seqsOf(scene, `${author}&cursor=2512`)).toEqual([2515, 2516]);
  });
});

describe("GET update", () => {
  it("[H11] [H12] [H13] brings a document up to date, from a position or from a state vector", async () => {
    const scene = await begin(`Tea time ${"and more of it ".repeat(200)}`);
    const { seq } = await stateOf(scene);
    const whole = await bytesOf(get(scene, "update?since=0"));
    const replicas = [new Y.Doc(), new Y.Doc()];
    for (const replica of replicas) Y.applyUpdate(replica, whole);
    const author = new Y.Doc();
    Y.applyUpdate(author, whole);
    const before = Y.encodeStateVector(author);
    author.transact(() => {
      author.getText("text").delete(0, 3);
      author.getText("text").insert(0, "Coffee");
      author.getText("text").insert(10, " ☕");
    });
    await write(scene, Y.encodeStateAsUpdate(author, before));
    const response = await get(scene, `update?since=${seq}`);
    expect(response.headers.get("Reed-Seq")).toBe(String((await stateOf(scene)).seq));
    const [one, other] = replicas;
    if (one === undefined || other === undefined) throw new Error("two replicas");
    const since = await bytesOf(Promise.resolve(response));
    const bySv = await bytesOf(get(scene, `update?sv=${toBase64Url(Y.encodeStateVector(other))}`));
    expect(since.length).toBeLessThan(whole.length / 4);
    expect(bySv.length).toBeLessThan(whole.length / 4);
    Y.applyUpdate(one, since);
    Y.applyUpdate(other, bySv);
    for (const replica of replicas) {
      expect(replica.getText("text").toString()).toBe(author.getText("text").toString());
      expect(stateHash(replica, sha256)).toEqual(stateHash(author, sha256));
    }
  });

  it("[H11] holds for every position of a log in which two write and delete over each other", async () => {
    const scene = await begin("0123456789");
    const authors = [new Y.Doc(), new Y.Doc()] as const;
    const replicas = new Map<number, Y.Doc>();
    let random = 7;
    const next = (below: number) => (random = (random * 1103515245 + 12345) % 2147483648) % below;
    for (let round = 0; round < 24; round += 1) {
      const author = authors[round % 2] ?? authors[0];
      const head = await bytesOf(get(scene, "update"));
      if (next(3) > 0) Y.applyUpdate(author, head);
      else if (author.getText("text").length === 0) Y.applyUpdate(author, head);
      const replica = new Y.Doc();
      Y.applyUpdate(replica, head);
      replicas.set((await stateOf(scene)).seq, replica);
      const before = Y.encodeStateVector(author);
      const text = author.getText("text");
      author.transact(() => {
        text.insert(next(text.length), `<${round}>`);
        const at = next(text.length - 2);
        text.delete(at, 1 + next(2));
      });
      await write(scene, Y.encodeStateAsUpdate(author, before));
    }
    const final = await (await get(scene, "text")).text();
    for (const [seq, replica] of replicas) {
      Y.applyUpdate(replica, await bytesOf(get(scene, `update?since=${seq}`)));
      expect([seq, replica.getText("text").toString()]).toEqual([seq, final]);
    }
  });
});

describe("GET snapshot", () => {
  it("[H4] comes packed to whoever takes gzip, and unpacked to whoever does not", async () => {
    const scene = await begin("Tea time");
    expect(await problemIn(await get(scene, "snapshot"))).toBe("404 no_snapshot");
    await snapshot(scene);
    for (const [accepted, encoding] of [
      ["gzip, br", "gzip"],
      ["*", "gzip"],
      ["identity", null],
      ["gzip;q=0, br", null],
    ] as const) {
      const response = await get(scene, "snapshot", { "Accept-Encoding": accepted });
      expect([accepted, response.headers.get("Content-Encoding")]).toEqual([accepted, encoding]);
      const { text } = decodeSnapshot(new Uint8Array(await response.arrayBuffer()));
      expect(new TextDecoder().decode(text)).toBe("Tea time");
    }
  });

  it("[H5] [H13] is asked for each time by its address, and kept by the address of a version", async () => {
    const scene = await begin("Tea time");
    await snapshot(scene);
    const [newest, named] = [await get(scene, "snapshot"), await get(scene, "snapshot?seq=4")];
    expect(newest.headers.get("Cache-Control")).toBe("private, no-cache");
    expect(named.headers.get("Cache-Control")).toBe("private, max-age=86400, immutable");
    expect(named.headers.get("Vary")).toContain("Authorization");
    const tag = newest.headers.get("ETag") ?? "";
    expect([named.headers.get("ETag"), named.headers.get("Reed-Seq")]).toEqual([tag, "4"]);
    const again = await get(scene, "snapshot", { "If-None-Match": tag });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    expect((await get(scene, "snapshot", { "If-None-Match": '"other"' })).status).toBe(200);
    await inNote(scene.id, {}, (note) => writeOps(note, scene.ana.userId, 1));
    await snapshot(scene);
    expect((await get(scene, "snapshot", { "If-None-Match": tag })).status).toBe(200);
    expect(await problemIn(await get(scene, "snapshot?seq=4"))).toBe("404 no_snapshot");
  });
});

describe("an operator", () => {
  const open = (id: string, authorization: string) =>
    api(`/api/admin/notes/${id}/generations`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: authorization },
      body: JSON.stringify({ reason: "restored" }),
    });

  it("[H14] opens a generation, with a snapshot at its beginning", async () => {
    const scene = await begin("Tea time");
    const response = await open(scene.id, `Reed-Admin ${env.ADMIN_TOKEN ?? ""}`);
    expect([response.status, await response.json()]).toEqual([201, { seq: 5 }]);
    expect((await get(scene, "snapshot?seq=5")).status).toBe(200);
    await inNote(scene.id, {}, ({ room }) => {
      expect(room.ledger?.generations).toMatchObject([{ seq: 5, from: { seq: 4 }, reason: "restored" }]);
    });
  });

  it("[H21] drains a note's sockets before maintenance", async () => {
    const scene = await begin("Tea time");
    const drain = (spreadMs: unknown, token: string) =>
      api(`/api/admin/notes/${scene.id}/drain`, {
        method: "POST",
        headers: { "Content-Type": "application/json", Authorization: `Reed-Admin ${token}` },
        body: JSON.stringify({ spreadMs }),
      });
    const token = env.ADMIN_TOKEN ?? "";
    expect((await drain(1000, token)).status).toBe(204);
    expect(await problemIn(await drain(-1, token))).toBe("400 invalid");
    expect(await problemIn(await drain(1000, "wrong"))).toBe("404 not_found");
  });

  it("[H15] is nobody without the secret, and there is nothing then", async () => {
    const scene = await begin("Tea time");
    for (const authorization of ["", "Reed-Admin wrong", `Bearer ${scene.ana.token}`, "Reed-Admin "])
      expect(await problemIn(await open(scene.id, authorization))).toBe("404 not_found");
    expect((await stateOf(scene)).seq).toBe(4);
  });
});
