// The way of an edit out: stored before it is signed, its op and counter before the op leaves, and forgotten only when it was
// read back at its place in the log.
import { can } from "@reed/access";
import { decodeOp, encodeDataBody, hexKey, MAX_BODY_BYTES, sealEnvelope, TEXT_BUCKET } from "@reed/log";
import { MAX_IN_FLIGHT_BYTES, MAX_IN_FLIGHT_OPS, type Nack } from "@reed/protocol";
import { backoffUs } from "./backoff.ts";
import type { Connection } from "./connection.ts";
import { type Desk, type Draft, draftOps, mayDraft } from "./drafting.ts";
import { inTime } from "./entry-time.ts";
import { contentOf, type InFlightOp } from "./in-flight.ts";
import type { StoreChange } from "./effect.ts";
import type { OutboxEntry } from "./outbox.ts";
import type { Replica } from "./replica.ts";

/** Ops that are being signed, with the edits that they carry. */
interface Signing {
  readonly keys: readonly string[];
  readonly entries: readonly OutboxEntry[];
  /** Their document is gone: they go nowhere. */
  isVoid: boolean;
}

export class Writer {
  readonly #replica: Replica;
  readonly #connection: Connection;
  #resendAtUs: number | null = null;
  /** Refusals of class reissue since the last ACK: the first is mended at once, a lasting one must not spin. */
  #reissues = 0;
  #signing: Signing | null = null;
  /** An op that must be signed anew, as soon as those that are being signed to follow it can be dropped with it. */
  #voidKey: string | null = null;
  /** Ops of other buckets than the text that will never be taken, and why. */
  readonly #refused = new Map<string, string>();
  #nextPutBackId: number;

  constructor(replica: Replica, connection: Connection, firstPutBackId: number) {
    this.#replica = replica;
    this.#connection = connection;
    this.#nextPutBackId = firstPutBackId;
  }

  get resendAtUs(): number | null {
    return this.#resendAtUs;
  }

  get isSigning(): boolean {
    return this.#signing !== null;
  }

  /** Nothing of this device is on its way. */
  get isIdle(): boolean {
    const { outbox, inFlight } = this.#replica;
    return outbox.size === 0 && inFlight.length === 0 && this.#signing === null;
  }

  /** What this device has written to `bucket` and not yet read back, oldest first. */
  pending(bucket: string): readonly Uint8Array[] {
    const { inFlight, outbox } = this.#replica;
    const sent = inFlight.map(({ op }) => contentOf(op)).filter((content) => content?.bucket === bucket);
    const signing = this.#signing?.entries.filter((entry) => entry.bucket === bucket) ?? [];
    return [
      ...sent.map((content) => content?.payload ?? new Uint8Array()),
      ...signing.map(({ payload }) => payload),
      ...outbox.waitingFor(bucket),
    ];
  }

