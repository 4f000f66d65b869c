// Bugs of the server and of the rules that both ends share.
import { type Mutant, mutant, rare } from "./mutant.ts";

const ROOM = "packages/room/src/room.ts";
const REVIEW = "packages/room/src/review.ts";
const JOURNAL = "packages/room/src/journal.ts";
const LINE = "packages/room/src/line.ts";
const RATES = "packages/room/src/rates.ts";
const SESSION = "packages/room/src/session.ts";
const FAN_OUT = "packages/room/src/fan-out.ts";
const JUDGING = "packages/room/src/judging.ts";
const PREPARE = "packages/room/src/prepare.ts";
const CONTROL_LINE = "packages/log/src/control-line.ts";
const CONTROL_RULES = "packages/log/src/control-rules.ts";
const LEDGER = "packages/log/src/ledger.ts";
const TEXT_UPDATE = "packages/log/src/text-update.ts";

export const SERVER_MUTANTS: readonly Mutant[] = [
  mutant("ack-before-commit", "the ACK leaves before the write, so the output gate does not hold it", 200, {
    file: JOURNAL,
    find: `this.#ports.log.append(rows); this.#isAhead = false; this.#ports.onAppend(rows);`,
    replace: `this.#isAhead = false; queueMicrotask(() => { this.#ports.log.append(rows); this.#ports.onAppend(rows); });`,
  }),
  mutant(
    "authorise-before-verify",
    "the role is read when a frame comes, and the op is judged by it after its verification",
    2500,
    {
      file: LEDGER,
      find: `actors === null || !can(this.roleOfAny(actors, recvUs), "write_text")`,
      replace: `actors === null`,
    },
    {
      file: ROOM,
      find: `await this.#line.add(prepareMessage(decoded, context).then((message) => ({ session, message })));`,
      replace: `const may = can(this.roleOf(session.visitor), "write_text");
        await this.#line.add(prepareMessage(decoded, context).then((message) => ({
          session, message: message.type === "ops" && !may ? { ...message, ops: [] } : message })));`,
    },
  ),
  mutant("no-verify-at-server", "the server takes an op whose signature does not hold", 200, {
    file: PREPARE,
    find: `const fault = await verifyOp(op, verifier);`,
    replace: `await verifyOp(op, verifier); const fault = null;`,
  }),
  mutant("delete-range-rule", "an update may delete what nobody has typed yet", 200, {
    file: TEXT_UPDATE,
    find: `return refused("delete_ahead");`,
    replace: `continue;`,
  }),
  mutant("foreign-client-rule", "an update may go on under another's clientID", 500, {
    file: TEXT_UPDATE,
    find: `!== claimant) return "foreign_client";`,
    replace: `!== claimant) void 0;`,
  }),
  mutant("counter-rule", "the server takes a counter twice", 400, {
    file: LEDGER,
    find: `return "counter";`,
    replace: `void 0;`,
  }),
  mutant("refused-op-acked", "an op that was refused is acknowledged", 200, {
    file: JUDGING,
    find: `    answer(op.opId, verdict.fault);`,
    replace: `    answer(op.opId, ledger.head.seq);`,
  }),
  rare(
    401,
    mutant("page-end-skips", "fan-out goes on one op too late after a page that was cut", 3000, {
      file: FAN_OUT,
      find: `session.sentSeq = last.seq;`,
      replace: `session.sentSeq = last.seq < this.#headSeq ? last.seq + 1 : last.seq;`,
    }),
  ),
  mutant("compliance-forgotten", "a server that begins from a snapshot knows no more that all is to be kept", 500, {
    file: CONTROL_LINE,
    find: `line.#isCompliant = map.bool("compliant");`,
    replace: `map.bool("compliant");`,
  }),
  mutant("scrubbed-all-the-same", "what is to be kept can be scrubbed", 500, {
    file: CONTROL_RULES,
    find: `!(reason === "scrub" && isCompliant)`,
    replace: `true`,
  }),
  mutant("no-dedupe", "an op that the log has is judged as a new one", 200, {
    file: LEDGER,
    find: `if (known !== null) return { type: "duplicate", seq: known };`,
    replace: `void known;`,
  }),
  mutant("revoked-socket-stays", "a socket whose visitor lost access goes on getting ops", 200, {
    file: REVIEW,
    find: `else end(session, "access_ended");`,
    replace: `else void end;`,
  }),
  mutant(
    "no-line",
    "frames are dealt with as their signatures come in, not in the order in which they came",
    200,
    { file: LINE, find: `this.#places.push(place); try {`, replace: `try {` },
    {
      file: LINE,
      find: `place.ready = { frame: await preparing };`,
      replace: `place.ready = { frame: await preparing }; this.#places.push(place);`,
    },
  ),
  rare(
    920_015_536,
    mutant("window-taken-for-a-flood", "what a device may have in flight ends its socket (it was once so)", 200, {
      file: RATES,
      find: `atLeast(MAX_IN_FLIGHT_OPS, times(ops, FLOOD))`,
      replace: `times(ops, FLOOD)`,
    }),
  ),
  rare(
    901,
    mutant("hibernation-forgets-head", "a socket that outlived the room is not told where the log stands", 1500, {
      file: ROOM,
      find: `this.#ports.send(session.connection, encodeDown({ type: "head", head: ledger.head }));`,
      replace: ``,
    }),
  ),
  mutant("window-ignored", "who gives no receipts gets everything", 200, {
    file: SESSION,
    find: `session.isLagging = knowsSnapshots(session) &&`,
    replace: `session.isLagging = knowsSnapshots(session) && bytes < 0 &&`,
  }),
  mutant("receipt-of-another-count", "a receipt counts for more than was sent", 500, {
    file: SESSION,
    find: `Math.min(totalBytes, session.sentBytes)`,
    replace: `totalBytes`,
  }),
  mutant("lagging-for-ever", "a socket that keeps up again is not told so", 500, {
    file: SESSION,
    find: `session.isLagging = false; return true;`,
    replace: `return false;`,
  }),
  mutant("held-op-is-no-past", "an op that follows one which has to wait is told that it has no past", 1500, {
    file: RATES,
    find: `if (waitMs > 0 || followsHeld) {`,
    replace: `if (waitMs > 0) {`,
  }),
  rare(
    101,
    mutant("compact-to-newcomers", "an op is sent compact to who never knew what its author had seen", 300, {
      file: SESSION,
      find: `version >= COMPACT_VERSION && knownSeq <= fromSeq`,
      replace: `version >= COMPACT_VERSION && knownSeq <= fromSeq + 1e9`,
    }),
  ),
  mutant("compact-after-append", "an op is made short by a ledger that holds it already", 200, {
    file: JUDGING,
    find: `const compact = compactOp(op, recvUs, ledger); const { seq, chain } = ledger.append(op, verdict.effect, recvUs);`,
    replace: `const { seq, chain } = ledger.append(op, verdict.effect, recvUs);
      const compact = compactOp({ ...op, ctr: op.ctr + 1, prev: op.opId }, recvUs, ledger);`,
  }),
  mutant("version-2-frame-to-version-1", "a client of the first release is told of a snapshot", 200, {
    file: ROOM,
    find: `this.#fanOut.tell({ type: "snapshot_new", at, stateHash }, knowsSnapshots);`,
    replace: `this.#fanOut.tell({ type: "snapshot_new", at, stateHash });`,
  }),
];
