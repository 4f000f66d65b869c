// Beginning from a snapshot, new generations, checkpoints, receipts and other buckets: what a replica asks for, against a server
// played by hand.
import { decodeOp, encodeDataBody, hexKey } from "@reed/log";
import { RECEIPT_EVERY_BYTES } from "@reed/protocol";
import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { Bench, textBy } from "./bench.test-support.ts";
import type { EngineEffect, StoreChange } from "./effect.ts";

const changesOf = (effects: readonly EngineEffect[]): readonly StoreChange[] =>
  effects.flatMap((effect) => (effect.type === "store" ? [effect.change] : []));

const sentOf = (effects: readonly EngineEffect[]) =>
  effects.flatMap((effect) => (effect.type === "send" ? [effect.frame] : []));

/** A replica that has read everything and lost its socket because what follows was folded away. */
async function leftBehind(bench: Bench): Promise<void> {
  bench.step({ type: "socket_closed", reason: "snapshot_needed", chance: 0, nowUs: bench.nowUs });
}

describe("a newcomer", () => {
  it("[W91] asks for a snapshot before its first socket, once, and comes without where there is none", async () => {
    const bench = await Bench.fresh();
    bench.step({ type: "connect_wanted", nowUs: bench.nowUs });
    expect(bench.types()).toEqual(["fetch_snapshot"]);
    bench.step({ type: "snapshot_fetched", snapshot: "none", chance: 0, nowUs: bench.nowUs });
    expect(bench.types()).toEqual(["connect"]);
  });

  it("[W91] stands where the snapshot does, keeps it as its checkpoint, and says so in HELLO", async () => {
    const [server, bench] = [await Bench.ready(), await Bench.fresh()];
    const doc = new Y.Doc();
    await server.gateway("data", textBy(doc, "long ago"));
    const snapshot = server.snapshot(doc);
    bench.step({ type: "connect_wanted", nowUs: bench.nowUs });
    bench.step({ type: "snapshot_fetched", snapshot, chance: 0, nowUs: bench.nowUs });
    expect(bench.engine.ledger?.head).toEqual(server.server.head);
    const effects = bench.take();
    expect(effects.map(({ type }) => type)).toContain("load");
    expect(changesOf(effects).find(({ checkpoint }) => checkpoint !== undefined)?.checkpoint).toEqual({
      at: snapshot.manifest.at,
      ledger: snapshot.ledger,
      document: snapshot.document,
    });
    expect(effects.at(-2)?.type).toBe("connect");
  });
});

describe("a replica whose rows are gone at the server", () => {
  it("[W92] takes the snapshot, forgets ops that it covers, and sends the others again as they are", async () => {
    const bench = await Bench.ready();
    bench.type("kept ");
    bench.flush();
    await bench.settle();
    const [covered] = bench.pushed();
    bench.type("open ");
    bench.flush();
    await bench.settle();
    const [open] = bench.pushed();
    if (covered === undefined || open === undefined) throw new Error("two ops are in flight");
    bench.admit(covered);
    const snapshot = bench.snapshot(bench.doc);
    await leftBehind(bench);
    expect(bench.types()).toContain("fetch_snapshot");
    bench.step({ type: "snapshot_fetched", snapshot, chance: 0, nowUs: bench.nowUs });
    const changes = changesOf(bench.take());
    expect(changes.flatMap(({ removeInFlight = [] }) => removeInFlight)).toEqual([hexKey(covered.opId)]);
    expect(bench.engine.ledger?.head).toEqual(bench.server.head);
    await bench.connect();
    await bench.settle();
    const [again] = bench.pushed();
    expect(again?.envelope).toEqual(open.envelope);
  });

  it("[W92] asks again later where no snapshot is to be had, or one that is not newer", async () => {
    const bench = await Bench.ready();
    for (const snapshot of ["none", "unreached", bench.snapshot(bench.doc)] as const) {
      await leftBehind(bench);
      bench.step({ type: "snapshot_fetched", snapshot, chance: 0, nowUs: bench.nowUs });
      expect(bench.types().filter((type) => type !== "disconnect")).toEqual(["fetch_snapshot"]);
      bench.nowUs += 30_000_000;
      bench.step({ type: "timer", nowUs: bench.nowUs });
      expect(bench.types()).toEqual(["connect"]);
    }
  });
});

