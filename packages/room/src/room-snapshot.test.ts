// A room whose beginning is folded into a snapshot: it opens on it, and what is older than that is known again when it is asked
// for (docs/spec/wire.md, docs/spec/storage.md).
import { ed25519, sha256 } from "@reed/crypto";
import { encodeUtf8 } from "@reed/bytes";
import { type Cursor, decodeSnapshot, Ledger, noteIdOf, type Op, verifySnapshot } from "@reed/log";
import { openNodeSql } from "@reed/testkit/node-sql";
import { describe, expect, it } from "vitest";
import { EDITOR, FOUNDER, grantTo, seedOf, VIEWER } from "../../log/src/world.test-support.ts";
import { Host } from "./room.test-support.ts";
import type { SnapshotContent } from "./snapshotting.ts";
import { ARCHIVE_TABLES, SqliteArchive } from "./sqlite-archive.ts";
import { LOG_TABLE, SqliteLogStore } from "./sqlite-log-store.ts";

const V2 = { lowestVersion: 1, highestVersion: 2 } as const;
const CONTENT: SnapshotContent = { text: encodeUtf8("text"), document: Uint8Array.of(1, 2), stateHash: seedOf(9) };
const asOwner = { by: FOUNDER.principal, via: "api", session: null } as const;

class Folding {
  readonly host: Host;
  readonly archive: SqliteArchive;
  readonly ops: Op[] = [];
  #client = 100;

  private constructor(host: Host, archive: SqliteArchive) {
    this.host = host;
    this.archive = archive;
  }

  /** A room with an archive and the editor on the socket 1. */
  static async begin(): Promise<Folding> {
    const sql = openNodeSql(":memory:");
    for (const table of [LOG_TABLE, ...ARCHIVE_TABLES]) sql.run(table);
    const host = await Host.founded({ log: new SqliteLogStore(sql) });
    const isCompliant = (): boolean => host.room.ledger?.isCompliant ?? false;
    const archive = new SqliteArchive(sql, { log: host.log, sha256, isCompliant });
    host.archive = archive;
    await host.join(1, EDITOR, V2);
    return new Folding(host, archive);
  }

  async write(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      this.host.nowUs += 1000;
      const op = await this.host.typed(EDITOR, this.#client++);
      this.ops.push(op);
      await this.host.push(1, op);
    }
  }

  async snapshot(): Promise<Cursor> {
    const made = await this.host.room.makeSnapshot(() => CONTENT);
    this.archive.install({ ...made, madeUs: this.host.nowUs, file: { place: "sql", bytes: made.file } });
    this.host.room.installed(made.at, made.stateHash);
    return made.at;
  }

  /** Two snapshots over 600 ops, and the first 512 rows gone. */
  static async folded(): Promise<Folding> {
    const folding = await Folding.begin();
    await folding.write(600);
    await folding.snapshot();
    await folding.write(1);
    await folding.snapshot();
    folding.archive.compact(Number.MAX_SAFE_INTEGER, 1000);
    return folding;
  }
}

function chainAt({ host }: Folding, seq: number): Uint8Array {
  const chain = host.room.ledger?.chainAt(seq);
  if (chain === null || chain === undefined) throw new Error(`nothing is known of ${seq}`);
  return chain;
}

describe("a snapshot", () => {
  it("[S25] is made at the head, in its turn, and proves itself to anybody who knows the note's name", async () => {
    const folding = await Folding.begin();
    const { host } = folding;
    await folding.write(2);
    host.nowUs += 1000;
    const pushed = host.push(1, await host.typed(EDITOR, 7));
    const heads: Cursor[] = [];
    const made = await host.room.makeSnapshot((head) => {
      heads.push(head);
      return CONTENT;
    });
    await pushed;
    expect(heads).toEqual([{ seq: 9, chain: chainAt(folding, 9) }]);
    const noteId = noteIdOf(host.pen.genesis.opId);
    const verified = await verifySnapshot(decodeSnapshot(made.file), noteId, { sha256, verifier: ed25519 });
    expect(verified.manifest).toEqual({ at: heads[0], stateHash: CONTENT.stateHash });
    expect([verified.text, verified.document, verified.ledger]).toEqual([CONTENT.text, CONTENT.document, made.ledger]);
    expect(Ledger.load(made.ledger, { sha256, below: "trust" }).head).toEqual(made.at);
    expect(made.generation).toBe(0);
  });

  it("[S25] cannot be made of nothing, and one that fails does not hold up the room", async () => {
    await expect((await Host.empty()).room.makeSnapshot(() => CONTENT)).rejects.toThrow("nothing to make");
    const { host } = await Folding.begin();
    const failed = host.room.makeSnapshot(() => {
      throw new Error("no document");
    });
    await expect(failed).rejects.toThrow("no document");
    await host.push(1, await host.typed(EDITOR, 7));
    expect(host.room.ledger?.head.seq).toBe(7);
  });

  it("[W45] is announced to those who know of snapshots, once it is installed", async () => {
    const folding = await Folding.begin();
    const { host } = folding;
    await host.join(2, VIEWER);
    await host.join(3, FOUNDER, V2);
    host.take();
    const at = await folding.snapshot();
    expect(host.take()).toMatchObject(
      [1, 3].map((to) => ({ to, message: { type: "snapshot_new", at, stateHash: CONTENT.stateHash } })),
    );
  });

  it("[S25] carries the genesis also when its row is gone, and says at which scrub its text began", async () => {
    const folding = await Folding.folded();
    const scrubbed = await folding.host.room.control([], { type: "generation", reason: "scrub" }, asOwner);
    if (!scrubbed.ok) throw new Error(scrubbed.code);
    const made = await folding.host.room.makeSnapshot(() => CONTENT);
    expect(made.generation).toBe(scrubbed.seq);
    expect(decodeSnapshot(made.file).genesis).toEqual(folding.host.pen.genesis.envelope);
    expect(folding.host.room.ledger?.generations).toMatchObject([
      { seq: scrubbed.seq, from: { seq: scrubbed.seq - 1 } },
    ]);
  });
});

