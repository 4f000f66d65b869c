// A room opens on what is kept: the fold of the newest snapshot, and the rows after it. Every row was judged when it came in; what
// countersigns a position below the snapshot is taken at its word, for what it saw is folded away.
import { equalBytes } from "@reed/bytes";
import {
  type Cursor,
  decodeGenesis,
  decodeOp,
  Ledger,
  type LedgerOptions,
  type LogRow,
  type NoteId,
  noteIdOf,
  type Op,
} from "@reed/log";
import type { NackCode } from "@reed/protocol";
import type { RoomPorts } from "./ports.ts";

/** A row has up to 768 KiB, and an object little memory. */
const REPLAY_ROWS = 64;

/** The fold of everything that is kept; null before a genesis. Throws where the rows do not follow from each other. */
export function replay(ports: RoomPorts): { readonly ledger: Ledger; readonly lastRecvUs: number } | null {
  const { log, archive, sha256 } = ports;
  const options: { -readonly [Key in keyof LedgerOptions]: LedgerOptions[Key] } = { sha256, below: "trust" };
  const base = archive.base();
  let ledger = base === null ? null : Ledger.load(base.ledger, options);
  if (base !== null && ledger !== null) assertSame(ledger.head, base.at);
  const lastSeq = log.lastSeq();
  const lastRecvUs = log.read(lastSeq, 1)[0]?.recvUs ?? 0;
  for (let seq = (ledger?.head.seq ?? 0) + 1; seq <= lastSeq; seq += REPLAY_ROWS) {
    for (const row of log.read(seq, REPLAY_ROWS)) {
      const op = decodeOp(row.envelope, sha256);
      ledger ??= new Ledger(op.opId, options);
      appendRow(ledger, row, op);
    }
  }
  if (ledger === null) return null;
  if (ledger.head.seq !== lastSeq) throw new Error(`the log ends at ${lastSeq}, its fold at ${ledger.head.seq}`);
  options.below = "refuse";
  return { ledger, lastRecvUs };
}

/** The empty log that `genesis` begins, or why it may not begin the note `noteId`. The op itself is not in it yet. */
export function beginLog(genesis: Op, noteId: NoteId, recvUs: number, ports: RoomPorts): Ledger | NackCode {
  if (genesis.type !== "genesis") return "founding";
  if (noteIdOf(genesis.opId) !== noteId) return "wrong_note";
  const ledger = new Ledger(genesis.opId, { sha256: ports.sha256, below: "refuse" });
  const verdict = ledger.check(genesis, recvUs);
  if (verdict.type !== "accepted") return verdict.type === "refused" ? verdict.fault : "founding";
  return equalBytes(decodeGenesis(genesis.body).platform, ports.platformKey) ? ledger : "certificate_invalid";
}

function appendRow(ledger: Ledger, row: LogRow, op: Op): void {
  const verdict = ledger.check(op, row.recvUs);
  const follows = verdict.type === "accepted" && row.seq === ledger.head.seq + 1;
  if (!follows) throw new Error(`row ${row.seq} of the log does not follow from the rows before it`);
  assertSame(ledger.append(op, verdict.effect, row.recvUs), row);
}

function assertSame(found: Cursor, kept: Cursor): void {
  if (found.seq !== kept.seq || !equalBytes(found.chain, kept.chain))
    throw new Error(`position ${kept.seq} of the log does not hash to what was kept of it`);
}
