// The server as an author: it signs for callers that hold no key. It enrols itself in a log when it first writes there.
import {
  encodeEnrol,
  type Ledger,
  type OpFields,
  type OpType,
  prepareOp,
  sealEnvelope,
  type UnsignedOp,
} from "@reed/log";
import type { RoomPorts } from "./ports.ts";

/** The next op of the gateway in this log, signed. Call it inside the room's queue, and append before anything else runs. */
export async function signGatewayOp(
  type: OpType,
  body: Uint8Array,
  ledger: Ledger,
  ports: RoomPorts,
): Promise<Uint8Array> {
  return sealWith(prepareOp(gatewayFields(type, body, ledger, ports), ports.sha256), ports);
}

/** The op by which the gateway enrols, or null where it has. */
export async function signGatewayEnrol(ledger: Ledger, ports: RoomPorts): Promise<Uint8Array | null> {
  const author = ledger.author(ports.gateway.signer.publicKey);
  if (author !== null && author.principals.length > 0) return null;
  return signGatewayOp("enrol", encodeEnrol([ports.gateway.certificate]), ledger, ports);
}

function gatewayFields(type: OpType, body: Uint8Array, ledger: Ledger, ports: RoomPorts): OpFields {
  const author = ports.gateway.signer.publicKey;
  const last = ledger.author(author);
  const { seq, chain } = ledger.head;
  const nowUs = ports.nowUs();
  return {
    type,
    docId: ledger.docId,
    author,
    ctr: Math.max((last?.ctr ?? 0) + 1, nowUs),
    wallTimeUs: Math.max((last?.wallTimeUs ?? 0) + 1, nowUs),
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
