// A snapshot is the fold of the log up to one position, with the text and its document: what a newcomer begins from. It proves
// itself: its genesis hashes to the docId and names the platform key, that key certifies the gateway, the gateway signs the
// manifest, and the manifest hashes the parts (docs/spec/log.md, L73-L78). The signed op stands outside the log's chain.
import { DecodeError, encodeUtf8, equalBytes, isZero, Reader, Writer } from "@reed/bytes";
import { CborMap, decodeCbor, encodeCbor } from "./cbor.ts";
import { type Certificate, certificateMessage, decodeCertificate } from "./certificate.ts";
import type { Cursor } from "./chain.ts";
import { decodeGenesis } from "./genesis.ts";
import type { Sha256 } from "./hash.ts";
import { HASH_BYTES, type NoteId, noteIdBytes, noteIdOf } from "./ids.ts";
import { decodeLedgerState } from "./ledger-state.ts";
import { decodeOp, type Op, OpError, type OpFields } from "./op.ts";
import { GATEWAY } from "./principal.ts";
import type { Verifier } from "./signature.ts";
import { verifyOp } from "./verify.ts";

const MAGIC = encodeUtf8("RSN1");

export interface SnapshotParts {
  /** UTF-8: shown at once, before the document is loaded. */
  readonly text: Uint8Array;
  /** Ledger.save(). */
  readonly ledger: Uint8Array;
  /** The Yjs document, V2. */
  readonly document: Uint8Array;
}

export interface Manifest {
  /** The newest op that is folded in. */
  readonly at: Cursor;
  /** Canonical hash of the text's state, which any replica at `at` can check. */
  readonly stateHash: Uint8Array;
}

export interface Snapshot extends SnapshotParts {
  readonly manifest: Manifest;
  readonly docId: Uint8Array;
}

export interface SnapshotFile extends SnapshotParts {
  /** Envelope of the log's first op. */
  readonly genesis: Uint8Array;
  /** The gateway's certificate. */
  readonly certificate: Uint8Array;
  /** Envelope of the op that carries the manifest. */
  readonly manifest: Uint8Array;
}

/** form: not a snapshot. note: of another log. authority: not signed by this log's gateway. part: not what was signed. */
export type SnapshotFault = "form" | "note" | "authority" | "part";

export class SnapshotError extends Error {
  override readonly name = "SnapshotError";
  readonly code: SnapshotFault;

  constructor(code: SnapshotFault) {
    super(`not a snapshot of this note: ${code}`);
    this.code = code;
  }
}

/** The op that the gateway signs: outside its line (counter 0, no `prev`), at the position that it folds. */
export function snapshotFields(
  manifest: Manifest,
  parts: SnapshotParts,
  signer: { readonly docId: Uint8Array; readonly author: Uint8Array; readonly acl: Uint8Array; readonly nowUs: number },
  sha256: Sha256,
): OpFields {
  const body = encodeCbor({
    v: 1,
    seq: manifest.at.seq,
    chain: manifest.at.chain,
    state: manifest.stateHash,
    text: sha256(parts.text),
    ledger: sha256(parts.ledger),
    document: sha256(parts.document),
  });
  return {
    type: "snapshot",
    docId: signer.docId,
    author: signer.author,
    ctr: 0,
    wallTimeUs: signer.nowUs,
    prev: new Uint8Array(HASH_BYTES),
    acl: signer.acl,
    seenSeq: manifest.at.seq,
    seenChain: manifest.at.chain,
    body,
  };
}

/** Text first, so that it can be shown while the rest is still coming. */
export function encodeSnapshot(file: SnapshotFile): Uint8Array {
  const parts = [file.text, file.genesis, file.certificate, file.manifest, file.ledger, file.document];
  const writer = new Writer(parts.reduce((sum, part) => sum + part.length + 4, MAGIC.length)).bytes(MAGIC);
  for (const part of parts) writer.u32(part.length).bytes(part);
  return writer.finish();
}

