// What a log knows of each device that wrote into it: where its line of ops stands, for whom it acts and by which certificates.
// This is the devices table of a snapshot: from it a newcomer can verify every author.
import { maxRole, type Role } from "@reed/access";
import { compareBytes, DecodeError } from "@reed/bytes";
import { type CborValue, CborMap } from "./cbor.ts";
import { type Grants, roleOf } from "./grants.ts";
import { HASH_BYTES, type Hex, hexKey } from "./ids.ts";
import { readPrincipal } from "./kept-bucket.ts";
import type { Op } from "./op.ts";
import type { Principal } from "./principal.ts";

export interface Enrolment {
  readonly principal: Principal;
  /** The certificate that proved it, as it was enrolled. */
  readonly certificate: Uint8Array;
}

export interface AuthorState {
  readonly ctr: number;
  readonly opId: Uint8Array;
  readonly wallTimeUs: number;
  /** For whom the device acts, by its enrol ops. */
  readonly principals: readonly Principal[];
  readonly enrolments: readonly Enrolment[];
  /** The device's own newest control op. */
  readonly control: ControlPosition | null;
}

export interface ControlPosition {
  readonly seq: number;
  readonly opId: Uint8Array;
}

/** Principals of one device: each is in every snapshot, and in every entry that the device adds to a kept bucket. */
export const MAX_ENROLMENTS = 64;

/** The first four bytes of a key: they name it among the devices of one log, as long as no other begins with them. */
export function shortKeyOf(device: Uint8Array): number {
  return new DataView(device.buffer, device.byteOffset, device.length).getUint32(0);
}

export class Authors {
  readonly #states = new Map<Hex, { readonly device: Uint8Array; readonly state: AuthorState }>();
  /** null where two keys begin like that. */
  readonly #byShortKey = new Map<number, Uint8Array | null>();

  get(device: Uint8Array): AuthorState | null {
    return this.#states.get(hexKey(device))?.state ?? null;
  }

  /** The one device with this short key; null where there is none, or more than one. */
  named(shortKey: number): Uint8Array | null {
    return this.#byShortKey.get(shortKey) ?? null;
  }

  /** Moves the author of `op` past it; `added`: what an enrol op proved, `control`: where the op stands if it is a control op. */
  advance(op: Op, added: Enrolment | null, control: ControlPosition | null): void {
    const before = this.get(op.author);
    const known = before?.enrolments ?? [];
    const isNew = added !== null && !known.some(({ principal }) => principal === added.principal);
    const enrolments = isNew ? [...known, added] : known;
    const state = {
      ctr: op.ctr,
      opId: op.opId,
      wallTimeUs: op.wallTimeUs,
      principals: isNew ? enrolments.map(({ principal }) => principal) : (before?.principals ?? []),
      enrolments,
      control: control ?? before?.control ?? null,
    };
    this.#set(this.#states.get(hexKey(op.author))?.device ?? op.author.slice(), state);
  }

  #set(device: Uint8Array, state: AuthorState): void {
    const key = hexKey(device);
    if (!this.#states.has(key)) {
      const shortKey = shortKeyOf(device);
      this.#byShortKey.set(shortKey, this.#byShortKey.has(shortKey) ? null : device);
    }
    this.#states.set(key, { device, state });
  }

  /** One row a device, by its key. */
  save(): CborValue {
    return [...this.#states.values()]
      .toSorted((a, b) => compareBytes(a.device, b.device))
      .map(({ device, state }) => ({
        device,
        ctr: state.ctr,
        op: state.opId,
        wall: state.wallTimeUs,
        enrolments: state.enrolments.map(({ principal, certificate }) => ({ principal, certificate })),
        control: state.control === null ? null : { seq: state.control.seq, op: state.control.opId },
      }));
  }

  /** Throws a DecodeError. */
  static load(saved: unknown): Authors {
    if (!Array.isArray(saved)) throw new DecodeError("form", 0, "authors");
    const authors = new Authors();
    for (const row of saved) {
      const map = new CborMap(row, ["device", "ctr", "op", "wall", "enrolments", "control"]);
      const device = map.bytes("device", HASH_BYTES);
      const enrolments = map.list("enrolments", MAX_ENROLMENTS).map(readEnrolment);
      const state = {
        ctr: map.integer("ctr"),
        opId: map.bytes("op", HASH_BYTES),
        wallTimeUs: map.integer("wall"),
        principals: enrolments.map(({ principal }) => principal),
        enrolments,
        control: map.mapOrNull("control", ["seq", "op"], readControlPosition),
      };
      authors.#set(device, state);
    }
    return authors;
  }
}

export function readControlPosition(map: CborMap): ControlPosition {
  return { seq: map.integer("seq"), opId: map.bytes("op", HASH_BYTES) };
}

function readEnrolment(value: unknown): Enrolment {
  const map = new CborMap(value, ["principal", "certificate"]);
  return { principal: readPrincipal(map.text("principal", 64)), certificate: map.bytes("certificate") };
}

/** The highest role of `principals` at `atUs`. */
export function roleOfAny(grants: Grants, principals: readonly Principal[], atUs: number): Role | null {
  return principals.reduce<Role | null>((best, principal) => maxRole(best, roleOf(grants, principal, atUs)), null);
}