describe("a note with as many readers as it takes", () => {
  const refused = async (): Promise<Bench> => {
    const bench = await Bench.ready();
    bench.step({ type: "socket_closed", reason: null, chance: 0, nowUs: bench.nowUs });
    bench.nowUs += 1_000_000;
    bench.step({ type: "timer", nowUs: bench.nowUs });
    bench.take();
    bench.step({ type: "socket_closed", reason: "overloaded", chance: 0, nowUs: bench.nowUs });
    return bench;
  };

  it("[W49] says so, is read from its snapshots at each try, and goes on live as soon as there is room", async () => {
    const bench = await refused();
    expect(bench.types()).toContain("fetch_snapshot");
    expect(bench.engine.facts).toMatchObject({ problem: "too_crowded", unacked: 0 });
    await bench.gateway("data", textBy(new Y.Doc(), "news"));
    const snapshot = bench.snapshot(bench.doc);
    bench.take();
    bench.step({ type: "snapshot_fetched", snapshot, chance: 0, nowUs: bench.nowUs });
    expect(bench.types()).toContain("load");
    expect(bench.engine.ledger?.head).toEqual(bench.server.head);
    await bench.connect();
    expect(bench.engine.facts).toMatchObject({ problem: null, link: "live" });
  });

  it("[W49] asks again later where there is nothing new", async () => {
    const bench = await refused();
    bench.take();
    bench.step({ type: "snapshot_fetched", snapshot: bench.snapshot(bench.doc), chance: 0, nowUs: bench.nowUs });
    expect(bench.types()).toEqual([]);
    bench.nowUs += 30_000_000;
    bench.step({ type: "timer", nowUs: bench.nowUs });
    expect(bench.types()).toContain("connect");
  });
});

describe("a new generation", () => {
  it("[W93] of a scrubbed text takes the document's place, and carries over what was not sent", async () => {
    const bench = await Bench.ready();
    const fresh = new Y.Doc();
    await bench.begin("scrub");
    await bench.gateway("data", textBy(fresh, "clean"));
    const snapshot = bench.snapshot(fresh);
    const before = bench.engine.ledger?.head.seq;
    bench.type("unsent ");
    await bench.settle();
    bench.deliverAll();
    await bench.settle();
    expect(bench.types()).toContain("fetch_snapshot");
    bench.step({ type: "snapshot_fetched", snapshot, chance: 0, nowUs: bench.nowUs });
    const [rebase] = bench.take().filter(({ type }) => type === "rebase");
    expect(rebase).toMatchObject({ beforeSeq: (before ?? 0) + 2 });
    bench.step({ type: "rebased", id: 90, update: Uint8Array.of(1), nowUs: bench.nowUs });
    const change = changesOf(bench.take()).find(({ dropRows }) => dropRows === true);
    expect(change).toMatchObject({ addOutbox: { id: 90, bucket: "text" }, checkpoint: { at: bench.server.head } });
  });

  it("[W94] after a restore is taken when the person has read of it, and not before", async () => {
    const bench = await Bench.ready();
    await bench.gateway("data", textBy(new Y.Doc(), "lost"));
    const lost = bench.rows.at(-1);
    bench.deliverAll();
    await bench.settle();
    const restored = new Bench(bench.genesis);
    for (const row of bench.rows.slice(1)) {
      restored.nowUs = row.recvUs;
      if (row !== lost) restored.admit(decodeOp(row.envelope, bench.sha256));
    }
    await restored.begin("restored");
    bench.receive({ type: "resync", docId: bench.genesis.opId, head: restored.server.head });
    bench.step({
      type: "snapshot_fetched",
      snapshot: restored.snapshot(new Y.Doc()),
      chance: 0,
      nowUs: bench.nowUs,
    });
    expect(bench.engine.facts.problem).toBe("restored");
    expect(bench.types().filter((type) => type === "rebase" || type === "connect")).toEqual([]);
    bench.step({ type: "restore_confirmed", nowUs: bench.nowUs });
    expect(bench.types()).toEqual(["rebase"]);
  });

  it("[W94] that does not continue this replica's log is a fork", async () => {
    const [bench, other] = [await Bench.ready(), await Bench.ready()];
    await other.begin("restored");
    bench.receive({ type: "resync", docId: bench.genesis.opId, head: other.server.head });
    const snapshot = { ...other.snapshot(new Y.Doc()), ledger: bench.server.save() };
    bench.step({ type: "snapshot_fetched", snapshot, chance: 0, nowUs: bench.nowUs });
    expect(bench.engine.facts.problem).toBe("forked");
  });
});

