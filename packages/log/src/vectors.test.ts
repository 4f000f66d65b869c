// The golden vectors, built and read by this package (vectors/README.md).
import { fromBase64Url, fromHex, toHex } from "@reed/bytes";
import { ed25519, sha256, signerFromSeed } from "@reed/crypto";
import { describe, expect, it } from "vitest";
import certificates from "../../../vectors/certificates.json" with { type: "json" };
import chain from "../../../vectors/chain.json" with { type: "json" };
import grantLists from "../../../vectors/grants.json" with { type: "json" };
import ops from "../../../vectors/ops.json" with { type: "json" };
import snapshots from "../../../vectors/snapshots.json" with { type: "json" };
import { certificateMessage, decodeCertificate, encodeCertificate, encodeCertificatePayload } from "./certificate.ts";
import { extendChain } from "./chain.ts";
import { type Grant, hashGrants } from "./grants.ts";
import { noteIdBytes, parseNoteId } from "./ids.ts";
import { Ledger } from "./ledger.ts";
import { decodeOp, type OpType, prepareOp, sealEnvelope } from "./op.ts";
import { parsePrincipal, type Principal } from "./principal.ts";
import { decodeSnapshot, encodeSnapshot, verifySnapshot } from "./snapshot.ts";
import { verifyOp } from "./verify.ts";

const TYPES: readonly OpType[] = ["genesis", "data", "control", "enrol"];

function typeNamed(name: string): OpType {
  const type = TYPES.find((known) => known === name);
  if (type === undefined) throw new Error(`no op type ${name}`);
  return type;
}

function principalNamed(text: string): Principal {
  const principal = parsePrincipal(text);
  if (principal === null) throw new Error(`no principal ${text}`);
  return principal;
}

describe("golden ops", () => {
  it.each(ops.ops)("[L1] $name is built, signed and read to the byte", async (vector) => {
    const { type, docId, author, ctr, wallTimeUs, prev, acl, seenSeq, seenChain, body } = vector.fields;
    const fields = {
      type: typeNamed(type),
      docId: fromHex(docId),
      author: fromHex(author),
      ctr,
      wallTimeUs,
      prev: fromHex(prev),
      acl: fromHex(acl),
      seenSeq,
      seenChain: fromHex(seenChain),
      body: fromHex(body),
    };
    const unsigned = prepareOp(fields, sha256);
    expect(toHex(unsigned.header)).toBe(vector.header);
    expect(toHex(unsigned.opId)).toBe(vector.opId);
    const signature = await signerFromSeed(fromHex(vector.seed)).sign(unsigned.message);
    expect(toHex(signature)).toBe(vector.signature);
    expect(toHex(sealEnvelope(unsigned, signature))).toBe(vector.envelope);
    const op = decodeOp(fromHex(vector.envelope), sha256);
    expect(op).toMatchObject(fields);
    expect(await verifyOp(op, ed25519)).toBeNull();
  });

  it("[L39] make up a log with the golden chain", () => {
    const ledger = new Ledger(fromHex(chain.docId), { sha256, below: "refuse" });
    const rows = chain.positions.map(({ recvUs }, index) => {
      const op = decodeOp(fromHex(ops.ops[index]?.envelope ?? ""), sha256);
      const verdict = ledger.check(op, recvUs);
      if (verdict.type !== "accepted") throw new Error(`op ${index + 1} is ${verdict.type}`);
      return { ...ledger.append(op, verdict.effect, recvUs), recvUs, opId: op.opId };
    });
    expect(
      rows.map(({ seq, recvUs, opId, chain: value }) => ({ seq, recvUs, opId: toHex(opId), chain: toHex(value) })),
    ).toEqual(chain.positions);
  });

  it("[L13] name their note", () => {
    const noteId = parseNoteId(ops.noteId);
    expect(noteId === null ? null : toHex(noteIdBytes(noteId))).toBe(chain.docId.slice(0, 32));
    expect(toHex(fromBase64Url(ops.noteId))).toBe(ops.ops[0]?.opId.slice(0, 32));
  });
});

describe("golden values", () => {
  it("[L39] of the chain follow from each other", () => {
    let value = fromHex(chain.docId);
    for (const position of chain.positions) {
      value = extendChain(value, position.seq, fromHex(position.opId), position.recvUs, sha256);
      expect(toHex(value)).toBe(position.chain);
    }
  });

  it.each(certificates)("[L15] the certificate of a $name is built, signed and read to the byte", async (vector) => {
    const { device, principal, issuer, note, notBeforeUs, notAfterUs } = vector.fields;
    const fields = {
      device: fromHex(device),
      principal: principalNamed(principal),
      issuer: fromHex(issuer),
      note: note === null ? null : fromHex(note),
      notBeforeUs,
      notAfterUs,
    };
    const payload = encodeCertificatePayload(fields);
    expect(toHex(payload)).toBe(vector.payload);
    const signature = await signerFromSeed(fromHex(vector.issuerSeed)).sign(certificateMessage(payload));
    expect(toHex(encodeCertificate(payload, signature))).toBe(vector.certificate);
    expect(decodeCertificate(fromHex(vector.certificate))).toMatchObject(fields);
  });

  it.each(grantLists)("[L18] the hash of the list $name", (vector) => {
    const grants = vector.grants.map(({ principal, role, key, expiresUs }): [Principal, Grant] => {
      const known = principalNamed(principal);
      if (!(role === null || role === "owner" || role === "editor" || role === "viewer"))
        throw new Error(`no role ${role}`);
      return [known, { principal: known, role, key: key === null ? null : fromHex(key), expiresUs }];
    });
    expect(toHex(hashGrants(new Map(grants), sha256))).toBe(vector.hash);
  });
});

describe("golden ledgers", () => {
  it.each(snapshots.ledgers)("[L70][L71] $name is folded, saved and loaded to the byte", ({ docId, head, ledger }) => {
    const options = { sha256, below: "refuse" } as const;
    const fold = new Ledger(fromHex(docId), options);
    for (const row of snapshots.rows.slice(0, head.seq)) {
      const op = decodeOp(fromHex(row.envelope), sha256);
      const verdict = fold.check(op, row.recvUs);
      if (verdict.type !== "accepted") throw new Error(`op ${row.seq} is ${verdict.type}`);
      fold.append(op, verdict.effect, row.recvUs);
    }
    expect(toHex(fold.head.chain)).toBe(head.chain);
    expect(toHex(fold.save())).toBe(ledger);
    expect(toHex(Ledger.load(fromHex(ledger), options).save())).toBe(ledger);
  });
});

describe("a golden snapshot", () => {
  it("[L73][L74] is written, read and proven to the byte", async () => {
    const { noteId: name, at, stateHash, file, ...parts } = snapshots.snapshot;
    const bytes = {
      text: fromHex(parts.text),
      genesis: fromHex(parts.genesis),
      certificate: fromHex(parts.certificate),
      manifest: fromHex(parts.manifest),
      ledger: fromHex(parts.ledger),
      document: fromHex(parts.document),
    };
    expect(toHex(encodeSnapshot(bytes))).toBe(file);
    const noteId = parseNoteId(name);
    if (noteId === null) throw new Error(`no note id ${name}`);
    const { manifest } = await verifySnapshot(decodeSnapshot(fromHex(file)), noteId, { sha256, verifier: ed25519 });
    expect({ seq: manifest.at.seq, chain: toHex(manifest.at.chain) }).toEqual(at);
    expect(toHex(manifest.stateHash)).toBe(stateHash);
  });
});
