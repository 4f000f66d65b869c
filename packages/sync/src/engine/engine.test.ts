// The order of things in a replica: what it asks for after each event, against a server played by hand.
import { sha256 } from "@reed/crypto";
import { decodeOp, encodeDataBody, hexKey, type Op, prepareOp, sealEnvelope } from "@reed/log";
import { decodeUp } from "@reed/protocol";
import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { Bench, ME, ZERO } from "./bench.test-support.ts";
import type { EngineEffect } from "./effect.ts";

const storesOf = (effects: readonly EngineEffect[]) =>
  effects.flatMap((effect) => (effect.type === "store" ? [effect] : []));

describe("a replica", () => {
  it("[W38] enrols and founds its own note before anything else", async () => {
    const bench = await Bench.fresh();
    await bench.connect();
    bench.deliverAll();
    await bench.settle();
    expect(bench.pushed().map(({ type, ctr }) => [type, ctr])).toEqual([
      ["enrol", 2],
      ["control", 3],
    ]);
  });

  it("[S10] stores an edit, signs it, stores op and counter in its place, and only then sends", async () => {
    const bench = await Bench.ready();
    bench.type("hi");
    const [added] = storesOf(bench.effects);
    expect(added).toMatchObject({ change: { addOutbox: { id: 1 } }, isStrict: true });
    bench.flush();
    expect(bench.types()).toEqual(["store", "sign"]);
    bench.step({ type: "signed", signatures: [new Uint8Array(64)], nowUs: bench.nowUs });
    const [moved] = storesOf(bench.effects);
    expect(moved).toMatchObject({ change: { removeOutbox: [1], ctr: 4 }, isStrict: true });
    expect(moved?.change.addInFlight).toHaveLength(1);
    expect(bench.types()).toEqual(["store"]);
    bench.step({ type: "stored", token: moved?.token ?? 0, nowUs: bench.nowUs });
    expect(bench.types()).toEqual(["send ops"]);
  });

  it("[S11] forgets an op when it has read it back, not when it is acknowledged", async () => {
    const bench = await Bench.ready();
    bench.type("hi");
    bench.flush();
    await bench.settle();
    const ops = bench.pushed();
    for (const op of ops) bench.admit(op);
    expect(bench.save).toBe("Saving…");
    bench.ack(ops);
    expect(bench.save).toBe("Saved");
    expect(storesOf(bench.take())).toEqual([]);
    bench.deliverAll();
    expect(storesOf(bench.take()).map(({ change }) => change.removeInFlight)).toEqual([
      ops.map(({ opId }) => hexKey(opId)),
    ]);
  });

  it("[S11] sends what was stored in flight again, byte for byte, right behind HELLO", async () => {
    const ready = await Bench.ready();
    ready.type("hi");
    ready.flush();
    await ready.settle();
    const [op] = ready.pushed();
    if (op === undefined) throw new Error("nothing was sent");
    const again = new Bench(ready.genesis, {
      docId: ready.genesis.opId,
      rows: ready.rows,
      inFlight: [{ key: hexKey(op.opId), envelope: op.envelope }],
      ctr: op.ctr,
      role: "owner",
    });
    again.step({ type: "connect_wanted", nowUs: again.nowUs });
    again.step({ type: "socket_opened", nonce: new Uint8Array(16), nowUs: again.nowUs });
    await again.settle();
    const sent = again.take().flatMap((effect) => (effect.type === "send" ? [decodeUp(effect.frame)] : []));
    expect(sent).toMatchObject([
      { type: "hello", cursor: { seq: 3 } },
      { type: "ops", envelopes: [op.envelope] },
    ]);
    expect(again.engine.opening.updates).toHaveLength(1);
  });

  it("[W6] sends more than one frame holds in several frames, in their order", async () => {
    const ready = await Bench.ready();
    const opening = { docId: ready.genesis.opId, rows: [...ready.rows], role: "owner" } as const;
    const ops: Op[] = [];
    for (let count = 0; count < 70; count += 1) {
      ready.type("hi");
      ready.flush();
      await ready.settle();
      const [op] = ready.pushed();
      if (op === undefined) throw new Error("nothing was sent");
      ops.push(op);
      ready.admit(op);
      ready.ack([op]);
      ready.deliverAll();
      ready.take();
    }
    const inFlight = ops.map(({ opId, envelope }) => ({ key: hexKey(opId), envelope }));
    const again = new Bench(ready.genesis, { ...opening, inFlight, ctr: ops.at(-1)?.ctr ?? 0 });
    again.step({ type: "connect_wanted", nowUs: again.nowUs });
    again.step({ type: "socket_opened", nonce: new Uint8Array(16), nowUs: again.nowUs });
    await again.settle();
    const sent = again.take().flatMap((effect) => (effect.type === "send" ? [decodeUp(effect.frame)] : []));
    const frames = sent.flatMap((message) => (message.type === "ops" ? [message.envelopes] : []));
    expect(frames.map(({ length }) => length)).toEqual([64, 6]);
    expect(frames.flat()).toEqual(ops.map(({ envelope }) => envelope));
  });

  it("[S12] takes its counter from the server where its own store was rolled back", async () => {
    const bench = await Bench.ready();
    bench.welcome({ lastCtr: 50 });
    expect(storesOf(bench.take()).map(({ change, isStrict }) => [change.ctr, isStrict])).toEqual([[50, true]]);
    bench.type("hi");
    bench.flush();
    await bench.settle();
    expect(bench.pushed().map(({ ctr }) => ctr)).toEqual([51]);
  });

  it("[W35] retry: sends the same bytes again after the wait, and nothing before", async () => {
    const bench = await Bench.ready();
    bench.type("hi");
    bench.flush();
    await bench.settle();
    const [op] = bench.pushed();
    if (op === undefined) throw new Error("nothing was sent");
    bench.nack(op, "retry", "overloaded", 1000);
    bench.type("more");
    bench.flush();
    await bench.settle();
    expect(bench.pushed()).toEqual([]);
    bench.nowUs += 1_000_000;
    bench.step({ type: "timer", nowUs: bench.nowUs });
    expect(bench.pushed().map(({ envelope }) => envelope)[0]).toEqual(op.envelope);
  });

  it("[W35] retry: waits no longer where the clock is put back meanwhile", async () => {
    const bench = await Bench.ready();
    bench.type("hi");
    bench.flush();
    await bench.settle();
    const [op] = bench.pushed();
    if (op === undefined) throw new Error("nothing was sent");
    bench.nack(op, "retry", "overloaded", 1000);
    bench.nowUs -= 3_600_000_000;
    bench.step({ type: "timer", nowUs: bench.nowUs });
    expect(bench.pushed()).toEqual([]);
    bench.nowUs += 1_000_000;
    bench.step({ type: "timer", nowUs: bench.nowUs });
    expect(bench.pushed().map(({ envelope }) => envelope)).toEqual([op.envelope]);
  });

  it("[W34] comes back no later, and edits leave no later, where the clock is put back meanwhile", async () => {
    const bench = await Bench.ready();
    bench.type("hi");
    bench.nowUs -= 3_600_000_000;
    bench.step({ type: "timer", nowUs: bench.nowUs });
    bench.nowUs += 3_000_000;
    bench.step({ type: "timer", nowUs: bench.nowUs });
    await bench.settle();
    expect(bench.pushed()).toHaveLength(1);
    bench.step({ type: "socket_closed", reason: null, chance: 0, nowUs: bench.nowUs });
    bench.nowUs -= 3_600_000_000;
    bench.step({ type: "timer", nowUs: bench.nowUs });
    bench.take();
    bench.nowUs += 300_000;
    bench.step({ type: "timer", nowUs: bench.nowUs });
    expect(bench.types()).toContain("connect");
  });

  it("[W35] reissue: drops its signed ops from there on, comes back at once, and signs their text with new counters", async () => {
    const bench = await Bench.ready();
    bench.type("hi");
    bench.flush();
    await bench.settle();
    const [op] = bench.pushed();
    if (op === undefined) throw new Error("nothing was sent");
    bench.nack(op, "reissue", "seen_chain");
    const stores = storesOf(bench.effects);
    expect(stores.map(({ change }) => [change.removeInFlight, change.addOutbox?.id])).toEqual([
      [[hexKey(op.opId)], -1],
    ]);
    expect(bench.types().filter((type) => type !== "store")).toEqual(["disconnect", "connect"]);
    bench.step({ type: "socket_opened", nonce: new Uint8Array(16), nowUs: bench.nowUs });
    await bench.settle();
    bench.welcome();
    await bench.settle();
    const [anew] = bench.pushed();
    expect(anew?.ctr).toBe(op.ctr + 1);
    expect(anew?.body).toEqual(op.body);
    expect(anew === undefined ? null : bench.server.check(anew, bench.nowUs).type).toBe("accepted");
  });

  it("[W35] never: gives the text up as a draft and asks to be opened anew", async () => {
    const bench = await Bench.ready();
    bench.type("hi");
    bench.flush();
    await bench.settle();
    const [op] = bench.pushed();
    if (op === undefined) throw new Error("nothing was sent");
    bench.type("later");
    bench.take();
    bench.nack(op, "never", "forbidden");
    const effects = bench.take();
    expect(storesOf(effects).map(({ change }) => [change.removeInFlight, change.removeOutbox])).toEqual([
      [[hexKey(op.opId)], [2]],
    ]);
    expect(effects.at(-1)).toEqual({ type: "rebuild", code: "forbidden" });
  });

  it("[W35] follows the class of a code that it does not know", async () => {
    const bench = await Bench.ready();
    bench.type("hi");
    bench.flush();
    await bench.settle();
    const [op] = bench.pushed();
    if (op === undefined) throw new Error("nothing was sent");
    bench.nack(op, "never", "a_newer_code");
    expect(bench.take().at(-1)).toEqual({ type: "rebuild", code: "a_newer_code" });
  });

  it("[W33] signs nothing more while 61 ops or 1 MiB are unread", async () => {
    const bench = await Bench.ready();
    let sent = 0;
    for (let index = 0; index < 70; index += 1) {
      bench.nowUs += 10;
      bench.type("a");
      bench.flush();
      await bench.settle();
      sent += bench.pushed().length;
    }
    expect(sent).toBe(61);
    const large = await Bench.ready();
    const counts: number[] = [];
    for (let index = 0; index < 4; index += 1) {
      large.nowUs += 10;
      large.type("x".repeat(600 * 1024));
      large.flush();
      await large.settle();
      counts.push(large.pushed().length);
    }
    expect(counts).toEqual([1, 1, 0, 0]);
  });

  it("[W35] gives up an edit that fits no op", async () => {
    const bench = await Bench.ready();
    bench.type("x".repeat(800 * 1024));
    bench.flush();
    expect(bench.take().at(-1)).toEqual({ type: "rebuild", code: "op_body_size" });
  });
});

