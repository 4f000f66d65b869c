// A small world around one note for tests of the log: people with real keys, a platform that certifies them, and a log that
// they write by turns. Times and keys are fixed, so the same steps always give the same bytes (vectors/ is made from them).
import { ed25519, signerFromSeed, sha256 } from "@reed/crypto";
import * as Y from "yjs";
import { type Attribution, encodeAttributed } from "./attribution.ts";
import { encodeDataBody, TEXT_BUCKET } from "./body.ts";
import {
  certificateMessage,
  type CertificateFields,
  encodeCertificate,
  encodeCertificatePayload,
} from "./certificate.ts";
import type { Cursor } from "./chain.ts";
import { type ControlBody, encodeControl } from "./control.ts";
import { encodeEnrol } from "./enrol.ts";
import type { LedgerFault } from "./fault.ts";
import { encodeGenesis, type Scope } from "./genesis.ts";
import { changeGrants, type Grant, hashGrants } from "./grants.ts";
import { noteIdBytes, noteIdOf } from "./ids.ts";
import { Ledger } from "./ledger.ts";
import type { LogRow } from "./log-store.ts";
import { decodeOp, type Op, type OpFields, prepareOp, sealEnvelope } from "./op.ts";
import { GATEWAY, parsePrincipal, type Principal, userPrincipal } from "./principal.ts";
import type { Signer } from "./signature.ts";
import { verifyOp } from "./verify.ts";

export const ZERO_HASH = new Uint8Array(32);
/** 2026-01-01T00:00:00Z. */
export const START_US = 1_767_225_600_000_000;
export const SECOND_US = 1_000_000;

export interface Actor {
  readonly signer: Signer;
  readonly principal: Principal;
}

export const seedOf = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);

function person(byte: number): Actor {
  const digits = byte.toString(16).padStart(12, "0");
  return { signer: signerFromSeed(seedOf(byte)), principal: userPrincipal(`00000000-0000-4000-8000-${digits}`) };
}

export const PLATFORM: Signer = signerFromSeed(seedOf(1));
export const FOUNDER = person(3);
export const EDITOR = person(4);
export const VIEWER = person(5);
export const STRANGER = person(6);
export const SERVER: Actor = { signer: signerFromSeed(seedOf(2)), principal: GATEWAY };

export function linkNamed(text: string): Principal {
  const principal = parsePrincipal(`link:${text.padEnd(22, "A")}`);
  if (principal === null) throw new RangeError("not a link");
  return principal;
}

export const grantTo = (principal: Principal, role: Grant["role"], rest: Partial<Grant> = {}): Grant => ({
  principal,
  role,
  key: null,
  expiresUs: null,
  ...rest,
});

/** A certificate of the platform for `actor`, valid for a year around the start, but for `changes`. */
export async function certificateFor(
  actor: Actor,
  changes: Partial<CertificateFields> = {},
  issuer: Signer = PLATFORM,
): Promise<Uint8Array> {
  const payload = encodeCertificatePayload({
    device: actor.signer.publicKey,
    principal: actor.principal,
    issuer: issuer.publicKey,
    note: null,
    notBeforeUs: START_US - SECOND_US,
    notAfterUs: START_US + 365 * 24 * 3600 * SECOND_US,
    ...changes,
  });
  return encodeCertificate(payload, await issuer.sign(certificateMessage(payload)));
}

/** A Yjs V1 update by which the client `client` types `text` at the start of an empty document. */
export function typing(client: number, text: string): Uint8Array {
  const doc = new Y.Doc();
  doc.clientID = client;
  doc.getText("text").insert(0, text);
  return Y.encodeStateAsUpdate(doc);
}

export const textBody = (update: Uint8Array): Uint8Array => encodeDataBody({ bucket: TEXT_BUCKET, payload: update });

export async function sealed(fields: OpFields, signer: Signer): Promise<Op> {
  const unsigned = prepareOp(fields, sha256);
  return decodeOp(sealEnvelope(unsigned, await signer.sign(unsigned.message)), sha256);
}

export class World {
  readonly genesis: Op;
  readonly ledger: Ledger;
  readonly rows: LogRow[] = [];
  nowUs = START_US;

  private constructor(genesis: Op, ledger: Ledger) {
    this.genesis = genesis;
    this.ledger = ledger;
  }

  /** The same people around a log that somebody else keeps: for making ops that continue it. */
  static around(genesis: Op, ledger: Ledger): World {
    return new World(genesis, ledger);
  }

