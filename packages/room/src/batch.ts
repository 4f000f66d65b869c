// What the frames of one step have put into the fold and nobody knows of yet: rows that still have to be stored, and the answers
// that leave when they are.
import { type Ack, encodeDown } from "@reed/protocol";
import type { Answer } from "./judging.ts";
import { nackOf } from "./results.ts";
import type { Session } from "./session.ts";
import type { AcceptedRow } from "./tail.ts";

/** Rows in a row that came over one socket; null: they were made here. */
export interface Run {
  readonly connection: number | null;
  readonly rows: AcceptedRow[];
}

/** The answers to one socket, in their order. */
type Answers = (Uint8Array | Ack["ops"][number][])[];

export class Batch {
  readonly runs: Run[] = [];
  readonly #answers = new Map<Session, Answers>();

  get isEmpty(): boolean {
    return this.runs.length === 0 && this.#answers.size === 0;
  }

  /** All rows, in the order of the log. */
  get rows(): readonly AcceptedRow[] {
    const [only] = this.runs;
    return only !== undefined && this.runs.length === 1 ? only.rows : this.runs.flatMap(({ rows }) => rows);
  }

  /** Takes the row that comes next in the log. */
  push(row: AcceptedRow, connection: number | null): void {
    const last = this.runs.at(-1);
    if (last !== undefined && last.connection === connection) last.rows.push(row);
    else this.runs.push({ connection, rows: [row] });
  }

  /** Takes the answers to the ops of one frame of `session`: refusals go before what is acknowledged. */
  answering(session: Session): { readonly answer: Answer; end(): void } {
    const answers = this.#answers.get(session) ?? [];
    const acked: Ack["ops"][number][] = [];
    const answer: Answer = (opId, seqOrCode, retryAfterMs) => {
      if (typeof seqOrCode === "number") acked.push({ opId, seq: seqOrCode });
      else answers.push(nackOf(opId, seqOrCode, retryAfterMs));
    };
    const end = (): void => {
      const last = answers.at(-1);
      if (last instanceof Uint8Array || last === undefined) answers.push(acked);
      else last.push(...acked);
      this.#answers.set(session, answers);
    };
    return { answer, end };
  }

  /** The frames that answer each socket: one ACK, where nothing was refused between. */
  *answers(): Iterable<readonly [Session, Uint8Array]> {
    for (const [session, answers] of this.#answers)
      for (const answer of answers) {
        if (answer instanceof Uint8Array) yield [session, answer];
        else if (answer.length > 0) yield [session, encodeDown({ type: "ack", ops: answer })];
      }
  }
}