describe("what a replica keeps", () => {
  it("[S41] is folded into a checkpoint after 500 ops, at the position where that was asked for", async () => {
    const bench = await Bench.ready();
    const doc = new Y.Doc();
    for (let count = 0; count < 500; count += 1) await bench.gateway("data", textBy(doc, "x"));
    bench.deliverAll();
    await bench.settle(["sign", "store", "verify"]);
    const asked = bench.take().find(({ type }) => type === "make_checkpoint");
    expect(asked).toEqual({ type: "make_checkpoint", at: bench.server.head });
    bench.step({ type: "checkpoint_made", document: Uint8Array.of(7), nowUs: bench.nowUs });
    const [change] = changesOf(bench.take());
    expect(change?.checkpoint).toEqual({
      at: bench.server.head,
      ledger: bench.server.save(),
      document: Uint8Array.of(7),
    });
  });

  it("[S41] of a device that lacks a part of the log is none, and is asked for again when as much more has gathered", async () => {
    const bench = await Bench.ready();
    const doc = new Y.Doc();
    const more = async (count: number): Promise<readonly string[]> => {
      for (let index = 0; index < count; index += 1) await bench.gateway("data", textBy(doc, "x"));
      bench.deliverAll();
      await bench.settle(["sign", "store", "verify"]);
      return bench.types().filter((type) => type === "make_checkpoint");
    };
    expect(await more(500)).toEqual(["make_checkpoint"]);
    bench.take();
    bench.step({ type: "checkpoint_made", document: null, nowUs: bench.nowUs });
    expect(changesOf(bench.take())).toEqual([]);
    expect(await more(499)).toEqual([]);
    expect(await more(1)).toEqual(["make_checkpoint"]);
  }, 120_000);

  it("[W95] is held against the server's word only at the same position and with nothing unsent", async () => {
    const bench = await Bench.ready();
    const stateHash = new Uint8Array(32).fill(1);
    const at = bench.server.head;
    bench.receive({ type: "snapshot_new", at: { ...at, seq: at.seq - 1 }, stateHash });
    expect(bench.types()).toEqual([]);
    bench.receive({ type: "snapshot_new", at, stateHash });
    expect(bench.take()).toContainEqual({ type: "check_state", stateHash });
    bench.step({ type: "state_checked", isSame: true, nowUs: bench.nowUs });
    expect(bench.types()).toEqual([]);
    bench.type("unsent");
    bench.take();
    bench.receive({ type: "snapshot_new", at, stateHash });
    expect(bench.types()).toEqual([]);
  });

  it("[W95] and stands in another log by SNAPSHOT_NEW is a fork; by an answer beside the socket, HELLO has to tell", async () => {
    const stateHash = new Uint8Array(32).fill(1);
    const [told, answered] = [await Bench.ready(), await Bench.ready()];
    const at = { seq: told.server.head.seq, chain: stateHash };
    told.receive({ type: "snapshot_new", at, stateHash });
    expect([told.engine.facts.problem, told.types()]).toEqual(["forked", ["disconnect"]]);
    answered.step({ type: "server_state", at, stateHash, nowUs: answered.nowUs });
    expect([answered.engine.facts.problem, answered.types()]).toEqual([null, ["disconnect", "connect"]]);
    answered.take();
    answered.step({ type: "server_state", at, stateHash, nowUs: answered.nowUs });
    expect([answered.engine.facts.problem, answered.types()]).toEqual([null, []]);
  });

  it("[W95] is built anew from the log where it differs", async () => {
    const bench = await Bench.ready();
    bench.step({ type: "state_checked", isSame: false, nowUs: bench.nowUs });
    expect(bench.take()).toContainEqual({ type: "rebuild", code: "diverged" });
  });
});

describe("credit", () => {
  it("[W96] is given for what was dealt with, once there is enough of it, to servers that know of it", async () => {
    const bench = await Bench.ready();
    bench.welcome({ version: 2 });
    const doc = new Y.Doc();
    const received = async (): Promise<readonly Uint8Array[]> => {
      await bench.gateway("data", textBy(doc, "x".repeat(RECEIPT_EVERY_BYTES)));
      bench.take();
      bench.deliverAll();
      await bench.settle();
      return sentOf(bench.take());
    };
    const [first] = await received();
    expect(first?.[0]).toBe(0x04);
    bench.welcome({ version: 1 });
    expect(await received()).toEqual([]);
  });
});

describe("other buckets", () => {
  it("[W97] ride ops of their own, in their turn among the text", async () => {
    const bench = await Bench.ready();
    bench.type("a");
    bench.step({ type: "edited", id: 50, bucket: "votes", payload: Uint8Array.of(1), nowUs: bench.nowUs });
    bench.step({ type: "edited", id: 51, bucket: "votes", payload: Uint8Array.of(2), nowUs: bench.nowUs });
    expect(bench.engine.pending("votes")).toEqual([Uint8Array.of(1), Uint8Array.of(2)]);
    bench.flush();
    await bench.settle();
    bench.flush();
    await bench.settle();
    const bodies = bench.pushed().map(({ body }) => body);
    expect(bodies.slice(-2)).toEqual([
      encodeDataBody({ bucket: "votes", payload: Uint8Array.of(1) }),
      encodeDataBody({ bucket: "votes", payload: Uint8Array.of(2) }),
    ]);
  });

  it("[W97] refused for good, go alone: the text that follows is signed anew", async () => {
    const bench = await Bench.ready();
    bench.step({ type: "edited", id: 50, bucket: "votes", payload: Uint8Array.of(1), nowUs: bench.nowUs });
    bench.flush();
    await bench.settle();
    bench.type("after");
    bench.flush();
    await bench.settle();
    const [vote] = bench.pushed();
    if (vote === undefined) throw new Error("the vote is in flight");
    bench.nack(vote, "never", "bucket_full");
    const effects = bench.take();
    expect(effects).toContainEqual({
      type: "refused",
      bucket: "votes",
      payload: Uint8Array.of(1),
      code: "bucket_full",
    });
    expect(changesOf(effects).filter(({ addOutbox }) => addOutbox !== undefined)).toHaveLength(1);
    expect(effects.map(({ type }) => type)).not.toContain("rebuild");
  });
});
