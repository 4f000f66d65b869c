// The order of things in a replica: what it asks for after each event, against a server played by hand.
import { ed25519, sha256, signerFromSeed } from "@reed/crypto";
import {
  certificateMessage,
  type CertificateFields,
  decodeOp,
  encodeCertificate,
  encodeCertificatePayload,
  encodeDataBody,
  encodeGenesis,
  hexKey,
  Ledger,
  type LogRow,
  noteIdOf,
  type Op,
  prepareOp,
  sealEnvelope,
  userPrincipal,
  verifyOp,
} from "@reed/log";
import { decodeUp, type Delivered, type Down, encodeDown, type Nack, type Up } from "@reed/protocol";
import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import type { EngineEffect } from "./effect.ts";
import { Engine, type StoredReplica } from "./engine.ts";
import { saveStateOf } from "./save-state.ts";

const ZERO = new Uint8Array(32);
const START_US = 1_767_225_600_000_000;
const PLATFORM = signerFromSeed(new Uint8Array(32).fill(1));
const ME = signerFromSeed(new Uint8Array(32).fill(2));
const USER = userPrincipal("00000000-0000-4000-8000-000000000002");

async function signedGenesis(): Promise<Op> {
  const body = encodeGenesis({
    scope: "note",
    mode: "open",
    platform: PLATFORM.publicKey,
    entropy: new Uint8Array(16).fill(3),
  });
  const zeros = { docId: ZERO, prev: ZERO, acl: ZERO, seenChain: ZERO, seenSeq: 0 };
  const unsigned = prepareOp(
    { type: "genesis", author: ME.publicKey, ctr: 1, wallTimeUs: START_US, ...zeros, body },
    sha256,
  );
  return decodeOp(sealEnvelope(unsigned, await ME.sign(unsigned.message)), sha256);
}

async function certificate(): Promise<Uint8Array> {
  const fields: CertificateFields = {
    device: ME.publicKey,
    principal: USER,
    issuer: PLATFORM.publicKey,
    note: null,
    notBeforeUs: START_US - 1_000_000,
    notAfterUs: START_US + 1_000_000_000_000,
  };
  const payload = encodeCertificatePayload(fields);
  return encodeCertificate(payload, await PLATFORM.sign(certificateMessage(payload)));
}

/** One replica whose shell does nothing until it is told to, and a server's log. */
class Bench {
  readonly doc = new Y.Doc();
  readonly genesis: Op;
  readonly server: Ledger;
  readonly rows: LogRow[] = [];
  readonly engine: Engine;
  effects: EngineEffect[] = [];
  nowUs = START_US;
  #nextEdit = 1;

