// Bugs of snapshots, compaction, checkpoints, the divergence watch and new generations.
import { type Mutant, mutant, rare } from "./mutant.ts";

const ROOM = "packages/room/src/room.ts";
const GATEWAY_SEQUENCE = "packages/room/src/gateway-sequence.ts";
const PAST = "packages/room/src/past.ts";
const GREETING = "packages/room/src/greeting.ts";
const FAN_OUT = "packages/room/src/fan-out.ts";
const SNAPSHOTTING = "packages/room/src/snapshotting.ts";
const TEXT_UPDATE = "packages/log/src/text-update.ts";
const LEDGER = "packages/log/src/ledger.ts";
const STATE_HASH = "packages/text/src/state-hash.ts";
const WRITER = "packages/sync/src/engine/writer.ts";
const REJOINING = "packages/sync/src/engine/rejoining.ts";
const CHECKPOINTS = "packages/sync/src/engine/checkpoints.ts";

export const SNAPSHOT_MUTANTS: readonly Mutant[] = [
  rare(
    851,
    mutant("snapshot-ledger-too-new", "a snapshot's ledger holds ops that its document lacks", 4000, {
      file: SNAPSHOTTING,
      find: `const at = ledger.head;`,
      replace: `await gateway.signer.sign(new Uint8Array(1)); const at = ledger.head;`,
    }),
  ),
  mutant("snapshot-document-too-old", "the text of a snapshot is read before its turn comes", 300, {
    file: ROOM,
    find: `const signed = await this.#line.run(() => { const ledger = this.#ledger;`,
    replace: `const early = this.#ledger === null ? null : read(this.#ledger.head); read = (head) => early ?? read(head);
      const signed = await this.#line.run(() => { const ledger = this.#ledger;`,
  }),
  mutant(
    "floor-not-checked",
    "a cursor below the oldest row is welcomed and gets what is left",
    300,
    { file: GREETING, find: `if (!past.hasAllAfter(seq)) return end(reasonOfGap(version));`, replace: `` },
    { file: FAN_OUT, find: `if (found[0]?.seq !== sentSeq + 1) return null;`, replace: `` },
  ),
  rare(
    221,
    mutant("folded-op-unknown", "an op that comes again is not looked for below the base", 1500, {
      file: PAST,
      find: `? this.#archive.seqOf(op.opId) : null;`,
      replace: `? null : null;`,
    }),
  ),
  mutant("folded-chain-unknown", "a cursor below the base is taken for one of another log", 300, {
    file: PAST,
    find: ` ?? this.#archive.chainAt(seq);`,
    replace: ` ?? null;`,
  }),
  rare(
    251,
    mutant("covered-op-said-again", "an op in flight that the snapshot holds is signed anew", 1500, {
      file: REJOINING,
      find: `replica.inFlight = replica.inFlight.filter(({ op }) => op.ctr > lastCtr);`,
      replace: `this.#writer.putBack(0);`,
    }),
  ),
  mutant(
    "later-op-said-again",
    "an op that the log may have after the snapshot is signed anew (it was once so)",
    6000,
    {
      file: REJOINING,
      find: `replica.inFlight = replica.inFlight.filter(({ op }) => op.ctr > lastCtr);`,
      replace: `const later = replica.inFlight.findIndex(({ op }) => op.ctr > lastCtr);
      if (later !== -1) this.#writer.putBack(later); replica.inFlight = [];`,
    },
  ),
  mutant("rebase-drops-unsent", "what a device had not sent is not said again in the new text", 300, {
    file: REJOINING,
    find: `update === null ? undefined`,
    replace: `update === null || update.length > 0 ? undefined`,
  }),
  rare(
    401,
    mutant("rebase-in-two", "the old words go in one write and the new ones come in another (it was once so)", 2500, {
      file: REJOINING,
      find: `replica.store({ ...abandoned, dropRows`,
      replace: `replica.store(abandoned, null); replica.store({ dropRows`,
    }),
  ),
  rare(
    6151,
    mutant("rebased-entry-said-again", "entries that the new log holds are signed anew (it was once so)", 500, {
      file: REJOINING,
      find: `this.#writer.abandonTextAfter(lastCtrOf(replica, next.ledger));`,
      replace: `this.#writer.abandonText(0, []);`,
    }),
  ),
  mutant("restore-unconfirmed", "a replica goes on after a restore before the person knows", 300, {
    file: REJOINING,
    find: `this.#replica.problem = RESTORED; this.#replica.emit({ type: "status" });`,
    replace: `this.#rebase(this.#next);`,
  }),
  mutant("generations-counted", "new beginnings are told apart by their number (it was once so)", 1500, {
    file: REJOINING,
    find: `ledger.generations.filter(({ opId }) => !hasBegun(ours, opId));`,
    replace: `ledger.generations.slice(ours.generations.length); void hasBegun;`,
  }),
  rare(
    91,
    mutant(
      "restore-named-late",
      "a restore names the place after the gateway's enrolment as what was left (it was once so)",
      1500,
      {
        file: GATEWAY_SEQUENCE,
        find: `return isRestore(control.act) ? [...enrolDrafts(found, ports), draft] : [draft];`,
        replace: `void isRestore; return [draft];`,
      },
      { file: ROOM, find: `, isRestore(act));`, replace: `); void isRestore;` },
    ),
  ),
  mutant(
    "acked-and-lost",
    "what a server that was put back had acknowledged is not sent again (it was once so)",
    3000,
    {
      file: WRITER,
      find: `item.state === "acked" && item.op.ctr > lastCtr`,
      replace: `item.state === "acked" && item.op.ctr > lastCtr + 1e9`,
    },
  ),
  mutant("scrub-keeps-clocks", "the clocks and claims of a scrubbed text stay", 300, {
    file: TEXT_UPDATE,
    find: `state.vector.clear(); state.claims.clear();`,
    replace: `void 0;`,
  }),
  rare(
    121,
    mutant(
      "scrub-unseen",
      "words about a text that was scrubbed are judged as if it were there (it was once so)",
      1500,
      {
        file: LEDGER,
        find: `op.seenSeq < this.#scrubSeq) return refused("behind");`,
        replace: `op.seenSeq < this.#scrubSeq && !op) return refused("behind");`,
      },
    ),
  ),
  mutant("left-behind-welcomed", "a client of the first release is sent a new beginning that it can't read", 1500, {
    file: GREETING,
    find: `return version < SNAPSHOT_VERSION &&`,
    replace: `return version < 0 &&`,
  }),
  mutant("state-hash-of-bytes", "two documents are compared by their bytes", 200, {
    file: STATE_HASH,
    find: `return sha256(writer.finish(), encodeUtf8(textOf(doc)));`,
    replace: `return sha256(Y.encodeStateAsUpdate(doc), encodeUtf8(textOf(doc)));`,
  }),
  mutant("divergence-shrugged-off", "a document that is not what the log makes stays", 300, {
    file: CHECKPOINTS,
    find: `if (!isSame) this.#replica.emit(`,
    replace: `if (!isSame && this.#making !== null) this.#replica.emit(`,
  }),
  mutant(
    "compared-while-giving-up",
    "a document that is about to go is taken for a divergence (it was once so)",
    1500,
    {
      file: CHECKPOINTS,
      find: `this.#writer.isIdle && this.#replica.problem === null`,
      replace: `this.#writer.isIdle`,
    },
  ),
  rare(
    700_000_362,
    mutant("answer-taken-for-a-fork", "a server that was restored is taken for one that lies (it was once so)", 500, {
      file: CHECKPOINTS,
      find: `this.#connection.reconnect();`,
      replace: `this.#connection.fork();`,
    }),
  ),
  mutant("compared-while-writing", "a document with unsent words is held against the server's", 200, {
    file: CHECKPOINTS,
    find: `this.#writer.isIdle && this.#replica.problem === null`,
    replace: `this.#replica.problem === null`,
  }),
  mutant("checkpoint-ahead-of-itself", "a checkpoint claims ops that its document lacks", 4000, {
    file: CHECKPOINTS,
    find: `this.#replica.store({ checkpoint: { ...making, document } }, null);`,
    replace: `const { ledger } = this.#replica;
      if (ledger !== null) this.#replica.store({ checkpoint: { at: ledger.head, ledger: ledger.save(), document } }, null);`,
  }),
];
