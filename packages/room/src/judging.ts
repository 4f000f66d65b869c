// What the log says to ops, one after the other, each by the log with those before it. Accepted ones are in the fold when this
// returns.
import { equalBytes } from "@reed/bytes";
import { compactOp, isAhead, type Effect, type Ledger, type Op } from "@reed/log";
import type { NackCode } from "@reed/protocol";
import { holdsHere } from "./channel-rule.ts";
import type { Past } from "./past.ts";
import type { RoomPorts } from "./ports.ts";
import type { PreparedOp } from "./prepare.ts";
import type { Session } from "./session.ts";
import type { AcceptedRow } from "./tail.ts";
import type { Turnstile } from "./turnstile.ts";

/** An op's position, or why it was refused and, where it may come again, after how many ms. */
export type Answer = (opId: Uint8Array, answer: number | NackCode, retryAfterMs?: number) => void;

export interface JudgingContext {
  readonly ledger: Ledger;
  readonly past: Past;
  /** The socket that they came over, whose device must have signed them; null where they were made here. */
  readonly from: Session | null;
  /** Whether text may only shrink. */
  readonly isFull: boolean;
  /** The time of receipt, never less than before. */
  recvUs(): number;
  /** An op is in the fold: its row, which must be in the store before anybody hears of it. */
  accept(row: AcceptedRow): void;
  readonly turnstile: Pick<Turnstile, "hold">;
  readonly ports: Pick<RoomPorts, "nowUs" | "keepEvidence">;
}

/** Answers every op. */
export function judgeOps(ops: readonly PreparedOp[], context: JudgingContext, answer: Answer): void {
  for (const prepared of ops) {
    if (prepared.type === "op") judgeOp(prepared.op, context, answer);
    else answer(prepared.opId, prepared.code);
  }
}

function judgeOp(op: Op, context: JudgingContext, answer: Answer): void {
  const { ledger, past, from, isFull } = context;
  const recvUs = context.recvUs();
  const verdict = ledger.check(op, recvUs);
  if (verdict.type === "duplicate") {
    answer(op.opId, verdict.seq);
    return;
  }
  // Before anything is taken or refused for good: what follows an op that must wait has to wait with it.
  const waitMs = from === null ? 0 : context.turnstile.hold(from, op, context.ports.nowUs() / 1000);
  const oldSeq = waitMs > 0 ? null : past.seqOf(op, verdict, ledger);
  if (waitMs > 0) answer(op.opId, "rate", waitMs);
  else if (oldSeq !== null) answer(op.opId, oldSeq);
  else if (verdict.type === "refused") {
    // Two ops with one counter contradict each other; a lower counter may be an honest frame that came late.
    if (ledger.author(op.author)?.ctr === op.ctr) context.ports.keepEvidence(op.opId, op.envelope);
    answer(op.opId, verdict.fault);
  } else if (from !== null && !equalBytes(op.author, from.visitor.device)) answer(op.opId, "forbidden");
  else if (from !== null && !holdsHere(op, verdict.effect, from.visitor, ledger, recvUs)) answer(op.opId, "forbidden");
  else if (isNewer(verdict.effect, ledger)) answer(op.opId, "register_ahead");
  else if (isFull && verdict.effect.type === "data" && verdict.effect.insertsUnits > 0) answer(op.opId, "note_full");
  else {
    const compact = compactOp(op, recvUs, ledger);
    const { seq, chain } = ledger.append(op, verdict.effect, recvUs);
    context.accept({ seq, chain, recvUs, opId: op.opId, envelope: op.envelope, compact });
    answer(op.opId, seq);
  }
}

/** Written by a program that is newer than this server, which can't judge it (registers.md R24). */
function isNewer(effect: Effect, { scope }: Ledger): boolean {
  return effect.type === "data" && isAhead(scope, effect.bucket, effect.entry.payload);
}