describe("a room on a snapshot", () => {
  it("[S16] opens on it and the rows after it, and goes on as if it had read all", async () => {
    const folding = await Folding.folded();
    const { host } = folding;
    await folding.write(3);
    const before = host.room.ledger?.save();
    let firstRead = Number.POSITIVE_INFINITY;
    const read = host.log.read.bind(host.log);
    host.log.read = (fromSeq, limit) => {
      firstRead = Math.min(firstRead, fromSeq);
      return read(fromSeq, limit);
    };
    host.reopen();
    expect(host.room.ledger?.save()).toEqual(before);
    expect(host.room.ledger?.baseSeq).toBe(607);
    expect(firstRead).toBe(608);
    await host.join(1, EDITOR, V2);
    await folding.write(1);
    expect(host.room.ledger?.head.seq).toBe(611);
  });

  it("[S16] takes at their word the ops of the tail that countersign a position below it, and refuses new ones", async () => {
    const folding = await Folding.begin();
    const { host } = folding;
    await folding.write(2);
    const seen = { seenSeq: 7, seenChain: chainAt(folding, 7) };
    await folding.snapshot();
    const late = await host.pen.typed(EDITOR, 50, "a", { ...seen, wallTimeUs: host.nowUs + 10 });
    await host.push(1, late);
    expect(host.room.ledger?.head.seq).toBe(9);
    host.reopen();
    expect(host.room.ledger?.head.seq).toBe(9);
    await host.join(1, EDITOR, V2);
    host.take();
    await host.push(1, await host.pen.typed(EDITOR, 51, "a", { ...seen, wallTimeUs: host.nowUs + 20 }));
    expect(host.got(1)).toMatchObject([{ type: "nack", code: "behind", class: "reissue" }]);
  });

  it("[S16] does not open where snapshot and rows do not belong together", async () => {
    const folding = await Folding.begin();
    const { host } = folding;
    await folding.write(2);
    const made = await host.room.makeSnapshot(() => CONTENT);
    const base = { at: { ...made.at, chain: seedOf(1) }, ledger: made.ledger };
    host.archive = { ...host.archive, base: () => base, chainAt: () => null, seqOf: () => null, genesis: () => null };
    expect(() => host.reopened()).toThrow("position 8");
  });

  it("[S26] keeps of the positions below it only the newest 4096 in memory", async () => {
    const folding = await Folding.begin();
    const { host } = folding;
    await folding.write(4);
    host.room.installed({ seq: 9, chain: chainAt(folding, 9) }, CONTENT.stateHash);
    expect(host.room.ledger?.baseSeq).toBe(0);
    const trimmed: number[] = [];
    const { ledger } = host.room;
    if (ledger === null) throw new Error("no ledger");
    ledger.trimTo = (seq) => void trimmed.push(seq);
    Object.defineProperty(ledger, "head", { value: { seq: 10_000, chain: seedOf(1) } });
    for (const seq of [2000, 9000]) host.room.installed({ seq, chain: seedOf(1) }, CONTENT.stateHash);
    expect(trimmed).toEqual([2000, 5904]);
  });

  it("[W44] sends whoever reads from below the oldest row to the snapshot, and who knows of none away", async () => {
    const folding = await Folding.folded();
    const { host } = folding;
    host.reopen();
    const archived = host.archive.chainAt(511);
    const oldest = host.archive.chainAt(512);
    if (archived === null || oldest === null) throw new Error("the archive forgot");
    host.take();
    await host.join(1, VIEWER, { ...V2, cursor: { seq: 511, chain: archived } });
    await host.join(2, VIEWER, { cursor: { seq: 511, chain: archived } });
    await host.join(3, VIEWER, { ...V2, cursor: { seq: 0, chain: new Uint8Array(32) } });
    await host.join(4, VIEWER, { ...V2, cursor: { seq: 511, chain: oldest } });
    await host.join(5, VIEWER, { cursor: { seq: 512, chain: oldest } });
    const rows = host.log.read(590, 1);
    await host.join(6, VIEWER, { ...V2, cursor: { seq: 590, chain: rows[0]?.chain ?? oldest } });
    expect(host.take()).toMatchObject([
      { type: "closed", connection: 1, reason: "snapshot_needed" },
      { type: "closed", connection: 2, reason: "version_unsupported" },
      { type: "closed", connection: 3, reason: "snapshot_needed" },
      { type: "sent", to: 4, message: { type: "resync" } },
      { type: "sent", to: 5, message: { type: "welcome" } },
      { type: "sent", to: 5, message: { type: "deliver", firstSeq: 513 } },
      { type: "sent", to: 6, message: { type: "welcome" } },
    ]);
  });

  it("[W44] sends a live socket to the snapshot that lagged until its ops were gone", async () => {
    const folding = await Folding.begin();
    const { host } = folding;
    await host.join(2, VIEWER, V2);
    for (let index = 0; index < 4; index += 1) {
      host.pass(1000);
      await host.push(1, await host.typed(EDITOR, 5000 + index, "x".repeat(300 * 1024)));
    }
    host.pass(1000);
    await folding.write(600);
    await folding.snapshot();
    await folding.write(1);
    await folding.snapshot();
    folding.archive.compact(Number.MAX_SAFE_INTEGER, 1000);
    host.pass(1000);
    host.take();
    await host.say(2, { type: "receipt", bytes: Number.MAX_SAFE_INTEGER });
    host.pass(15);
    expect(host.take()).toEqual([{ type: "closed", connection: 2, reason: "snapshot_needed" }]);
  });

  it("[W53] acknowledges an op again that was folded away, wherever its position is still known", async () => {
    const folding = await Folding.folded();
    const { host, ops } = folding;
    host.reopen();
    await host.join(1, EDITOR, V2);
    host.take();
    const [first, packed] = [ops[0], ops[500]];
    if (first === undefined || packed === undefined) throw new Error("no ops");
    await host.push(1, first, packed);
    expect(host.got(1)).toEqual([
      {
        type: "ack",
        ops: [
          { opId: first.opId, seq: 7 },
          { opId: packed.opId, seq: 507 },
        ],
      },
    ]);
    const lower = await host.pen.typed(EDITOR, 9000, "a", { ctr: 1 });
    await host.push(1, lower);
    expect(host.take()).toMatchObject([{ message: { type: "nack", code: "counter", class: "reissue" } }]);
  });
});

