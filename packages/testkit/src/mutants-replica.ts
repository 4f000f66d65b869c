// Bugs of the replica: what it reads, signs, keeps and sends again.
import { type Mutant, mutant, rare } from "./mutant.ts";

const ENGINE = "packages/sync/src/engine/engine.ts";
const READER = "packages/sync/src/engine/reader.ts";
const WRITER = "packages/sync/src/engine/writer.ts";
const ENTRY_TIME = "packages/sync/src/engine/entry-time.ts";

export const REPLICA_MUTANTS: readonly Mutant[] = [
  mutant("no-verify-at-replica", "a replica takes an op whose signature does not hold", 500, {
    file: READER,
    find: `if (faults.some((fault) => fault !== null)) return this.#refuse(arrived, laterUs);`,
    replace: ``,
  }),
  mutant("chain-mismatch-applied", "a replica goes on though the chain it was told is not that of what it read", 900, {
    file: READER,
    find: `if (!equalBytes(chain, arrived.deliver.chain)) return`,
    replace: `if (!equalBytes(chain, arrived.deliver.chain) && ops.length < 0) return`,
  }),
  mutant("resend-with-new-bytes", "what was in flight when the socket died is signed anew", 200, {
    file: WRITER,
    find: `parted(): void { this.#resendAtUs = null;`,
    replace: `parted(): void { this.#resendAtUs = null; this.putBack(0);`,
  }),
  mutant("counter-reused-after-crash", "the counter is not stored with the op that used it", 200, {
    file: WRITER,
    find: `removeOutbox: entryIds, ctr: replica.ctr }`,
    replace: `removeOutbox: entryIds }`,
  }),
  mutant(
    "send-before-store",
    "an op leaves before it and its counter are stored",
    200,
    {
      file: WRITER,
      find: `replica.store({ addInFlight, removeOutbox`,
      replace: `replica.inFlight.push(...ops); this.sendWaiting(); replica.store({ addInFlight, removeOutbox`,
    },
    { file: WRITER, find: `replica.inFlight.push(...ops); const from`, replace: `const from` },
  ),
  mutant("in-flight-forgotten", "what was sent and not answered when the socket died is not sent again", 200, {
    file: WRITER,
    find: `parted(): void { this.#resendAtUs = null;`,
    replace: `parted(): void { this.#resendAtUs = null;
      this.#replica.inFlight = this.#replica.inFlight.filter(({ state }) => state !== "sent");`,
  }),
  mutant("reissue-drops-text", "the text of an op that must be signed anew is not put back", 200, {
    file: WRITER,
    find: `if (entry !== undefined) this.#replica.outbox.putBack(entry);
      this.#replica.store({ removeInFlight: [key], addOutbox: entry }, null);`,
    replace: `this.#replica.store({ removeInFlight: [key] }, null);`,
  }),
  mutant("own-clock-trusted", "a device signs by its own clock, however wrong", 200, {
    file: WRITER,
    find: `nowUs: nowUs + this.#replica.clockOffsetUs`,
    replace: `nowUs`,
  }),
  mutant("resend-timer-lost", "a flush that is due and blocked hides the time of the resend (it was once so)", 5600, {
    file: ENGINE,
    find: `time !== null && time > nowUs).map(Number));`,
    replace: `time !== null).map(Number)); if (next <= nowUs) return;`,
  }),
  rare(
    101,
    mutant(
      "stale-refusal-believed",
      "a refusal of an earlier sending is taken for the last answer (it was once so)",
      2200,
      {
        file: WRITER,
        find: ` || refused.unanswered > 0) return;`,
        replace: `) return;`,
      },
    ),
  ),
  mutant("head-missed-while-reading", "a HEAD is ignored while a delivery is being verified (it was once so)", 2900, {
    file: READER,
    find: `this.#headSeq = headSeq; this.#readNext(nowUs);`,
    replace: `if (this.#deliveries.length === 0) { this.#headSeq = headSeq; this.#readNext(nowUs); }`,
  }),
  mutant(
    "half-signed-survives-reissue",
    "an op that is being signed follows one that is dropped (it was once so)",
    300,
    {
      file: WRITER,
      find: `if (this.#signing !== null) this.#voidKey ??= refused.key;`,
      replace: `if (this.#signing !== null) return;`,
    },
  ),
  rare(
    401,
    mutant("receipts-stop-after-head", "receipts go on from where they were though a HEAD began the count anew", 1500, {
      file: READER,
      find: `this.#receiptedBytes = 0; this.#headSeq = headSeq;`,
      replace: `this.#headSeq = headSeq;`,
    }),
  ),
  mutant("no-receipts", "a client never says what it has dealt with", 500, {
    file: READER,
    find: `this.#connection.send({ type: "receipt", bytes: this.#dealtBytes });`,
    replace: ``,
  }),
  mutant("setting-ahead-of-its-op", "a fast clock's setting is refused for its time (it was once so)", 200, {
    file: ENTRY_TIME,
    find: `registers === null || registers.timeUs <= latestUs`,
    replace: `registers === null || registers.timeUs > 0`,
  }),
];
