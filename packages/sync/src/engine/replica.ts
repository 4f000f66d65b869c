// What the parts of the engine share: what this device knows and has of the note, the effects of the current step, and who waits
// for which answer of the shell.
import type { Role } from "@reed/access";
import { Ledger, type NoteId, type Op, type Sha256, type SignatureFault } from "@reed/log";
import type { Welcome } from "@reed/protocol";
import type { EngineEffect, StoreChange } from "./effect.ts";
import type { InFlightOp } from "./in-flight.ts";
import { Link } from "./link.ts";
import type { Outbox } from "./outbox.ts";

export interface EngineOptions {
  readonly noteId: NoteId;
  /** Raw public key of this device. */
  readonly device: Uint8Array;
  readonly sha256: Sha256;
  /** Y.mergeUpdates: several updates as one. */
  readonly mergeUpdates: (updates: readonly Uint8Array[]) => Uint8Array;
  /** The versions of the wire that this replica speaks; all that it knows where nothing is said. */
  readonly wire?: { readonly lowest: number; readonly highest: number } | undefined;
  /** Rows that the device keeps before it folds them: CHECKPOINT_OPS. */
  readonly checkpointOps?: number | undefined;
  /** How many bytes of deliveries a RECEIPT is given for at the latest: RECEIPT_EVERY_BYTES. */
  readonly receiptEveryBytes?: number | undefined;
}

/** What this device may not say to itself: the log it has is not the log the server has. */
export const FORKED = "forked";
/** The server lost part of the log; the person is told before this device goes on with what is left. */
export const RESTORED = "restored";

/** As many are live as the server takes: this one reads what is new at each try. */
export const CROWDED = "too_crowded";

export class Replica {
  readonly options: EngineOptions;
  readonly outbox: Outbox;
  readonly link = new Link();
  readonly peers = new Map<number, Uint8Array>();
  ledger: Ledger | null;
  inFlight: InFlightOp[] = [];
  ctr: number;
  role: Role | null;
  /** Up to here the device keeps a checkpoint and no rows. */
  checkpointSeq: number;
  problem: string | null = null;
  /** Compact ops did not hold here: from now on they are asked for whole. */
  wantsWholeOps = false;
  welcome: Welcome | null = null;
  clockOffsetUs = 0;
  certificates: readonly Uint8Array[] = [];
  presence: Uint8Array = new Uint8Array();
  #nextToken = 1;
  #effects: EngineEffect[] = [];
  readonly #onSigned: ((signatures: readonly Uint8Array[], nowUs: number) => void)[] = [];
  readonly #onVerified: ((faults: readonly (SignatureFault | null)[], nowUs: number) => void)[] = [];
  readonly #onStored = new Map<number, (nowUs: number) => void>();

  constructor(
    options: EngineOptions,
    outbox: Outbox,
    known: {
      readonly ledger: Ledger | null;
      readonly ctr: number;
      readonly role: Role | null;
      readonly checkpointSeq: number;
    },
  ) {
    this.options = options;
    this.outbox = outbox;
    this.ledger = known.ledger;
    this.ctr = known.ctr;
    this.role = known.role;
    this.checkpointSeq = known.checkpointSeq;
  }

  get headSeq(): number {
    return this.ledger?.head.seq ?? 0;
  }

  newLedger(docId: Uint8Array): Ledger {
    return new Ledger(docId, { sha256: this.options.sha256, below: "trust" });
  }

  loadLedger(saved: Uint8Array): Ledger {
    return Ledger.load(saved, { sha256: this.options.sha256, below: "trust" });
  }

  emit(...effects: readonly EngineEffect[]): void {
    this.#effects.push(...effects);
  }

  takeEffects(): readonly EngineEffect[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  store(change: StoreChange, then: ((nowUs: number) => void) | null): void {
    const token = then === null ? null : this.#nextToken++;
    if (token !== null && then !== null) this.#onStored.set(token, then);
    this.emit({ type: "store", change, token, isStrict: change.rows === undefined });
  }

  stored(token: number, nowUs: number): void {
    const resume = this.#onStored.get(token);
    this.#onStored.delete(token);
    resume?.(nowUs);
  }

  sign(messages: readonly Uint8Array[], then: (signatures: readonly Uint8Array[], nowUs: number) => void): void {
    this.emit({ type: "sign", messages });
    this.#onSigned.push(then);
  }

  signed(signatures: readonly Uint8Array[], nowUs: number): void {
    this.#onSigned.shift()?.(signatures, nowUs);
  }

  verify(ops: readonly Op[], then: (faults: readonly (SignatureFault | null)[], nowUs: number) => void): void {
    this.emit({ type: "verify", ops });
    this.#onVerified.push(then);
  }

  verified(faults: readonly (SignatureFault | null)[], nowUs: number): void {
    this.#onVerified.shift()?.(faults, nowUs);
  }

  /** Raises the counter to one that is known to have been used. */
  raiseCtr(ctr: number): void {
    if (ctr <= this.ctr) return;
    this.ctr = ctr;
    this.store({ ctr }, null);
  }
}