  constructor(genesis: Op, stored: Partial<StoredReplica> = {}) {
    this.genesis = genesis;
    this.server = new Ledger(genesis.opId, sha256);
    this.admit(genesis);
    const options = {
      noteId: noteIdOf(genesis.opId),
      device: ME.publicKey,
      sha256,
      mergeUpdates: (updates: readonly Uint8Array[]) => Y.mergeUpdates([...updates]),
    };
    this.engine = new Engine(options, {
      docId: null,
      rows: [],
      outbox: [],
      inFlight: [],
      ctr: 1,
      role: null,
      ...stored,
    });
    this.doc.clientID = 77;
    this.doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin !== "remote") this.step({ type: "edited", id: this.#nextEdit++, update, nowUs: this.nowUs });
    });
  }

  static async fresh(stored: Partial<StoredReplica> = {}): Promise<Bench> {
    return new Bench(await signedGenesis(), stored);
  }

  /** A replica that founded its note and has read everything. */
  static async ready(): Promise<Bench> {
    const bench = await Bench.fresh();
    await bench.connect();
    bench.deliverAll();
    await bench.settle();
    const founding = bench.pushed();
    for (const op of founding) bench.admit(op);
    bench.ack(founding);
    bench.deliverAll();
    await bench.settle();
    bench.take();
    return bench;
  }

  step(event: Parameters<Engine["step"]>[0]): void {
    this.effects.push(...this.engine.step(event));
  }

  take(): readonly EngineEffect[] {
    const effects = this.effects;
    this.effects = [];
    return effects;
  }

  types(): readonly string[] {
    return this.take()
      .map((effect) => (effect.type === "send" ? `send ${decodeUp(effect.frame).type}` : effect.type))
      .filter((type) => !["status", "set_timer", "peers"].includes(type));
  }

  /** The ops that were sent since the last take. */
  pushed(): readonly Op[] {
    return this.take().flatMap((effect) => {
      const message: Up | null = effect.type === "send" ? decodeUp(effect.frame) : null;
      return message?.type === "ops" ? message.envelopes.map((envelope) => decodeOp(envelope, sha256)) : [];
    });
  }

  async connect(): Promise<void> {
    this.step({ type: "certificates", certificates: [await certificate()], nowUs: this.nowUs });
    this.step({ type: "connect_wanted", nowUs: this.nowUs });
    this.step({ type: "socket_opened", nonce: new Uint8Array(16), nowUs: this.nowUs });
    await this.settle();
    this.welcome();
  }

  welcome(rest: { readonly lastCtr?: number; readonly docId?: Uint8Array } = {}): void {
    const author = this.server.author(ME.publicKey);
    this.receive({
      type: "welcome",
      version: 1,
      connection: 1,
      docId: this.genesis.opId,
      head: this.server.head,
      role: "owner",
      lastCtr: author?.ctr ?? 0,
      lastOpId: author?.opId ?? null,
      serverTimeUs: this.nowUs,
      peers: [],
      ...rest,
    });
  }

  receive(message: Down): void {
    this.step({ type: "frame", frame: encodeDown(message), nowUs: this.nowUs });
  }

  nack(op: Op, nackClass: Nack["class"], code: string, retryAfterMs = 0): void {
    this.receive({ type: "nack", opId: op.opId, class: nackClass, code, retryAfterMs });
  }

  ack(ops: readonly Op[]): void {
    this.receive({ type: "ack", ops: ops.map(({ opId }) => ({ opId, seq: this.server.seqOf(opId) ?? 0 })) });
  }

  /** The server takes `op`. */
  admit(op: Op): void {
    const verdict = this.server.check(op, this.nowUs);
    if (verdict.type !== "accepted") throw new Error(JSON.stringify(verdict));
    const cursor = this.server.append(op, verdict.effect, this.nowUs);
    this.rows.push({ ...cursor, recvUs: this.nowUs, opId: op.opId, envelope: op.envelope });
  }

  deliverAll(): void {
    const from = this.engine.ledger?.head.seq ?? 0;
    const items = this.rows.slice(from).map(({ recvUs, envelope }): Delivered => ({ type: "op", recvUs, envelope }));
    const { seq, chain } = this.server.head;
    this.receive({ type: "deliver", firstSeq: from + 1, headSeq: seq, chain, items });
  }

  /** Answers `which` of what the engine waits for, until it waits for nothing more of that. */
  async settle(which: readonly EngineEffect["type"][] = ["sign", "store", "verify"]): Promise<void> {
    for (let index = 0; index < this.effects.length; index += 1) {
      const effect = this.effects[index];
      if (effect === undefined || !which.includes(effect.type)) continue;
      this.nowUs += 1;
      const { nowUs } = this;
      if (effect.type === "sign")
        this.step({
          type: "signed",
          signatures: await Promise.all(effect.messages.map((message) => ME.sign(message))),
          nowUs,
        });
      if (effect.type === "store" && effect.token !== null) this.step({ type: "stored", token: effect.token, nowUs });
      if (effect.type === "verify")
        this.step({
          type: "verified",
          faults: await Promise.all(effect.ops.map((op) => verifyOp(op, ed25519))),
          nowUs,
        });
    }
  }

  type(text: string): void {
    this.doc.getText("text").insert(0, text);
  }

  flush(): void {
    this.step({ type: "flush_wanted", nowUs: this.nowUs });
  }

  get save(): string {
    return saveStateOf({ ...this.engine.facts, keeps: "device" });
  }
}

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
    expect(again.engine.openingUpdates).toHaveLength(1);
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
    for (const bench of [otherNote, resync]) {
      expect(bench.types()).toEqual(["disconnect"]);
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
