export { type Attribution, encodeAttributed, type Via } from "./attribution.ts";
export type { AuthorState } from "./authors.ts";
export { type DataBody, decodeDataBody, encodeDataBody, TEXT_BUCKET } from "./body.ts";
export { type CborValue, CborMap, decodeCbor, encodeCbor } from "./cbor.ts";
export {
  type Certificate,
  type CertificateFields,
  certificateMessage,
  decodeCertificate,
  encodeCertificate,
  encodeCertificatePayload,
} from "./certificate.ts";
export { type Cursor, extendChain } from "./chain.ts";
export { type ControlBody, encodeControl, MAX_CHANGES } from "./control.ts";
export { encodeEnrol } from "./enrol.ts";
export { certifies } from "./enrol-rules.ts";
export type { LedgerFault } from "./fault.ts";
export { decodeGenesis, encodeGenesis, ENTROPY_BYTES, type GenesisBody } from "./genesis.ts";
export { changeGrants, type Grant, type Grants, hashGrants, roleOf } from "./grants.ts";
export type { Sha256 } from "./hash.ts";
export {
  HASH_BYTES,
  type Hex,
  hexKey,
  LINK_ID_BYTES,
  type LinkId,
  linkIdBytes,
  linkIdOf,
  type NoteId,
  NOTE_ID_BYTES,
  noteIdBytes,
  noteIdOf,
  parseHash,
  parseLinkId,
  parseNoteId,
} from "./ids.ts";
export { Ledger, MAX_CLOCK_AHEAD_US } from "./ledger.ts";
export { assertContinues, type LogRow, type LogStore, type SyncLogStore } from "./log-store.ts";
export { MemoryLogStore } from "./memory-log-store.ts";
export {
  decodeOp,
  HEADER_BYTES,
  MAX_BODY_BYTES,
  type Op,
  OpError,
  type OpFault,
  type OpFields,
  opIdOf,
  type OpType,
  prepareOp,
  sealEnvelope,
  SIGNATURE_BYTES,
  type UnsignedOp,
} from "./op.ts";
export { GATEWAY, isLinkPrincipal, parsePrincipal, type Principal, userPrincipal } from "./principal.ts";
export type { Signer, Verifier } from "./signature.ts";
export type { TextUpdateFault } from "./text-update.ts";
export type { Effect, Verdict } from "./verdict.ts";
export { type SignatureFault, verifyOp } from "./verify.ts";
