// The way of the log in: every op is verified, judged and hashed into the chain before anything of it is taken, and what comes out
// of order is asked for again.
import { DecodeError, equalBytes } from "@reed/bytes";
import { hexKey, isScrub, type Ledger, type LogRow, type Op, OpError, TEXT_BUCKET } from "@reed/log";
import { type Deliver, RECEIPT_EVERY_BYTES, SNAPSHOT_VERSION } from "@reed/protocol";
import type { Connection } from "./connection.ts";
import { type Incoming, type IncomingOp, joinDeliveries, readDelivery } from "./incoming.ts";
import type { Replica } from "./replica.ts";

interface Arrived {
  readonly deliver: Deliver;
  /** Of its frame. */
  readonly bytes: number;
}

/** What an op that was read does here. */
export interface ReadOp {
  readonly textUpdate: Uint8Array | null;
  readonly isOtherBucket: boolean;
}

const NOTHING: ReadOp = { textUpdate: null, isOtherBucket: false };

export class Reader {
  readonly #replica: Replica;
  readonly #connection: Connection;
  /** The text was begun anew by the op that comes next: this replica goes on from a snapshot. */
  readonly #onScrub: () => void;
  #deliveries: Arrived[] = [];
  /** Where a room that had forgotten what it sent said that the log stands; 0 where none did. */
  #headSeq = 0;
  #isVerifying = false;
  /** Bytes of deliveries that were dealt with since HELLO or the last HEAD, and those of them that a RECEIPT told of. */
  #dealtBytes = 0;
  #receiptedBytes = 0;

  constructor(replica: Replica, connection: Connection, onScrub: () => void) {
    this.#replica = replica;
    this.#connection = connection;
    this.#onScrub = onScrub;
  }

  parted(): void {
    this.#deliveries = [];
    this.#headSeq = 0;
    this.#dealtBytes = 0;
    this.#receiptedBytes = 0;
  }

  delivered(deliver: Deliver, bytes: number, nowUs: number): void {
    const last = this.#deliveries.at(-1);
    // The first is being verified; those that wait behind it are read as one.
    const joined = last === undefined || this.#deliveries.length === 1 ? null : joinDeliveries(last.deliver, deliver);
    if (joined === null || last === undefined) this.#deliveries.push({ deliver, bytes });
    else this.#deliveries.splice(-1, 1, { deliver: joined, bytes: last.bytes + bytes });
    this.#readNext(nowUs);
  }

  /** A room that had forgotten what it sent says where the log stands, and counts anew. */
  toldHead(headSeq: number, nowUs: number): void {
    this.#dealtBytes = -this.#deliveries.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#receiptedBytes = 0;
    this.#headSeq = headSeq;
    this.#readNext(nowUs);
  }

