// What came into the fold and is not stored yet, and the one step that stores it. Between the two nobody may hear of it.
import type { Ledger } from "@reed/log";
import { Batch } from "./batch.ts";
import { type Answer, judgeOps } from "./judging.ts";
import type { Past } from "./past.ts";
import type { RoomPorts } from "./ports.ts";
import type { PreparedOp } from "./prepare.ts";
import type { Session } from "./session.ts";
import type { Turnstile } from "./turnstile.ts";

export class Journal {
  readonly #ports: RoomPorts;
  readonly #turnstile: Turnstile;
  readonly #past: Past;
  #batch = new Batch();
  #lastRecvUs: number;
  #isAhead = false;

  /** `lastRecvUs`: when the log's newest row was received. */
  constructor(ports: RoomPorts, turnstile: Turnstile, past: Past, lastRecvUs: number) {
    this.#ports = ports;
    this.#turnstile = turnstile;
    this.#past = past;
    this.#lastRecvUs = lastRecvUs;
  }

  /** The store did not take what the ledger holds: this room knows more than its log, and must answer nobody. */
  get isAhead(): boolean {
    return this.#isAhead;
  }

  /** Receive times never go back, whatever the clock does. */
  recvUs(): number {
    this.#lastRecvUs = Math.max(this.#lastRecvUs, this.#ports.nowUs());
    return this.#lastRecvUs;
  }

  /** Judges the ops of one frame of `session`, which is answered when they are stored. */
  take(ops: readonly PreparedOp[], session: Session, ledger: Ledger, isFull: boolean): void {
    const { answer, end } = this.#batch.answering(session);
    try {
      this.judge(ops, session, ledger, isFull, answer);
    } finally {
      end();
    }
  }

  /** `from`: the socket that they came over; null where they were made here. `isFull`: text may only shrink. */
  judge(ops: readonly PreparedOp[], from: Session | null, ledger: Ledger, isFull: boolean, answer: Answer): void {
    if (this.#isAhead) throw new Error("the log could not be written; open the room anew");
    const connection = from?.connection ?? null;
    judgeOps(
      ops,
      {
        ledger,
        past: this.#past,
        from,
        isFull,
        turnstile: this.#turnstile,
        ports: this.#ports,
        recvUs: () => this.recvUs(),
        accept: (row) => this.#batch.push(row, connection),
      },
      answer,
    );
  }

  /** Stores all of it at once, and gives what is to be told now; null: there was nothing. */
  store(): Batch | null {
    const batch = this.#batch;
    if (batch.isEmpty) return null;
    this.#batch = new Batch();
    const { rows } = batch;
    if (rows.length === 0) return batch;
    this.#isAhead = true;
    this.#ports.log.append(rows);
    this.#isAhead = false;
    this.#ports.onAppend(rows);
    return batch;
  }
}
