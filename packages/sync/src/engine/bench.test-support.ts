// A replica whose shell does nothing until it is told to, and a server's log, for tests of the engine.
import { ed25519, sha256, signerFromSeed } from "@reed/crypto";
import {
  certificateMessage,
  encodeAttributed,
  encodeControl,
  encodeEnrol,
  GATEWAY,
  type GenerationReason,
  hashGrants,
  type OpType,
  type Principal,
  type Snapshot,
  type CertificateFields,
  decodeOp,
  encodeCertificate,
  encodeCertificatePayload,
  encodeDataBody,
  encodeGenesis,
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

import * as Y from "yjs";
import type { EngineEffect } from "./effect.ts";
import { Engine, type StoredReplica } from "./engine.ts";
import { saveStateOf } from "./save-state.ts";

export const ZERO = new Uint8Array(32);
const START_US = 1_767_225_600_000_000;
const PLATFORM = signerFromSeed(new Uint8Array(32).fill(1));
export const ME = signerFromSeed(new Uint8Array(32).fill(2));
const GATEWAY_KEY = signerFromSeed(new Uint8Array(32).fill(4));
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

async function certificate(device: Uint8Array = ME.publicKey, principal: Principal = USER): Promise<Uint8Array> {
  const fields: CertificateFields = {
    device,
    principal,
    issuer: PLATFORM.publicKey,
    note: null,
    notBeforeUs: START_US - 1_000_000,
    notAfterUs: START_US + 1_000_000_000_000,
  };
  const payload = encodeCertificatePayload(fields);
  return encodeCertificate(payload, await PLATFORM.sign(certificateMessage(payload)));
}

/** One replica whose shell does nothing until it is told to, and a server's log. */
export class Bench {
  readonly doc = new Y.Doc();
  readonly sha256 = sha256;
  readonly genesis: Op;
  readonly server: Ledger;
  readonly rows: LogRow[] = [];
  readonly engine: Engine;
  effects: EngineEffect[] = [];
  nowUs = START_US;
  #nextEdit = 1;

  constructor(genesis: Op, stored: Partial<StoredReplica> = {}) {
    this.genesis = genesis;
    this.server = new Ledger(genesis.opId, { sha256, below: "refuse" });
    this.admit(genesis);
    const options = {
      noteId: noteIdOf(genesis.opId),
      device: ME.publicKey,
      sha256,
      mergeUpdates: (updates: readonly Uint8Array[]) => Y.mergeUpdates([...updates]),
    };
    this.engine = new Engine(options, {
      docId: null,
      checkpoint: null,
      rows: [],
      outbox: [],
      inFlight: [],
      ctr: 1,
      role: null,
      ...stored,
    });
    this.doc.clientID = 77;
    this.doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin !== "remote")
        this.step({ type: "edited", id: this.#nextEdit++, bucket: "text", payload: update, nowUs: this.nowUs });
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
    this.step({ type: "snapshot_fetched", snapshot: "none", chance: 0, nowUs: this.nowUs });
    this.step({ type: "socket_opened", nonce: new Uint8Array(16), nowUs: this.nowUs });
    await this.settle();
    this.welcome();
  }

  welcome(rest: { readonly lastCtr?: number; readonly docId?: Uint8Array; readonly version?: number } = {}): void {
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

  /** The gateway writes, enrolling first where it must. */
  async gateway(type: "control" | "data", body: Uint8Array): Promise<Op> {
    if (this.server.author(GATEWAY_KEY.publicKey) === null)
      this.admit(await this.#byGateway("enrol", encodeEnrol([await certificate(GATEWAY_KEY.publicKey, GATEWAY)])));
    const op = await this.#byGateway(type, body);
    this.admit(op);
    return op;
  }

  /** A new generation of the log, for the owner (scrub) or by the platform (restored). */
  async begin(reason: GenerationReason): Promise<Op> {
    const { head, grants, control } = this.server;
    const by = reason === "scrub" ? USER : GATEWAY;
    if (this.server.author(GATEWAY_KEY.publicKey) === null) await this.gateway("data", textBy(new Y.Doc(), "g"));
    const from = this.server.head;
    return this.gateway(
      "control",
      encodeControl({
        counter: (control?.counter ?? 0) + 1,
        prevControl: control?.opId ?? null,
        changes: [],
        grantsHash: hashGrants(grants, sha256),
        attribution: { by, via: head.seq > 0 ? "operator" : "api", session: null },
        act: { type: "generation", from, reason },
      }),
    );
  }

  /** The server's snapshot of this moment, proven. */
  snapshot(doc: Y.Doc): Snapshot {
    return {
      manifest: { at: this.server.head, stateHash: new Uint8Array(32).fill(5) },
      docId: this.genesis.opId,
      text: new TextEncoder().encode(doc.getText("text").toString()),
      ledger: this.server.save(),
      document: Y.encodeStateAsUpdateV2(doc),
    };
  }

  async #byGateway(type: OpType, body: Uint8Array): Promise<Op> {
    const author = this.server.author(GATEWAY_KEY.publicKey);
    const { seq, chain } = this.server.head;
    const fields = {
      type,
      docId: this.genesis.opId,
      author: GATEWAY_KEY.publicKey,
      ctr: (author?.ctr ?? 0) + 1,
      wallTimeUs: Math.max(this.nowUs, (author?.wallTimeUs ?? 0) + 1),
      prev: author?.opId ?? ZERO,
      acl: this.server.aclFor(GATEWAY_KEY.publicKey, seq),
      seenSeq: seq,
      seenChain: chain,
      body,
    };
    const unsigned = prepareOp(fields, sha256);
    return decodeOp(sealEnvelope(unsigned, await GATEWAY_KEY.sign(unsigned.message)), sha256);
  }
}

/** A body by the gateway for the owner: what `doc` gains by `text` at its end. */
export function textBy(doc: Y.Doc, text: string): Uint8Array {
  const before = Y.encodeStateVector(doc);
  doc.getText("text").insert(doc.getText("text").length, text);
  const update = Y.encodeStateAsUpdate(doc, before);
  return encodeDataBody({
    bucket: "text",
    payload: encodeAttributed({ by: USER, via: "api", session: null }, update),
  });
}