  /** Adds one op to the ledger and says what it does; an op that fails the rules is void. */
  read(op: Op, recvUs: number): ReadOp {
    const ledger = (this.#replica.ledger ??= this.#replica.newLedger(op.opId));
    const verdict = ledger.check(op, recvUs);
    if (verdict.type !== "accepted") {
      ledger.appendVoid(op, recvUs);
      return NOTHING;
    }
    ledger.append(op, verdict.effect, recvUs);
    const { effect } = verdict;
    if (effect.type !== "data") return NOTHING;
    const isText = effect.bucket === TEXT_BUCKET;
    return { textUpdate: isText ? effect.entry.payload : null, isOtherBucket: !isText };
  }

  #readNext(nowUs: number): void {
    const arrived = this.#deliveries[0];
    if (this.#isVerifying) return;
    if (arrived === undefined) {
      if (this.#headSeq > this.#replica.headSeq) this.#connection.reconnect();
      return;
    }
    const { ledger } = this.#replica;
    const incoming = ledger === null ? null : this.#incoming(arrived.deliver, ledger);
    if (incoming === null) return this.#refuse(arrived, nowUs);
    if (incoming.type !== "ops") return this.#connection.reconnect();
    const foreign = incoming.ops.filter(({ isOwn }) => !isOwn).map(({ op }) => op);
    if (foreign.length === 0) return this.#readVerified(incoming, arrived, nowUs);
    const socket = this.#connection.number;
    this.#isVerifying = true;
    this.#replica.verify(foreign, (faults, laterUs) => {
      this.#isVerifying = false;
      if (socket !== this.#connection.number) return this.#readNext(laterUs);
      if (faults.some((fault) => fault !== null)) return this.#refuse(arrived, laterUs);
      this.#readVerified(incoming, arrived, laterUs);
    });
  }

  /** What was delivered does not hold. Where parts of it were put together here, this ledger may be at fault: all of it is asked for. */
  #refuse({ deliver }: Arrived, nowUs: number): void {
    const isCompact = deliver.items.some(({ type }) => type === "compact");
    if (!isCompact || this.#replica.wantsWholeOps) return this.#connection.tampered(nowUs);
    this.#replica.wantsWholeOps = true;
    this.#connection.reconnect();
  }

  /** null: it holds no ops that could follow here. */
  #incoming(deliver: Deliver, ledger: Ledger): Incoming | null {
    const { inFlight, options } = this.#replica;
    const findOwn = (opId: Uint8Array): Op | null => inFlight.find(({ key }) => key === hexKey(opId))?.op ?? null;
    try {
      return readDelivery(deliver, ledger, findOwn, options.sha256);
    } catch (error) {
      if (error instanceof OpError || error instanceof DecodeError) return null;
      throw error;
    }
  }

  #readVerified({ ops, chain }: Extract<Incoming, { type: "ops" }>, arrived: Arrived, nowUs: number): void {
    if (ops.length > 0) {
      if (!equalBytes(chain, arrived.deliver.chain)) return this.#refuse(arrived, nowUs);
      const scrub = ops.findIndex(({ op }) => isScrub(op));
      if (scrub !== 0) this.#admit(scrub === -1 ? ops : ops.slice(0, scrub));
      if (scrub !== -1) return this.#onScrub();
    }
    this.#deliveries.shift();
    this.#receipt(arrived.bytes);
    this.#readNext(nowUs);
  }

  #receipt(bytes: number): void {
    this.#dealtBytes += bytes;
    const { options, welcome } = this.#replica;
    const isDue = this.#dealtBytes - this.#receiptedBytes >= (options.receiptEveryBytes ?? RECEIPT_EVERY_BYTES);
    if (!isDue || (welcome?.version ?? 0) < SNAPSHOT_VERSION) return;
    this.#receiptedBytes = this.#dealtBytes;
    this.#connection.send({ type: "receipt", bytes: this.#dealtBytes });
  }

  /** Ops that follow from the log: they get their place, and what they say is done. */
  #admit(ops: readonly IncomingOp[]): void {
    const replica = this.#replica;
    const rows: LogRow[] = [];
    const updates: Uint8Array[] = [];
    let hasOtherBuckets = false;
    for (const { op, recvUs, isOwn } of ops) {
      const { textUpdate, isOtherBucket } = this.read(op, recvUs);
      if (textUpdate !== null && !isOwn) updates.push(textUpdate);
      hasOtherBuckets ||= isOtherBucket;
      const { seq, chain } = replica.ledger?.head ?? { seq: 0, chain: op.opId };
      rows.push({ seq, chain, recvUs, opId: op.opId, envelope: op.envelope });
    }
    const keys = new Set<string>(ops.map(({ op }) => hexKey(op.opId)));
    const removeInFlight = replica.inFlight.filter(({ key }) => keys.has(key)).map(({ key }) => key);
    replica.inFlight = replica.inFlight.filter(({ key }) => !keys.has(key));
    replica.store({ rows, removeInFlight }, null);
    if (updates.length > 0) replica.emit({ type: "apply", updates });
    if (hasOtherBuckets) replica.emit({ type: "buckets" });
    replica.emit({ type: "status" });
  }
}