describe("the gateway", () => {
  it("[L44] writes entries of any bucket for others", async () => {
    const host = await Host.founded();
    const payload = Uint8Array.of(1, 2, 3);
    expect(await host.room.write("signups", payload, { ...asOwner, by: EDITOR.principal })).toEqual({
      ok: true,
      seq: 8,
    });
    expect(host.room.ledger?.entries("signups")).toMatchObject([{ seq: 8, by: [EDITOR.principal], payload }]);
    const refused = await host.room.write("signups", payload, { ...asOwner, by: VIEWER.principal });
    expect(refused).toEqual({ ok: false, code: "forbidden" });
  });

  it("[S21] turns compliance mode on and off for an owner, together with grants", async () => {
    const folding = await Folding.begin();
    const { host, archive } = folding;
    const change = grantTo(VIEWER.principal, "editor");
    expect(await host.room.control([change], { type: "compliance", isOn: true }, asOwner)).toMatchObject({ ok: true });
    expect(host.room.ledger?.isCompliant).toBe(true);
    expect(host.room.roleOf(host.visitor(VIEWER))).toBe("editor");
    expect(await host.room.control([], { type: "generation", reason: "scrub" }, asOwner)).toMatchObject({ ok: false });
    await folding.write(600);
    await folding.snapshot();
    await folding.write(1);
    await folding.snapshot();
    expect(archive.compact(Number.MAX_SAFE_INTEGER, 1000)).toBe(0);
    await host.room.control([], { type: "compliance", isOn: false }, asOwner);
    expect(archive.compact(Number.MAX_SAFE_INTEGER, 1000)).toBe(512);
  });
});
