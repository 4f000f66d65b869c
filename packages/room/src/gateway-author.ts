// The server as an author: it signs for callers that hold no key. It enrols itself in a log when it first writes there.
import {
  type Attribution,
  changeGrants,
  type ControlAct,
  type Cursor,
  encodeControl,
  encodeEnrol,
  type GenerationReason,
  type Grant,
  hashGrants,
  type Ledger,
  type OpFields,
  type OpType,
  prepareOp,
  sealEnvelope,
  type Sha256,
  type UnsignedOp,
} from "@reed/log";
import type { Gateway, RoomPorts } from "./ports.ts";

/** What a control op does besides changing grants. A generation continues the position that the room finds. */
export type Act =
  | { readonly type: "generation"; readonly reason: GenerationReason }
  | { readonly type: "compliance"; readonly isOn: boolean };

export function isRestore(act: Act | null): boolean {
  return act?.type === "generation" && act.reason === "restored";
}

export interface Control {
  readonly changes: readonly Grant[];
  readonly act: Act | null;
  readonly attribution: Attribution;
}

/**
 * The next op of the gateway in this log, signed. Call it inside the room's queue, and append before anything else runs. `seen`:
 * the position that it countersigns, the newest unless stated.
 */
export async function signGatewayOp(
  type: OpType,
  body: Uint8Array,
  ledger: Ledger,
  ports: RoomPorts,
  seen: Cursor = ledger.head,
): Promise<Uint8Array> {
  return sealWith(prepareOp(gatewayFields(type, body, ledger, ports, seen), ports.sha256), ports);
}

export function isGatewayEnrolled(ledger: Ledger, { signer }: Gateway): boolean {
  return (ledger.author(signer.publicKey)?.principals.length ?? 0) > 0;
}

/** The op by which the gateway enrols, or null where it has. */
export async function signGatewayEnrol(ledger: Ledger, ports: RoomPorts): Promise<Uint8Array | null> {
  if (isGatewayEnrolled(ledger, ports.gateway)) return null;
  return signGatewayOp("enrol", encodeEnrol([ports.gateway.certificate]), ledger, ports);
}

/** Body of the control op that comes next in this log. `from`: what a generation continues, the head unless stated. */
export function nextControl(
  { changes, act, attribution }: Control,
  ledger: Ledger,
  sha256: Sha256,
  from: Cursor = ledger.head,
): Uint8Array {
  return encodeControl({
    counter: (ledger.control?.counter ?? 0) + 1,
    prevControl: ledger.control?.opId ?? null,
    changes,
    grantsHash: hashGrants(changeGrants(ledger.grants, changes), sha256),
    attribution,
    act: act === null ? null : actAt(act, from),
  });
}

function actAt(act: Act, from: Cursor): ControlAct {
  return act.type === "generation" ? { ...act, from } : act;
}

function gatewayFields(
  type: OpType,
  body: Uint8Array,
  ledger: Ledger,
  ports: RoomPorts,
  { seq, chain }: Cursor,
): OpFields {
  const author = ports.gateway.signer.publicKey;
  const last = ledger.author(author);
  const nowUs = ports.nowUs();
  return {
    type,
    docId: ledger.docId,
    author,
    ctr: Math.max((last?.ctr ?? 0) + 1, nowUs),
    // Past every clock in the log, so that a register written here wins over one that a fast clock has left (registers.md R17).
    wallTimeUs: Math.max((last?.wallTimeUs ?? 0) + 1, nowUs, ledger.newestWallUs + 1),
    prev: last?.opId ?? new Uint8Array(32),
    acl: ledger.aclFor(author, seq),
    seenSeq: seq,
    seenChain: chain,
    body,
  };
}

async function sealWith(unsigned: UnsignedOp, ports: RoomPorts): Promise<Uint8Array> {
  return sealEnvelope(unsigned, await ports.gateway.signer.sign(unsigned.message));
}
