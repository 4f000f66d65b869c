// The line of control ops as far as a log must remember it: the grants that it leads to, its newest op, those after the base of
// the positions in memory (an author names the newest one in its past), and what else control ops have set.
import { CborMap, type CborValue } from "./cbor.ts";
import { type ControlPosition, readControlPosition } from "./authors.ts";
import type { ControlBody, GenerationReason } from "./control.ts";
import { GENERATION_REASONS, readGrant } from "./control.ts";
import type { Cursor } from "./chain.ts";
import { changeGrants, grantToCbor, type Grants } from "./grants.ts";
import { HASH_BYTES } from "./ids.ts";
import { DecodeError } from "@reed/bytes";

/** A new beginning of the log, made by the control op at `seq`. */
export interface Generation {
  readonly seq: number;
  /** Of that control op: a server that is put back to one place twice makes two different beginnings there. */
  readonly opId: Uint8Array;
  readonly from: Cursor;
  readonly reason: GenerationReason;
}

const MAX_LIST = Number.MAX_SAFE_INTEGER;

export class ControlLine {
  #positions: ControlPosition[] = [];
  #counter = 0;
  #grants: Grants = new Map();
  #generations: readonly Generation[] = [];
  #isCompliant = false;

  get grants(): Grants {
    return this.#grants;
  }

  get generations(): readonly Generation[] {
    return this.#generations;
  }

  get isCompliant(): boolean {
    return this.#isCompliant;
  }

  /** The newest control op and its number; null before the first. */
  get newest(): (ControlPosition & { readonly counter: number }) | null {
    const newest = this.#positions.at(-1);
    return newest === undefined ? null : { ...newest, counter: this.#counter };
  }

  /** The newest control op at or below `seq`. */
  newestAt(seq: number): ControlPosition | null {
    return this.#positions.findLast((position) => position.seq <= seq) ?? null;
  }

  push(position: ControlPosition, body: ControlBody): void {
    this.#positions.push(position);
    this.#counter = body.counter;
    this.#grants = changeGrants(this.#grants, body.changes);
    if (body.act?.type === "compliance") this.#isCompliant = body.act.isOn;
    if (body.act?.type === "generation") {
      const { from, reason } = body.act;
      this.#generations = [...this.#generations, { ...position, from, reason }];
    }
  }

  /** Forgets the control ops that nobody can name as the newest in a past that reaches `baseSeq`. */
  trimTo(baseSeq: number): void {
    const newest = this.#positions.findLastIndex(({ seq }) => seq <= baseSeq);
    if (newest > 0) this.#positions = this.#positions.slice(newest);
  }

  save(): CborValue {
    const newest = this.newest;
    return {
      newest: newest === null ? null : { seq: newest.seq, op: newest.opId },
      counter: this.#counter,
      grants: [...this.#grants.values()].map(grantToCbor),
      generations: this.#generations.map(generationToCbor),
      compliant: this.#isCompliant,
    };
  }

  /** Throws a DecodeError. */
  static load(saved: unknown): ControlLine {
    const map = new CborMap(saved, ["newest", "counter", "grants", "generations", "compliant"]);
    const line = new ControlLine();
    const newest = map.mapOrNull("newest", ["seq", "op"], readControlPosition);
    if (newest !== null) line.#positions = [newest];
    line.#counter = map.integer("counter");
    line.#grants = changeGrants(new Map(), map.list("grants", MAX_LIST).map(readGrant));
    line.#generations = map.list("generations", MAX_LIST).map(readGeneration);
    line.#isCompliant = map.bool("compliant");
    return line;
  }
}

function generationToCbor({ seq, opId, from, reason }: Generation): CborValue {
  return { seq, op: opId, at: from.seq, chain: from.chain, reason };
}

function readGeneration(value: unknown): Generation {
  const map = new CborMap(value, ["seq", "op", "at", "chain", "reason"]);
  const reason = GENERATION_REASONS.find((known) => known === map.text("reason", 16));
  if (reason === undefined) throw new DecodeError("form", 0, "reason");
  const from = { seq: map.integer("at"), chain: map.bytes("chain", HASH_BYTES) };
  return { seq: map.integer("seq"), opId: map.bytes("op", HASH_BYTES), from, reason };
}
