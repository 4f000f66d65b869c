// Beginning from a snapshot: a newcomer who has nothing, a device that was away for so long that the rows are gone, and one whose
// log is not the server's any more because the server was restored or the text scrubbed.
import { equalBytes } from "@reed/bytes";
import type { Ledger, Snapshot } from "@reed/log";
import { TEXT_BUCKET } from "@reed/log";
import type { Connection } from "./connection.ts";
import { RESTORED, type Replica } from "./replica.ts";
import type { Writer } from "./writer.ts";

/** first: there is nothing here yet. behind: what follows was folded away. parted: our cursor is not of the server's log. */
type Cause = "first" | "behind" | "parted";

export class Rejoining {
  readonly #replica: Replica;
  readonly #connection: Connection;
  readonly #writer: Writer;
  #cause: Cause | null = null;
  #hasAsked = false;
  /** Waits for the person, or for the shell to put the new document in place. */
  #next: { readonly snapshot: Snapshot; readonly ledger: Ledger; readonly beforeSeq: number } | null = null;

  constructor(replica: Replica, connection: Connection, writer: Writer) {
    this.#replica = replica;
    this.#connection = connection;
    this.#writer = writer;
  }

  /** Whether a snapshot should be asked for before the first socket. */
  get isNewcomer(): boolean {
    return this.#replica.ledger === null && !this.#hasAsked;
  }

  begin(cause: Cause): void {
    this.#cause = cause;
    this.#hasAsked = true;
    if (cause === "first") this.#replica.link.pause();
    else this.#connection.pause();
    this.#replica.emit({ type: "fetch_snapshot" });
  }

  fetched(snapshot: Snapshot | "none" | "unreached", chance: number, nowUs: number): void {
    const cause = this.#cause;
    this.#cause = null;
    if (cause === null) return;
    if (typeof snapshot === "string") return this.#without(snapshot, cause, chance, nowUs);
    const ledger = this.#replica.loadLedger(snapshot.ledger);
    const ours = this.#replica.ledger;
    if (ours !== null && !equalBytes(ours.docId, ledger.docId)) return this.#connection.fork();
    if (ours === null) return this.#adopt(snapshot, ledger);
    const later = ledger.generations.filter(({ opId }) => !hasBegun(ours, opId));
    if (cause === "parted") {
      const lost = later.find(({ reason, from }) => reason === "restored" && isAt(ours, from.seq, from.chain));
      return lost === undefined ? this.#connection.fork() : this.#offer(snapshot, ledger, lost.from.seq);
    }
    if (later.some(({ reason }) => reason === "scrub"))
      return this.#rebase({ snapshot, ledger, beforeSeq: ours.head.seq });
    if (ledger.head.seq <= ours.head.seq) return this.#later(chance, nowUs);
    this.#adopt(snapshot, ledger);
  }

  #without(why: "none" | "unreached", cause: Cause, chance: number, nowUs: number): void {
    if (cause === "first") return this.#replica.link.resume();
    // A server that began anew has a snapshot of where it begins.
    if (cause === "parted" && why === "none") return this.#connection.fork();
    this.#later(chance, nowUs);
  }

  confirmed(): void {
    if (this.#next === null || this.#replica.problem !== RESTORED) return;
    this.#replica.problem = null;
    this.#rebase(this.#next);
  }

  /** The new document is in place; `update` is what this device adds to it. */
  rebased(id: number, update: Uint8Array | null, nowUs: number): void {
    const next = this.#next;
    this.#next = null;
    if (next === null) return;
    const replica = this.#replica;
    const abandoned = this.#writer.abandonTextAfter(lastCtrOf(replica, next.ledger));
    const entry = update === null ? undefined : { id, bucket: TEXT_BUCKET, payload: update };
    const { snapshot, ledger } = next;
    this.#takeOver(ledger);
    replica.store({ ...abandoned, dropRows: true, checkpoint: checkpointOf(snapshot), addOutbox: entry }, () => {
      if (entry !== undefined) replica.outbox.markStored(entry.id);
    });
    if (entry !== undefined) replica.outbox.add(entry, nowUs);
    replica.link.resume();
    replica.emit({ type: "buckets" }, { type: "status" });
  }

  /** Nothing is lost before the person has read that something was. */
  #offer(snapshot: Snapshot, ledger: Ledger, beforeSeq: number): void {
    this.#next = { snapshot, ledger, beforeSeq };
    this.#replica.problem = RESTORED;
    this.#replica.emit({ type: "status" });
  }

  #rebase(next: { readonly snapshot: Snapshot; readonly ledger: Ledger; readonly beforeSeq: number }): void {
    this.#next = next;
    this.#replica.emit({ type: "rebase", snapshot: next.snapshot, beforeSeq: next.beforeSeq });
  }

  /** The snapshot holds all that we have read, and more. */
  #adopt(snapshot: Snapshot, ledger: Ledger): void {
    const replica = this.#replica;
    const lastCtr = lastCtrOf(replica, ledger);
    const removeInFlight = replica.inFlight.filter(({ op }) => op.ctr <= lastCtr).map(({ key }) => key);
    // The log may have the rest, after the snapshot: only the server can tell, so they are sent again as they are.
    replica.inFlight = replica.inFlight.filter(({ op }) => op.ctr > lastCtr);
    this.#takeOver(ledger);
    replica.store({ checkpoint: checkpointOf(snapshot), removeInFlight }, null);
    replica.emit({ type: "load", snapshot }, { type: "buckets" }, { type: "status" });
    replica.link.resume();
  }

  #takeOver(ledger: Ledger): void {
    const replica = this.#replica;
    replica.ledger = ledger;
    replica.checkpointSeq = ledger.head.seq;
    replica.raiseCtr(lastCtrOf(replica, ledger));
  }

  #later(chance: number, nowUs: number): void {
    this.#replica.link.ended(null, chance, nowUs);
    this.#replica.emit({ type: "status" });
  }
}

/** The counter of the newest op of this device that `ledger` holds; 0 for none. */
function lastCtrOf({ options }: Replica, ledger: Ledger): number {
  return ledger.author(options.device)?.ctr ?? 0;
}

function hasBegun({ generations }: Ledger, opId: Uint8Array): boolean {
  return generations.some((generation) => equalBytes(generation.opId, opId));
}

/** Whether `ours` went through that position; what lies below its base can't be denied any more. */
function isAt(ours: Ledger, seq: number, chain: Uint8Array): boolean {
  if (seq > ours.head.seq) return false;
  const known = ours.chainAt(seq);
  return known === null || equalBytes(known, chain);
}

function checkpointOf({ manifest, ledger, document }: Snapshot) {
  return { at: manifest.at, ledger, document };
}