  /** A log without ops, and the genesis that it waits for. */
  static async empty(scope: Scope = "note"): Promise<World> {
    const entropy = new Uint8Array(16).fill(7);
    const body = encodeGenesis({ scope, mode: "open", platform: PLATFORM.publicKey, entropy });
    const genesis = await sealed({ ...genesisFields(FOUNDER.signer.publicKey), body }, FOUNDER.signer);
    return new World(genesis, new Ledger(genesis.opId, { sha256, below: "refuse" }));
  }

  /** Genesis, the founder's enrolment and the first control op; then the editor and the viewer are let in and enrol. */
  static async founded(): Promise<World> {
    const world = await World.empty();
    world.append(world.genesis);
    await world.enrol(FOUNDER);
    await world.change(FOUNDER, [grantTo(FOUNDER.principal, "owner")]);
    await world.change(FOUNDER, [grantTo(EDITOR.principal, "editor"), grantTo(VIEWER.principal, "viewer")]);
    await world.enrol(EDITOR);
    await world.enrol(VIEWER);
    return world;
  }

  get note(): Uint8Array {
    return noteIdBytes(noteIdOf(this.ledger.docId));
  }

  /** The op that `actor` would write next, but for `changes`. */
  async op(actor: Actor, type: OpFields["type"], body: Uint8Array, changes: Partial<OpFields> = {}): Promise<Op> {
    const author = this.ledger.author(actor.signer.publicKey);
    const { seq, chain } = this.ledger.head;
    const seenSeq = changes.seenSeq ?? seq;
    const fields: OpFields = {
      type,
      docId: this.ledger.docId,
      author: actor.signer.publicKey,
      ctr: (author?.ctr ?? 0) + 1,
      wallTimeUs: this.nowUs,
      prev: author?.opId ?? ZERO_HASH,
      acl: this.ledger.aclFor(actor.signer.publicKey, seenSeq),
      seenSeq,
      seenChain: chain,
      body,
    };
    return sealed({ ...fields, ...changes }, actor.signer);
  }

  typed(actor: Actor, client: number, text: string, changes: Partial<OpFields> = {}): Promise<Op> {
    return this.op(actor, "data", textBody(typing(client, text)), changes);
  }

  /** What the gateway writes for `attribution.by`. */
  typedFor(attribution: Attribution, client: number, text: string): Promise<Op> {
    return this.op(SERVER, "data", textBody(encodeAttributed(attribution, typing(client, text))));
  }

  control(changes: readonly Grant[], rest: Partial<ControlBody> = {}): Uint8Array {
    return encodeControl({
      counter: (this.ledger.control?.counter ?? 0) + 1,
      prevControl: this.ledger.control?.opId ?? null,
      changes,
      grantsHash: hashGrants(changeGrants(this.ledger.grants, changes), sha256),
      attribution: null,
      act: null,
      ...rest,
    });
  }

  async enrol(actor: Actor): Promise<Cursor> {
    return this.append(await this.op(actor, "enrol", encodeEnrol([await certificateFor(actor)])));
  }

  async change(actor: Actor, changes: readonly Grant[]): Promise<Cursor> {
    return this.append(await this.op(actor, "control", this.control(changes)));
  }

  /** What the log says to `op` now. */
  judge(op: Op): "accepted" | "duplicate" | LedgerFault {
    const verdict = this.ledger.check(op, this.nowUs);
    return verdict.type === "refused" ? verdict.fault : verdict.type;
  }

  /** Adds an op that must hold, and lets a second pass. */
  append(op: Op): Cursor {
    const verdict = this.ledger.check(op, this.nowUs);
    if (verdict.type !== "accepted") throw new Error(`not accepted: ${JSON.stringify(verdict)}`);
    const cursor = this.ledger.append(op, verdict.effect, this.nowUs);
    this.rows.push({ ...cursor, recvUs: this.nowUs, opId: op.opId, envelope: op.envelope });
    this.nowUs += SECOND_US;
    return cursor;
  }
}

export const signatureFaultOf = (op: Op) => verifyOp(op, ed25519);

export function genesisFields(author: Uint8Array): Omit<OpFields, "body"> {
  const zeros = { docId: ZERO_HASH, prev: ZERO_HASH, acl: ZERO_HASH, seenChain: ZERO_HASH };
  return { type: "genesis", author, ctr: 1, wallTimeUs: START_US, seenSeq: 0, ...zeros };
}
