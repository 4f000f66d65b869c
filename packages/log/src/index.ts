export { type Attribution, decodeAttributed, encodeAttributed, type Via } from "./attribution.ts";
export type { AuthorState, Enrolment } from "./authors.ts";
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
export {
  type ControlAct,
  type ControlBody,
  decodeControl,
  encodeControl,
  type GenerationReason,
  isScrub,
  MAX_CHANGES,
} from "./control.ts";
export type { Generation } from "./control-line.ts";
export { COMPACT_REACH, type CompactOp, compactOp, type CompactPlace, restoreOp } from "./compact-op.ts";
export { encodeEnrol } from "./enrol.ts";
export { certifies } from "./enrol-rules.ts";
export type { LedgerFault } from "./fault.ts";
export { decodeGenesis, encodeGenesis, ENTROPY_BYTES, type GenesisBody, type Scope } from "./genesis.ts";
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
export { Ledger, type LedgerOptions, MAX_CLOCK_AHEAD_US } from "./ledger.ts";
export { assertContinues, countDropped, type LogRow, type LogStore, type SyncLogStore } from "./log-store.ts";
export { MemoryLogStore } from "./memory-log-store.ts";
export {
  decodeOp,
  HEADER_BYTES,
  MAX_BODY_BYTES,
  type Op,
  OpError,
  type OpFault,
  type OpFields,
  openChecked,
  opIdOf,
  type OpType,
  prepareOp,
  sealEnvelope,
  SIGNATURE_BYTES,
  type UnsignedOp,
} from "./op.ts";
export {
  channelIdOf,
  channelPrincipal,
  GATEWAY,
  isLinkPrincipal,
  parsePrincipal,
  type Principal,
  userIdOf,
  userPrincipal,
} from "./principal.ts";
export {
  META_BUCKET,
  NOTE_COLORS,
  noteRegisters,
  type NoteRegisters,
  type NoteRegisterWrites,
  PREVIEW_LEVELS,
} from "./registers/note-registers.ts";
export type { RegisterState } from "./registers/cells.ts";
export {
  decodePayload as decodeRegisterPayload,
  encodePayload as encodeRegisterPayload,
  type RegisterPayload,
} from "./registers/payload.ts";
export { privateRegisters, type PrivateRegisters, type PrivateRegisterWrites } from "./registers/private-registers.ts";
export { ReadingPlace } from "./reading-place.ts";
export { isAhead } from "./scope-reducers.ts";
export { type BucketEntry, foldEntries, type Judged, type Reducer } from "./reducer.ts";
export type { Signer, Verifier } from "./signature.ts";
export {
  decodeSnapshot,
  encodeSnapshot,
  type Manifest,
  type Snapshot,
  SnapshotError,
  type SnapshotFault,
  type SnapshotFile,
  snapshotFields,
  type SnapshotParts,
  verifySnapshot,
} from "./snapshot.ts";
export {
  decodeTombstone,
  encodeTombstone,
  encodeTombstonePayload,
  type Tombstone,
  tombstoneMessage,
} from "./tombstone.ts";
export type { TextUpdateFault } from "./text-update.ts";
export type { DataEffect, Effect, Verdict } from "./verdict.ts";
export { type SignatureFault, verifyOp } from "./verify.ts";
