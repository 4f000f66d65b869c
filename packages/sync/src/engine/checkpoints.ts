// Folding what the device keeps, and comparing it with the server's: every few hundred ops the rows become one document and one
// ledger, and whenever the server says what the text hashes to at our very position, ours must hash to the same.
import { equalBytes } from "@reed/bytes";
import { COMPACT_REACH, type Cursor } from "@reed/log";
import type { Connection } from "./connection.ts";
import type { Replica } from "./replica.ts";
import type { Writer } from "./writer.ts";

/** Rows that the device keeps before it folds them. */
const CHECKPOINT_OPS = 500;
/** Positions that stay known below a checkpoint, for ops whose authors had not seen more; those that come compact reach so far. */
const KEPT_POSITIONS = COMPACT_REACH;

export class Checkpoints {
  readonly #replica: Replica;
  readonly #connection: Connection;
  readonly #writer: Writer;
  #making: { readonly at: Cursor; readonly ledger: Uint8Array } | null = null;
  /** The last one was made, or could not be made, here. */
  #lastSeq = 0;

  constructor(replica: Replica, connection: Connection, writer: Writer) {
    this.#replica = replica;
    this.#connection = connection;
    this.#writer = writer;
  }

  /** Asks for a checkpoint of this very position when enough has gathered. */
  advance(): void {
    const { ledger, checkpointSeq, headSeq, options } = this.#replica;
    const gathered = headSeq - Math.max(checkpointSeq, this.#lastSeq);
    if (ledger === null || this.#making !== null || gathered < (options.checkpointOps ?? CHECKPOINT_OPS)) return;
    this.#making = { at: ledger.head, ledger: ledger.save() };
    this.#replica.emit({ type: "make_checkpoint", at: ledger.head });
  }

  /** null: the device lacks a part of the log, which the next opening will ask for. */
  made(document: Uint8Array | null): void {
    const making = this.#making;
    this.#making = null;
    if (making === null) return;
    this.#lastSeq = making.at.seq;
    if (document === null || making.at.seq <= this.#replica.checkpointSeq) return;
    this.#replica.checkpointSeq = making.at.seq;
    this.#replica.store({ checkpoint: { ...making, document } }, null);
    this.#replica.ledger?.trimTo(making.at.seq - KEPT_POSITIONS);
  }

  /** The word on the text at `at` that came over the socket. */
  told(at: Cursor, stateHash: Uint8Array): void {
    if (this.#compare(at, stateHash) === "parted") this.#connection.fork();
  }

  /** The answer to a question beside the socket, which may be one that a restored server has forgotten: HELLO tells. */
  answered(at: Cursor, stateHash: Uint8Array): void {
    const isParted = this.#compare(at, stateHash) === "parted";
    if (isParted && this.#replica.link.state === "live") this.#connection.reconnect();
  }

  /** The server's word can be held against our text if we stand there and nothing of ours is under way. */
  #compare(at: Cursor, stateHash: Uint8Array): "parted" | null {
    const head = this.#replica.ledger?.head;
    if (head === undefined || head.seq !== at.seq) return null;
    if (!equalBytes(head.chain, at.chain)) return "parted";
    // While something is wrong, the document may hold what was given up and is about to go.
    if (this.#writer.isIdle && this.#replica.problem === null) this.#replica.emit({ type: "check_state", stateHash });
    return null;
  }

  checked(isSame: boolean): void {
    if (!isSame) this.#replica.emit({ type: "rebuild", code: "diverged" });
  }
}
