// Planted bugs. Each is a change of the product's source, made as it is loaded, so the product has no switches for them. The
// world must find every one, or it is blind there.

export interface Patch {
  /** From the root of the repository. */
  readonly file: string;
  /** Must occur exactly once. */
  readonly find: string;
  readonly replace: string;
}

export interface Mutant {
  readonly name: string;
  readonly why: string;
  readonly patches: readonly Patch[];
  /** The world finds it within this many seeds from 1 on, with room to spare. */
  readonly seeds: number;
}

const ROOM = "packages/room/src/room.ts";
const FAN_OUT = "packages/room/src/fan-out.ts";
const PREPARE = "packages/room/src/prepare.ts";
const LEDGER = "packages/log/src/ledger.ts";
const TEXT_UPDATE = "packages/log/src/text-update.ts";
const ENGINE = "packages/sync/src/engine/engine.ts";

export const MUTANTS: readonly Mutant[] = [
  {
    name: "ack-before-commit",
    why: "the ACK leaves before the write, so the output gate does not hold it",
    seeds: 200,
    patches: [
      {
        file: ROOM,
        find: `    this.#insert(rows);
    if (acked.length > 0) this.#ports.send(session.connection, encodeDown({ type: "ack", ops: acked }));`,
        replace: `    if (acked.length > 0) this.#ports.send(session.connection, encodeDown({ type: "ack", ops: acked }));
    this.#insert(rows);`,
      },
    ],
  },
  {
    name: "authorise-before-verify",
    why: "the role is read when a frame comes, and the op is judged by it after its verification",
    seeds: 2500,
    patches: [
      {
        file: LEDGER,
        find: `actors === null || !can(this.roleOfAny(actors, recvUs), "write_text")`,
        replace: `actors === null`,
      },
      {
        file: ROOM,
        find: `    await this.#fifo.run(async () => {
      const message = await prepared;
      if (this.#sessions.get(connection) === session) this.#take(session, message);`,
        replace: `    const may = can(this.roleOf(session.visitor), "write_text");
    await this.#fifo.run(async () => {
      const message = await prepared;
      if (message.type === "ops" && !may) return;
      if (this.#sessions.get(connection) === session) this.#take(session, message);`,
      },
    ],
  },
  {
    name: "no-verify-at-server",
    why: "the server takes an op whose signature does not hold",
    seeds: 200,
    patches: [
      {
        file: PREPARE,
        find: `const fault = await verifyOp(op, verifier);`,
        replace: `await verifyOp(op, verifier); const fault = null;`,
      },
    ],
  },
  {
    name: "no-verify-at-replica",
    why: "a replica takes an op whose signature does not hold",
    seeds: 500,
    patches: [
      {
        file: ENGINE,
        find: `if (faults.some((fault) => fault !== null)) return this.#tampered(laterUs);`,
        replace: ``,
      },
    ],
  },
  {
    name: "delete-range-rule",
    why: "an update may delete what nobody has typed yet",
    seeds: 200,
    patches: [{ file: TEXT_UPDATE, find: `return refused("delete_ahead");`, replace: `continue;` }],
  },
  {
    name: "foreign-client-rule",
    why: "an update may go on under another's clientID",
    seeds: 500,
    patches: [{ file: TEXT_UPDATE, find: `return "foreign_client";`, replace: `void 0;` }],
  },
  {
    name: "counter-rule",
    why: "the server takes a counter twice",
    seeds: 400,
    patches: [{ file: LEDGER, find: `return "counter";`, replace: `void 0;` }],
  },
  {
    name: "chain-mismatch-applied",
    why: "a replica goes on though the chain it was told is not the chain of what it read",
    seeds: 900,
    patches: [
      {
        file: ENGINE,
        find: `this.#options.sha256), deliver.chain))`,
        replace: `this.#options.sha256), deliver.chain) && ops.length < 0)`,
      },
    ],
  },
  {
    name: "resend-with-new-bytes",
    why: "what was in flight when the socket died is signed anew",
    seeds: 200,
    patches: [
      {
        file: ENGINE,
        find: `    this.#welcome = null;
    this.#deliveries = [];`,
        replace: `    this.#welcome = null;
    for (const update of updatesOf(this.#inFlight.splice(0).map(({ op }) => op))) this.#outbox.putBack({ id: this.#nextPutBackId--, update });
    this.#deliveries = [];`,
      },
    ],
  },
  {
    name: "counter-reused-after-crash",
    why: "the counter is not stored with the op that used it",
    seeds: 200,
    patches: [{ file: ENGINE, find: `removeOutbox: entryIds, ctr: this.#ctr }`, replace: `removeOutbox: entryIds }` }],
  },
  {
    name: "send-before-store",
    why: "an op leaves before it and its counter are stored",
    seeds: 200,
    patches: [
      {
        file: ENGINE,
        find: `this.#store({ addInFlight, removeOutbox: entryIds, ctr: this.#ctr }, (nowUs) => {
        this.#signing = null;
        this.#inFlight.push(...ops);`,
        replace: `this.#inFlight.push(...ops);
        this.#sendWaiting();
        this.#store({ addInFlight, removeOutbox: entryIds, ctr: this.#ctr }, (nowUs) => {
        this.#signing = null;`,
      },
    ],
  },
  {
    name: "in-flight-forgotten",
    why: "what was sent and not answered when the socket died is not sent again",
    seeds: 200,
    patches: [
      {
        file: ENGINE,
        find: `    this.#welcome = null;
    this.#deliveries = [];`,
        replace: `    this.#welcome = null;
    this.#inFlight = this.#inFlight.filter(({ state }) => state !== "sent");
    this.#deliveries = [];`,
      },
    ],
  },
  {
    name: "refused-op-acked",
    why: "an op that was refused is acknowledged",
    seeds: 200,
    patches: [
      {
        file: ROOM,
        find: `        answer(op.opId, verdict.fault);`,
        replace: `        answer(op.opId, ledger.head.seq);`,
      },
    ],
  },
  {
    name: "page-end-skips",
    why: "fan-out goes on one op too late after a page that was cut",
    seeds: 3000,
    patches: [
      {
        file: FAN_OUT,
        find: `    session.sentSeq = last.seq;`,
        replace: `    session.sentSeq = last.seq < this.#headSeq ? last.seq + 1 : last.seq;`,
      },
    ],
  },
  {
    name: "no-dedupe",
    why: "an op that the log has is judged as a new one",
    seeds: 200,
    patches: [
      { file: LEDGER, find: `if (known !== null) return { type: "duplicate", seq: known };`, replace: `void known;` },
    ],
  },
  {
    name: "revoked-socket-stays",
    why: "a socket whose visitor lost access goes on getting ops",
    seeds: 200,
    patches: [
      {
        file: ROOM,
        find: `        this.#end(session, "access_ended");
        continue;`,
        replace: `        continue;`,
      },
    ],
  },
  {
    name: "no-fifo",
    why: "frames are dealt with as their signatures come in, not in the order in which they came",
    seeds: 200,
    patches: [
      { file: "packages/room/src/fifo.ts", find: `this.#tail.then(task)`, replace: `Promise.resolve().then(task)` },
    ],
  },
  {
    name: "reissue-drops-text",
    why: "the text of an op that must be signed anew is not put back",
    seeds: 200,
    patches: [
      { file: ENGINE, find: `if (entry !== undefined) this.#outbox.putBack(entry);`, replace: `` },
      { file: ENGINE, find: `removeInFlight: [key], addOutbox: entry }`, replace: `removeInFlight: [key] }` },
    ],
  },
  {
    name: "own-clock-trusted",
    why: "a device signs by its own clock, however wrong",
    seeds: 200,
    patches: [{ file: ENGINE, find: `nowUs: nowUs + this.#clockOffsetUs`, replace: `nowUs` }],
  },
  {
    name: "resend-timer-lost",
    why: "a flush that is due and blocked hides the time of the resend (it was once so)",
    seeds: 5600,
    patches: [
      {
        file: ENGINE,
        find: `time !== null && time > nowUs).map(Number));`,
        replace: `time !== null).map(Number)); if (next <= nowUs) return;`,
      },
    ],
  },
  {
    name: "stale-refusal-believed",
    why: "a refusal of an earlier sending is taken for the answer to the last one (it was once so)",
    seeds: 2200,
    patches: [{ file: ENGINE, find: ` || refused.unanswered > 0) return;`, replace: `) return;` }],
  },
  {
    name: "head-missed-while-reading",
    why: "where the log stands is ignored while a delivery is being verified (it was once so)",
    seeds: 2900,
    patches: [
      {
        file: ENGINE,
        find: `this.#headSeq = message.head.seq; return this.#readNext(nowUs);`,
        replace: `if (this.#deliveries.length === 0) { this.#headSeq = message.head.seq; this.#readNext(nowUs); } return;`,
      },
    ],
  },
  {
    name: "half-signed-survives-reissue",
    why: "an op that is being signed follows one that is dropped meanwhile (it was once so)",
    seeds: 300,
    patches: [{ file: ENGINE, find: `else if (this.#signing !== null) this.#voidKey ??= refused.key;`, replace: `` }],
  },
  {
    name: "hibernation-forgets-head",
    why: "a socket that outlived the room's memory is not told where the log stands",
    seeds: 200,
    patches: [
      {
        file: ROOM,
        find: `    this.#ports.send(session.connection, encodeDown({ type: "head", head: ledger.head }));`,
        replace: ``,
      },
    ],
  },
];