  edited(entry: OutboxEntry, nowUs: number): void {
    const { outbox } = this.#replica;
    outbox.add(entry, nowUs);
    this.#replica.emit({ type: "status" });
    if (entry.bucket !== TEXT_BUCKET) this.#replica.emit({ type: "buckets" });
    this.#replica.store({ addOutbox: entry }, () => {
      outbox.markStored(entry.id);
      this.#replica.emit({ type: "status" });
    });
  }

  parted(): void {
    this.#resendAtUs = null;
  }

  /** The clock was changed by so much. */
  shift(byUs: number): void {
    if (this.#resendAtUs !== null) this.#resendAtUs += byUs;
  }

  nextFlushUs(): number | null {
    const { link, outbox, peers } = this.#replica;
    return link.state === "live" && this.#signing === null ? outbox.dueUs(peers.size > 0) : null;
  }

  /** Sends and signs what has become due. */
  advance(nowUs: number): void {
    if (this.#resendAtUs !== null && this.#resendAtUs <= nowUs) {
      this.#resendAtUs = null;
      this.sendWaiting();
    }
    this.#write(nowUs);
  }

  /** Welcomed, everything read that was there at the welcome, and nothing of ours half signed. */
  #mayWrite(): boolean {
    const { welcome, inFlight, headSeq } = this.#replica;
    const isRoomy =
      inFlight.length < MAX_IN_FLIGHT_OPS - 3 &&
      inFlight.reduce((bytes, { op }) => bytes + op.envelope.length, 0) < MAX_IN_FLIGHT_BYTES;
    return (
      welcome !== null && headSeq >= welcome.head.seq && this.#signing === null && this.#resendAtUs === null && isRoomy
    );
  }

  #write(nowUs: number): void {
    const { ledger, outbox, peers, role, options } = this.#replica;
    if (ledger === null || !this.#mayWrite()) return;
    const dueUs = outbox.dueUs(peers.size > 0);
    const isDue = dueUs !== null && dueUs <= nowUs && can(role, "write_text");
    const desk: Desk = {
      ledger,
      device: options.device,
      inFlight: this.#replica.inFlight.map(({ op }) => op),
      certificates: this.#replica.certificates,
      ctr: this.#replica.ctr,
      nowUs: nowUs + this.#replica.clockOffsetUs,
      sha256: options.sha256,
    };
    if (!isDue || !mayDraft(desk)) return this.#sign(draftOps(desk, null), []);
    const entries = outbox.take();
    // A register's time may be past every clock in the log, and no op may carry a time above its own.
    const isText = entries[0]?.bucket === TEXT_BUCKET;
    const writing = isText ? desk : { ...desk, nowUs: Math.max(desk.nowUs, ledger.newestWallUs + 1) };
    const body = this.#bodyOf(entries, writing);
    if (body.length > MAX_BODY_BYTES) return this.#giveUp("op_body_size", this.#replica.inFlight.length, entries);
    this.#sign(draftOps(writing, body), entries);
  }

  /** Entries of the text are one update; an entry of another bucket comes alone. */
  #bodyOf(entries: readonly OutboxEntry[], desk: Desk): Uint8Array {
    const bucket = entries[0]?.bucket ?? TEXT_BUCKET;
    const payloads = entries.map(({ payload }) => inTime(bucket, payload, desk));
    const [only] = payloads;
    const isOne = payloads.length === 1 && only !== undefined;
    return encodeDataBody({ bucket, payload: isOne ? only : this.#replica.options.mergeUpdates(payloads) });
  }

  /** Signs drafts, stores them with their counters in place of the edits they carry, and only then lets them leave. */
  #sign(drafts: readonly Draft[], entries: readonly OutboxEntry[]): void {
    if (drafts.length === 0) return;
    const replica = this.#replica;
    const entryIds = entries.map(({ id }) => id);
    const signing: Signing = { keys: drafts.map(({ key }) => key), entries, isVoid: false };
    this.#signing = signing;
    replica.ctr += drafts.length;
    replica.sign(
      drafts.map(({ unsigned }) => unsigned.message),
      (signatures) => {
        const ops = drafts.map(({ unsigned, key }, index): InFlightOp => {
          const envelope = sealEnvelope(unsigned, signatures[index] ?? new Uint8Array());
          return { key, op: decodeOp(envelope, replica.options.sha256), state: "waiting", unanswered: 0 };
        });
        const addInFlight = ops.map(({ key, op }) => ({ key, envelope: op.envelope }));
        if (signing.isVoid) return this.#drop(signing);
        replica.store({ addInFlight, removeOutbox: entryIds, ctr: replica.ctr }, (nowUs) => {
          this.#signing = null;
          if (signing.isVoid) return replica.store({ removeInFlight: signing.keys }, null);
          replica.inFlight.push(...ops);
          const from = replica.inFlight.findIndex((item) => item.key === this.#voidKey);
          this.#voidKey = null;
          if (from === -1) this.sendWaiting();
          else this.#reissue(from, nowUs);
        });
      },
    );
  }

  #drop({ entries }: Signing): void {
    this.#signing = null;
    this.#replica.store({ removeOutbox: entries.map(({ id }) => id), ctr: this.#replica.ctr }, null);
  }

  sendWaiting(): void {
    if (!this.#connection.isGreeted || this.#resendAtUs !== null) return;
    let batch: InFlightOp[] = [];
    let bytes = 0;
    const push = (): void => {
      if (batch.length > 0) this.#connection.send({ type: "ops", envelopes: batch.map(({ op }) => op.envelope) });
      batch = [];
      bytes = 0;
    };
    for (const item of this.#replica.inFlight) {
      if (item.state !== "waiting") continue;
      const isFull = batch.length === MAX_IN_FLIGHT_OPS || bytes + item.op.envelope.length > MAX_IN_FLIGHT_BYTES - 4096;
      if (isFull) push();
      item.state = "sent";
      item.unanswered += 1;
      batch.push(item);
      bytes += item.op.envelope.length + 4;
    }
    push();
  }

  /** The server holds this device's ops up to the counter `lastCtr`: one that was put back may lack what it acknowledged. */
  welcomed(lastCtr: number): void {
    for (const item of this.#replica.inFlight)
      if (item.state === "acked" && item.op.ctr > lastCtr) item.state = "waiting";
    this.sendWaiting();
  }

  acked(keys: readonly string[]): void {
    this.#reissues = 0;
    for (const item of this.#replica.inFlight) if (keys.includes(item.key)) item.state = "acked";
    this.#replica.emit({ type: "status" });
  }

  nacked({ opId, class: nackClass, code, retryAfterMs }: Nack, nowUs: number): void {
    const { inFlight } = this.#replica;
    const from = inFlight.findIndex(({ key }) => key === hexKey(opId));
    const refused = inFlight[from];
    if (refused === undefined) return;
    refused.unanswered -= 1;
    if (refused.state !== "sent" || refused.unanswered > 0) return;
    const voidFrom = inFlight.findIndex(({ key }) => key === this.#voidKey);
    // It follows an op that is about to be signed anew, and falls with it.
    if (voidFrom !== -1 && voidFrom <= from) return;
    if (nackClass === "retry") {
      for (const item of inFlight.slice(from)) item.state = "waiting";
      this.#resendAtUs = nowUs + retryAfterMs * 1000;
      return;
    }
    const bucket = contentOf(refused.op)?.bucket ?? TEXT_BUCKET;
    if (nackClass === "never" && bucket === TEXT_BUCKET) return this.#giveUp(code, from, []);
    if (nackClass === "never") this.#refused.set(refused.key, code);
    if (this.#signing !== null) this.#voidKey ??= refused.key;
    else this.#reissue(from, nowUs);
  }

  /** From there on the device's signed ops are void: their edits go back to be merged and signed once more. */
  #reissue(from: number, nowUs: number): void {
    this.putBack(from);
    this.#reissues += 1;
    this.#connection.reconnect();
    if (this.#reissues > 1) this.#replica.link.waitUntil(nowUs + backoffUs(this.#reissues, 1));
  }

  /** The edits of ops from there on go back to the outbox, but for what was refused for good. */
  putBack(from: number): void {
    // Each goes back by itself, newest first: all of them as one could be more than an op holds.
    for (const { key, op } of this.#replica.inFlight.splice(from).toReversed()) {
      const content = contentOf(op);
      const code = this.#refused.get(key);
      this.#refused.delete(key);
      if (code !== undefined && content !== null) this.#replica.emit({ type: "refused", ...content, code });
      const entry = content === null || code !== undefined ? undefined : { id: this.#nextPutBackId--, ...content };
      if (entry !== undefined) this.#replica.outbox.putBack(entry);
      this.#replica.store({ removeInFlight: [key], addOutbox: entry }, null);
    }
  }

  /** The server will never take this: the text that is not in the log leaves the document and is kept as a draft. The shell
   *  opens the replica anew, so whatever is half signed here goes nowhere. */
  #giveUp(code: string, from: number, entries: readonly OutboxEntry[]): void {
    this.#replica.problem = code;
    this.#replica.store(this.abandonText(from, entries), null);
    this.#replica.emit({ type: "status" }, { type: "rebuild", code });
  }

  /**
   * Forgets the text that is not in the log, from that op on; what waits for other buckets stays. The caller stores the result, in
   * one change with what takes the text's place.
   */
  abandonText(from: number, entries: readonly OutboxEntry[]): StoreChange {
    const replica = this.#replica;
    const ops = replica.inFlight.splice(from);
    for (const { key, op } of ops.filter((item) => !carriesText(item)).toReversed()) {
      const content = contentOf(op);
      const entry = content === null ? undefined : { id: this.#nextPutBackId--, ...content };
      if (entry !== undefined) replica.outbox.putBack(entry);
      replica.store({ removeInFlight: [key], addOutbox: entry }, null);
    }
    return this.#forget(ops.filter(carriesText), entries);
  }

  /**
   * The same where the log goes on from another place, which holds this device's ops up to the counter `lastCtr`: those are done
   * with, and later ops of other buckets are sent again as they are. The log may have them.
   */
  abandonTextAfter(lastCtr: number): StoreChange {
    const replica = this.#replica;
    const ops = replica.inFlight.filter((item) => item.op.ctr <= lastCtr || carriesText(item));
    replica.inFlight = replica.inFlight.filter((item) => !ops.includes(item));
    return this.#forget(ops, []);
  }

  #forget(ops: readonly InFlightOp[], entries: readonly OutboxEntry[]): StoreChange {
    // An entry of another bucket that is being signed goes on: the server says what becomes of it.
    const isOther = this.#signing?.entries.some(({ bucket }) => bucket !== TEXT_BUCKET) ?? false;
    const signing = isOther ? null : this.#signing;
    const waiting = [...entries, ...this.#replica.outbox.takeText(), ...(signing?.entries ?? [])];
    const removeInFlight = [...ops.map(({ key }) => key), ...(signing?.keys ?? [])];
    if (signing !== null) signing.isVoid = true;
    return { removeInFlight, removeOutbox: waiting.map(({ id }) => id) };
  }
}

function carriesText({ op }: InFlightOp): boolean {
  return contentOf(op)?.bucket === TEXT_BUCKET;
}
