// One socket of a test, with a replica small enough to write: a ledger that follows what is delivered, and a Yjs text.
import { type DeviceKey, helloMessage } from "@reed/crypto";
import {
  changeGrants,
  decodeOp,
  encodeControl,
  encodeDataBody,
  encodeEnrol,
  type Grant,
  hashGrants,
  Ledger,
  type NoteId,
  noteIdBytes,
  type OpType,
  type Op,
  prepareOp,
  restoreOp,
  sealEnvelope,
  TEXT_BUCKET,
} from "@reed/log";
import { decodeDown, type Delivered, type Down, encodeUp, type Up, WIRE_VERSION } from "@reed/protocol";
import * as Y from "yjs";
import { sha256 } from "./host/ports.ts";

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

type DownOf<T extends Down["type"]> = Extract<Down, { type: T }>;

export class Wire {
  readonly closed: Promise<Closed>;
  readonly texts: string[] = [];
  readonly doc = new Y.Doc();
  readonly #socket: WebSocket;
  readonly #key: DeviceKey;
  readonly #noteId: NoteId;
  readonly #nonce: Uint8Array;
  readonly #frames: Down[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #sent = new Map<string, Uint8Array>();
  #ledger: Ledger | null = null;
  #isFrozen = false;

  constructor(socket: WebSocket, key: DeviceKey, noteId: NoteId, nonce: Uint8Array) {
    this.#socket = socket;
    this.#key = key;
    this.#noteId = noteId;
    this.#nonce = nonce;
    socket.binaryType = "arraybuffer";
    socket.accept();
    this.closed = new Promise((resolve) =>
      socket.addEventListener("close", ({ code, reason }) => resolve({ code, reason })),
    );
    socket.addEventListener("message", ({ data }) => {
      if (typeof data === "string") this.texts.push(data);
      else if (data instanceof ArrayBuffer) this.#take(decodeDown(new Uint8Array(data)));
      for (const wake of this.#waiting) wake();
    });
  }

  get ledger(): Ledger {
    if (this.#ledger === null) throw new Error("no WELCOME yet");
    return this.#ledger;
  }

  get text(): string {
    return this.doc.getText("text").toString();
  }

  sendRaw(frame: Uint8Array | string): void {
    this.#socket.send(frame);
  }

  send(message: Up): void {
    this.sendRaw(encodeUp(message));
  }

  /** From here on the replica learns nothing new. */
  freeze(): void {
    this.#isFrozen = true;
  }

  close(): void {
    this.#socket.close(1000);
  }

  /** Resolves as soon as `holds`, asked after every message, gives something. */
  async until<T>(holds: () => T | null | undefined | false): Promise<T> {
    for (;;) {
      const found = holds();
      if (found !== null && found !== undefined && found !== false) return found;
      const message = Promise.withResolvers<void>();
      this.#waiting.add(message.resolve);
      const { type } = await Promise.race([
        message.promise.then(() => ({ type: "message" as const })),
        this.closed.then((closed) => ({ type: "closed" as const, closed })),
      ]);
      this.#waiting.delete(message.resolve);
      if (type === "closed") throw new Error(`closed while waiting: ${JSON.stringify(await this.closed)}`);
    }
  }

  /** The next message of a type, taken out of the line. */
  next<T extends Down["type"]>(type: T): Promise<DownOf<T>> {
    return this.until(() => {
      const index = this.#frames.findIndex((frame) => frame.type === type);
      return index === -1 ? null : (this.#frames.splice(index, 1)[0] as DownOf<T>);
    });
  }

  /** How many messages of a type came and were not taken. */
  count(type: Down["type"]): number {
    return this.#frames.filter((frame) => frame.type === type).length;
  }

  async hello(presence: Uint8Array = new Uint8Array(), highestVersion = WIRE_VERSION): Promise<DownOf<"welcome">> {
    const proof = await this.#key.sign(helloMessage(this.#nonce, noteIdBytes(this.#noteId)));
    const cursor = { seq: 0, chain: new Uint8Array(32) };
    this.send({
      type: "hello",
      lowestVersion: 1,
      highestVersion,
      device: this.#key.publicKey,
      proof,
      cursor,
      presence,
    });
    const welcome = await this.next("welcome");
    await this.until(() => (this.#ledger?.head.seq ?? 0) >= welcome.head.seq);
    return welcome;
  }

  enrol(certificate: Uint8Array): Promise<Down> {
    return this.write("enrol", encodeEnrol([certificate]));
  }

  grant(changes: readonly Grant[]): Promise<Down> {
    const { grants, control } = this.ledger;
    const body = encodeControl({
      counter: (control?.counter ?? 0) + 1,
      prevControl: control?.opId ?? null,
      changes,
      grantsHash: hashGrants(changeGrants(grants, changes), sha256),
      attribution: null,
      act: null,
    });
    return this.write("control", body);
  }

  /** Adds `text` at the end and sends the change. */
  async type(text: string): Promise<Down> {
    const before = Y.encodeStateVector(this.doc);
    const root = this.doc.getText("text");
    root.insert(root.length, text);
    return this.write(
      "data",
      encodeDataBody({ bucket: TEXT_BUCKET, payload: Y.encodeStateAsUpdate(this.doc, before) }),
    );
  }

  /** Signs and sends one op; the answer is its ACK or NACK. An acknowledged op is in the ledger when this resolves. */
  async write(type: OpType, body: Uint8Array, clockUs = Date.now() * 1000): Promise<Down> {
    const { ledger } = this;
    const author = this.#key.publicKey;
    const last = ledger.author(author);
    const { seq, chain } = ledger.head;
    const unsigned = prepareOp(
      {
        type,
        docId: ledger.docId,
        author,
        ctr: (last?.ctr ?? 0) + 1,
        wallTimeUs: Math.max((last?.wallTimeUs ?? 0) + 1, clockUs),
        prev: last?.opId ?? new Uint8Array(32),
        acl: ledger.aclFor(author, seq),
        seenSeq: seq,
        seenChain: chain,
        body,
      },
      sha256,
    );
    const envelope = sealEnvelope(unsigned, await this.#key.sign(unsigned.message));
    this.#sent.set(unsigned.opId.join(), envelope);
    this.send({ type: "ops", envelopes: [envelope] });
    const answer = await this.until(() => {
      const index = this.#frames.findIndex(({ type: kind }) => kind === "ack" || kind === "nack");
      return index === -1 ? null : this.#frames.splice(index, 1)[0];
    });
    if (answer.type === "ack") await this.until(() => ledger.seqOf(unsigned.opId) !== null);
    return answer;
  }

  #take(message: Down): void {
    this.#frames.push(message);
    if (message.type === "welcome") this.#ledger = new Ledger(message.docId, { sha256, below: "trust" });
    if (message.type !== "deliver" || this.#isFrozen) return;
    for (const item of message.items) {
      const op = this.#opOf(item);
      const verdict = this.ledger.check(op, item.recvUs);
      if (verdict.type !== "accepted") throw new Error(`the server delivered an op that is ${JSON.stringify(verdict)}`);
      this.ledger.append(op, verdict.effect, item.recvUs);
      const { effect } = verdict;
      if (effect.type === "data" && effect.bucket === TEXT_BUCKET) Y.applyUpdate(this.doc, effect.entry.payload);
    }
  }

  #opOf(item: Delivered): Op {
    if (item.type === "compact") return restoreOp(item.bytes, item.recvUs, this.ledger, sha256);
    const envelope = item.type === "op" ? item.envelope : this.#sent.get(item.opId.join());
    if (envelope === undefined) throw new Error("an op of ours that we never sent");
    return decodeOp(envelope, sha256);
  }
}