/** The parts of `bytes`, none of them checked yet. Throws a SnapshotError. */
export function decodeSnapshot(bytes: Uint8Array): SnapshotFile {
  try {
    const reader = new Reader(bytes);
    if (!equalBytes(reader.bytes(MAGIC.length), MAGIC)) throw new SnapshotError("form");
    const part = (): Uint8Array => reader.bytes(reader.u32());
    const [text, genesis, certificate, manifest, ledger, document] = [part(), part(), part(), part(), part(), part()];
    reader.end();
    return { text, genesis, certificate, manifest, ledger, document };
  } catch (error) {
    throw asSnapshotError(error);
  }
}

/** `file`, with every link from the note's name to its parts proven. Throws a SnapshotError. */
export async function verifySnapshot(
  file: SnapshotFile,
  noteId: NoteId,
  { sha256, verifier }: { readonly sha256: Sha256; readonly verifier: Verifier },
): Promise<Snapshot> {
  try {
    const genesis = decodeOp(file.genesis, sha256);
    if (genesis.type !== "genesis" || noteIdOf(genesis.opId) !== noteId) throw new SnapshotError("note");
    if ((await verifyOp(genesis, verifier)) !== null) throw new SnapshotError("note");
    const op = decodeOp(file.manifest, sha256);
    if (!isManifestOp(op) || !equalBytes(op.docId, genesis.opId)) throw new SnapshotError("note");
    const certificate = decodeCertificate(file.certificate);
    const { platform } = decodeGenesis(genesis.body);
    if (!isGateway(certificate, op, platform, noteId)) throw new SnapshotError("authority");
    const message = certificateMessage(certificate.payload);
    const isCertified = verifier.keyOk(platform) && (await verifier.verify(platform, certificate.signature, message));
    if (!isCertified || (await verifyOp(op, verifier)) !== null) throw new SnapshotError("authority");
    return { ...readParts(op, file, sha256), docId: genesis.opId };
  } catch (error) {
    throw asSnapshotError(error);
  }
}

function isManifestOp(op: Op): boolean {
  return op.type === "snapshot" && op.ctr === 0 && isZero(op.prev);
}

function isGateway(certificate: Certificate, op: Op, platform: Uint8Array, noteId: NoteId): boolean {
  const isOfNote = certificate.note === null || equalBytes(certificate.note, noteIdBytes(noteId));
  const isCurrent = certificate.notBeforeUs <= op.wallTimeUs && op.wallTimeUs < certificate.notAfterUs;
  const isPlatforms = equalBytes(certificate.issuer, platform) && certificate.principal === GATEWAY;
  return isOfNote && isCurrent && isPlatforms && equalBytes(certificate.device, op.author);
}

function readParts(op: Op, { text, ledger, document }: SnapshotFile, sha256: Sha256): Omit<Snapshot, "docId"> {
  const map = new CborMap(decodeCbor(op.body), ["v", "seq", "chain", "state", "text", "ledger", "document"]);
  map.literal("v", 1);
  const at = { seq: map.integer("seq"), chain: map.bytes("chain", HASH_BYTES) };
  if (at.seq !== op.seenSeq || !equalBytes(at.chain, op.seenChain)) throw new SnapshotError("form");
  const isWhole =
    equalBytes(sha256(text), map.bytes("text")) &&
    equalBytes(sha256(ledger), map.bytes("ledger")) &&
    equalBytes(sha256(document), map.bytes("document"));
  if (!isWhole) throw new SnapshotError("part");
  const folded = decodeLedgerState(ledger);
  const isThere = folded.head.seq === at.seq && equalBytes(folded.head.chain, at.chain);
  if (!isThere || !equalBytes(folded.docId, op.docId)) throw new SnapshotError("form");
  return { manifest: { at, stateHash: map.bytes("state", HASH_BYTES) }, text, ledger, document };
}

function asSnapshotError(error: unknown): unknown {
  return error instanceof DecodeError || error instanceof OpError ? new SnapshotError("form") : error;
}