describe("a replica reads", () => {
  const other = async (bench: Bench): Promise<Op> => {
    const author = bench.server.author(ME.publicKey);
    const { seq, chain } = bench.server.head;
    const doc = new Y.Doc();
    doc.clientID = 99;
    doc.getText("text").insert(0, "other");
    const body = encodeDataBody({ bucket: "text", payload: Y.encodeStateAsUpdate(doc) });
    const fields = {
      type: "data",
      docId: bench.genesis.opId,
      author: ME.publicKey,
      ctr: 40,
      wallTimeUs: bench.nowUs + 9,
      prev: author?.opId ?? ZERO,
      acl: bench.server.aclFor(ME.publicKey, seq),
      seenSeq: seq,
      seenChain: chain,
      body,
    } as const;
    const unsigned = prepareOp(fields, sha256);
    return decodeOp(sealEnvelope(unsigned, await ME.sign(unsigned.message)), sha256);
  };

  it("[W39] applies what it has verified and whose chain follows from its own", async () => {
    const bench = await Bench.ready();
    bench.admit(await other(bench));
    bench.deliverAll();
    expect(bench.types()).toEqual(["verify"]);
    bench.step({ type: "verified", faults: [null], nowUs: bench.nowUs });
    expect(bench.types()).toEqual(["store", "apply"]);
    expect(bench.engine.ledger?.head).toEqual(bench.server.head);
  });

  it("[W39] takes nothing of a DELIVER with one bad signature, says so, and asks again later", async () => {
    const bench = await Bench.ready();
    bench.admit(await other(bench));
    bench.deliverAll();
    bench.take();
    bench.step({ type: "verified", faults: ["signature"], nowUs: bench.nowUs });
    expect(bench.types()).toEqual(["disconnect"]);
    expect([bench.engine.ledger?.head.seq, bench.engine.facts.problem, bench.save]).toEqual([
      3,
      "tampered",
      "Couldn't save",
    ]);
  });

  it("[W39] takes a frame that is none for tampering", async () => {
    const bench = await Bench.ready();
    bench.step({ type: "frame", frame: Uint8Array.of(0x44), nowUs: bench.nowUs });
    expect([bench.types(), bench.engine.facts.problem]).toEqual([["disconnect"], "tampered"]);
  });

  it("[W39] takes nothing of a DELIVER whose chain does not follow from its own", async () => {
    const bench = await Bench.ready();
    const op = await other(bench);
    const items = [{ type: "op", recvUs: bench.nowUs, envelope: op.envelope }] as const;
    bench.receive({ type: "deliver", firstSeq: 4, headSeq: 4, chain: ZERO, items });
    bench.step({ type: "verified", faults: [null], nowUs: bench.nowUs });
    expect(bench.types()).toEqual(["verify", "disconnect"]);
    expect([bench.engine.facts.problem, bench.engine.ledger?.head.seq]).toEqual(["tampered", 3]);
  });

  it("[W40] stops where WELCOME names another docId, and where the server says RESYNC", async () => {
    const otherNote = await Bench.ready();
    otherNote.welcome({ docId: new Uint8Array(32).fill(1) });
    const resync = await Bench.ready();
    resync.receive({ type: "resync", docId: resync.genesis.opId, head: resync.server.head });
    resync.step({ type: "snapshot_fetched", snapshot: "none", chance: 0, nowUs: resync.nowUs });
    for (const bench of [otherNote, resync]) {
      expect(bench.types().filter((type) => type !== "fetch_snapshot")).toContain("disconnect");
      expect([bench.engine.facts.problem, bench.engine.ledger?.head.seq, bench.save]).toEqual([
        "forked",
        3,
        "Couldn't save",
      ]);
      bench.step({ type: "connect_wanted", nowUs: bench.nowUs + 60_000_000 });
      expect(bench.types()).toEqual([]);
    }
  });

  it("[W27] comes back at once where HEAD or a gap shows that it missed something", async () => {
    const behind = await Bench.ready();
    behind.receive({ type: "head", head: { seq: 9, chain: ZERO } });
    expect(behind.types()).toEqual(["disconnect", "connect"]);
    const gap = await Bench.ready();
    gap.receive({
      type: "deliver",
      firstSeq: 9,
      headSeq: 9,
      chain: ZERO,
      items: [{ type: "own", recvUs: 1, opId: ZERO }],
    });
    expect(gap.types()).toEqual(["disconnect", "connect"]);
    const level = await Bench.ready();
    level.receive({ type: "head", head: level.server.head });
    expect(level.types()).toEqual([]);
  });
});
