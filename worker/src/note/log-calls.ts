// What callers without a replica read of a note's log: where it stands, its ops, the text's document and the newest snapshot.
// Whether they may was asked before.
import { equalBytes, isZero } from "@reed/bytes";
import { decodeOp, type Ledger, type Op, type SyncLogStore } from "@reed/log";
import { stateHash } from "@reed/text";
import * as Y from "yjs";
import { sha256, type HostPorts } from "../host/ports.ts";
import type { Snapshots } from "../host/snapshots.ts";
import { snapshotOf } from "../host/snapshot-answer.ts";
import { readOps } from "./log-page.ts";
import type { Projection } from "./projection.ts";
import type {
  ChainAnswer,
  LogRefusal,
  OpsAnswer,
  OpsInput,
  SnapshotAnswer,
  SnapshotInput,
  StateAnswer,
  UpdateAnswer,
  UpdateInput,
} from "./rpc.ts";
import { textOpOf } from "./text-ops.ts";

/** Whoever lacks more ops than this gets the whole document. */
const MAX_MERGED_OPS = 2000;
/** Among so many of the oldest rows an author's first is looked for. */
const MAX_ROWS_LOOKED_AT = 2000;
/** An op has up to 768 KiB, so this many are held at once. */
const READ_ROWS = 64;

export interface LogCallsOptions {
  readonly ports: Pick<HostPorts, "log" | "archive">;
  readonly ledger: Ledger;
  readonly projection: Projection;
  readonly snapshots: Snapshots;
  isGateway(author: Uint8Array): boolean;
}

export class LogCalls {
  readonly #options: LogCallsOptions;

  constructor(options: LogCallsOptions) {
    this.#options = options;
  }

  /** The head of the log, and what the text hashes to there. */
  state(): StateAnswer {
    const { ledger, projection } = this.#options;
    return { ...ledger.head, stateHash: stateHash(projection.document(), sha256) };
  }

  chain(seq: number): ChainAnswer | LogRefusal {
    const { ledger, ports } = this.#options;
    if (seq > ledger.head.seq) return { code: "not_found" };
    if (seq === 0) return { seq, chain: ledger.docId };
    const chain = ledger.chainAt(seq) ?? rowAt(ports.log, seq)?.chain ?? ports.archive.chainAt(seq);
    return chain === null ? this.#compacted() : { seq, chain };
  }

  ops(input: OpsInput): OpsAnswer | LogRefusal {
    const { log } = this.#options.ports;
    if (input.sinceSeq >= floorOf(log)) return readOps(log, input);
    return input.author === null ? this.#compacted() : this.#opsBy(input.author, input);
  }

  /**
   * An author's ops though rows after `sinceSeq` were dropped. Counters only grow, so no dropped row was asked for if the oldest
   * that is here is the author's first or has a counter that was not beyond what is asked for.
   */
  #opsBy(author: Uint8Array, input: OpsInput): OpsAnswer | LogRefusal {
    const { ledger, ports } = this.#options;
    const newest = ledger.author(author);
    if (newest === null || newest.ctr < input.fromCtr) return { items: [], nextSeq: null };
    const oldest = oldestBy(author, ports.log);
    if (oldest === null || (oldest.op.ctr > input.fromCtr && !isZero(oldest.op.prev))) return this.#compacted();
    return readOps(ports.log, { ...input, sinceSeq: oldest.seq - 1 });
  }

  /** One Yjs V1 update with what the caller lacks, and maybe more: an update may be applied twice. */
  update(input: UpdateInput): UpdateAnswer | LogRefusal {
    const { ledger, projection } = this.#options;
    const { seq } = ledger.head;
    if (input.type === "since" && input.seq > seq) return { code: "invalid", field: "since" };
    if (input.type === "since" && input.seq < this.#scrubSeq())
      return { code: "compacted", floorSeq: this.#scrubSeq() };
    const doc = projection.document();
    const vector = input.type === "since" ? this.#vectorAt(input.seq, doc) : input.vector;
    try {
      return { seq, update: vector === null ? Y.encodeStateAsUpdate(doc) : Y.encodeStateAsUpdate(doc, vector) };
    } catch (error) {
      // A vector is read as it is used, and lib0 throws plain errors of several kinds.
      if (input.type === "vector") return { code: "invalid", field: "sv" };
      throw error;
    }
  }

  /** The newest snapshot's file, packed, unless the caller knows it. */
  snapshot(input: SnapshotInput): SnapshotAnswer | LogRefusal {
    return snapshotOf(this.#options.snapshots, input);
  }

  /**
   * What a document held at `seq`, at most: the clocks of now, put back to where later ops began. null where that says nothing
   * more than the whole document does.
   */
  #vectorAt(seq: number, doc: Y.Doc): Uint8Array | null {
    const { ports, ledger, isGateway } = this.#options;
    if (seq < floorOf(ports.log) || ledger.head.seq - seq > MAX_MERGED_OPS) return null;
    const vector = Y.decodeStateVector(Y.encodeStateVector(doc));
    for (const { envelope } of ports.log.read(seq + 1, MAX_MERGED_OPS)) {
      const op = textOpOf(envelope, isGateway);
      if (op.type !== "update") continue;
      for (const [client, clock] of Y.parseUpdateMeta(op.update).from)
        vector.set(client, Math.min(clock, vector.get(client) ?? clock));
    }
    return Y.encodeStateVector(vector);
  }

  #scrubSeq(): number {
    return this.#options.ledger.generations.findLast(({ reason }) => reason === "scrub")?.seq ?? 0;
  }

  #compacted(): LogRefusal {
    return { code: "compacted", floorSeq: floorOf(this.#options.ports.log) };
  }
}

/** The oldest position after which every op is still here. */
function floorOf(log: SyncLogStore): number {
  return log.firstSeq() - 1;
}

/** The oldest op of an author among the oldest rows that are here. */
function oldestBy(author: Uint8Array, log: SyncLogStore): { readonly seq: number; readonly op: Op } | null {
  const endSeq = Math.min(log.firstSeq() + MAX_ROWS_LOOKED_AT, log.lastSeq() + 1);
  for (let fromSeq = log.firstSeq(); fromSeq < endSeq; fromSeq += READ_ROWS) {
    for (const { seq, envelope } of log.read(fromSeq, Math.min(READ_ROWS, endSeq - fromSeq))) {
      const op = decodeOp(envelope, sha256);
      if (equalBytes(op.author, author)) return { seq, op };
    }
  }
  return null;
}

function rowAt(log: SyncLogStore, seq: number) {
  const [row] = log.read(seq, 1);
  return row?.seq === seq ? row : undefined;
}
