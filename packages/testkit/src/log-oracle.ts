// A second opinion on the server's log, row by row as it is committed, that shares no rule with the code it judges: the chain by
// hand, permissions as a table, the text as whatever Yjs makes of it.
import { hash } from "node:crypto";
import { equalBytes, toHex } from "@reed/bytes";
import { CborMap, decodeCbor, decodeCertificate, decodeDataBody, decodeOp, type LogRow, type Op } from "@reed/log";
import * as Y from "yjs";
import { fakeVerify, sha256 } from "./keys.ts";
import { assertThat } from "./violation.ts";

export const TEXT_NAME = "text";
const CHAIN_LABEL = Buffer.from("reed/log/v1\0");
const SIGNATURE_LABEL = Buffer.from("reed/op-sig/v1\0");

interface Author {
  ctr: number;
  opId: string;
  readonly principals: Set<string>;
}

export class LogOracle {
  readonly doc = new Y.Doc();
  readonly rows: LogRow[] = [];
  readonly #docId: Uint8Array;
  readonly #seqs = new Map<string, number>();
  readonly #authors = new Map<string, Author>();
  readonly #roles = new Map<string, string | null>();
  readonly #losers = new Set<string>();
  readonly #changedAt = new Map<string, number>();
  readonly #controls: { readonly seq: number; readonly opId: Uint8Array }[] = [];

  constructor(docId: Uint8Array) {
    this.#docId = docId;
  }

  get headSeq(): number {
    return this.rows.length;
  }

  get text(): string {
    return this.doc.getText(TEXT_NAME).toString();
  }

  chainAt(seq: number): Uint8Array | null {
    return seq === 0 ? this.#docId : (this.rows[seq - 1]?.chain ?? null);
  }

  seqOf(opId: Uint8Array): number | null {
    return this.#seqs.get(toHex(opId)) ?? null;
  }

  clockOf(client: number): number {
    return Y.getState(this.doc.store, client);
  }

  /** Whether `updates` say nothing that the text of the log does not hold. */
  holds(updates: readonly Uint8Array[]): boolean {
    const copy = new Y.Doc();
    Y.applyUpdate(copy, Y.encodeStateAsUpdate(this.doc));
    const before = Y.snapshot(copy);
    for (const update of updates) Y.applyUpdate(copy, update);
    const { pendingStructs, pendingDs } = copy.store;
    const isHeld = pendingStructs === null && pendingDs === null && Y.equalSnapshots(before, Y.snapshot(copy));
    copy.destroy();
    return isHeld;
  }

  roleOf(principal: string): string | null {
    return this.#roles.get(principal) ?? null;
  }

  /** The position of the newest op that changed what `principal` may do; 0 for none. */
  changedAt(principal: string): number {
    return this.#changedAt.get(principal) ?? 0;
  }

  /** Whether there was ever a moment at which `principal`, having had a grant, could not write. */
  hasLost(principal: string): boolean {
    return this.#losers.has(principal);
  }

  /** What the log has of a device. */
  author(device: Uint8Array): Readonly<Author> | null {
    return this.#authors.get(toHex(device)) ?? null;
  }

  /** The newest control op; null before the first. */
  get control(): { readonly seq: number; readonly opId: Uint8Array } | null {
    return this.#controls.at(-1) ?? null;
  }

  add(row: LogRow): void {
    const op = decodeOp(row.envelope, sha256);
    const name = `row ${row.seq}, ${op.type}`;
    this.#addPlace(row, op, name);
    if (op.type !== "genesis") this.#assertLine(op, name);
    this.#do(op, row.seq, name);
    const author = this.#authors.get(toHex(op.author)) ?? { ctr: 0, opId: "", principals: new Set<string>() };
    author.ctr = op.ctr;
    author.opId = toHex(op.opId);
    this.#authors.set(toHex(op.author), author);
  }

  #addPlace(row: LogRow, op: Op, name: string): void {
    assertThat(row.seq === this.rows.length + 1, "the log is dense", () => name);
    const chain = this.#nextChain(row);
    assertThat(equalBytes(chain, row.chain), "the chain is the hash of the log", () => name);
    assertThat(equalBytes(op.opId, row.opId), "a row is named by its op", () => name);
    assertThat(!this.#seqs.has(toHex(row.opId)), "no op is in the log twice", () => name);
    const message = Buffer.concat([SIGNATURE_LABEL, op.header]);
    assertThat(fakeVerify(op.author, op.signature, message), "every op in the log is signed by its author", () => name);
    this.#seqs.set(toHex(row.opId), row.seq);
    this.rows.push(row);
  }

  #nextChain(row: LogRow): Uint8Array {
    const numbers = [row.seq, row.recvUs].map((value) => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64BE(BigInt(value));
      return bytes;
    });
    const before = this.chainAt(row.seq - 1) ?? new Uint8Array();
    const parts = [CHAIN_LABEL, before, numbers[0] ?? Buffer.alloc(0), row.opId, numbers[1] ?? Buffer.alloc(0)];
    return hash("sha256", Buffer.concat(parts), "buffer");
  }

  /** The author's own ops form a line, and it has seen this log and no other. */
  #assertLine(op: Op, name: string): void {
    const author = this.author(op.author);
    assertThat(op.ctr > (author?.ctr ?? 0), "counters only rise", () => name);
    assertThat(toHex(op.prev) === (author?.opId ?? "0".repeat(64)), "an author's ops follow each other", () => name);
    const seen = this.chainAt(op.seenSeq);
    assertThat(
      op.seenSeq < this.rows.length && seen !== null && equalBytes(seen, op.seenChain),
      "an op countersigns this log",
      () => name,
    );
  }

  #do(op: Op, seq: number, name: string): void {
    if (op.type === "genesis") this.#authors.set(toHex(op.author), { ctr: op.ctr, opId: "", principals: new Set() });
    if (op.type === "enrol") this.#enrol(op);
    if (op.type === "control") this.#control(op, seq, name);
    if (op.type === "data") this.#write(op, name);
  }

  #enrol(op: Op): void {
    const [bytes] = new CborMap(decodeCbor(op.body), ["v", "chain"]).list("chain", 4);
    assertThat(bytes instanceof Uint8Array, "an enrolment carries a certificate");
    const { principal, device } = decodeCertificate(bytes);
    assertThat(equalBytes(device, op.author), "a device enrols itself");
    const author = this.#authors.get(toHex(op.author)) ?? { ctr: 0, opId: "", principals: new Set<string>() };
    author.principals.add(principal);
    this.#authors.set(toHex(op.author), author);
  }

  #control(op: Op, seq: number, name: string): void {
    const map = new CborMap(decodeCbor(op.body), ["v", "n", "prev", "changes", "grants", "for"]);
    const by = map.mapOrNull("for", ["by", "via", "session"], (fields) => fields.text("by", 64));
    const isOwner = this.#roles.size === 0 || (by !== null && this.roleOf(by) === "owner");
    assertThat(isOwner, "only an owner changes who may do what", () => name);
    for (const change of map.list("changes", 64)) {
      const grant = new CborMap(change, ["principal", "role", "key", "expires"]);
      const principal = grant.text("principal", 64);
      const role = grant.textOrNull("role", 16);
      this.#roles.set(principal, role);
      this.#changedAt.set(principal, seq);
      if (role === null || role === "viewer") this.#losers.add(principal);
    }
    this.#controls.push({ seq, opId: op.opId });
  }

  #write(op: Op, name: string): void {
    const roles = [...(this.author(op.author)?.principals ?? [])].map((principal) => this.roleOf(principal));
    const mayWrite = roles.some((role) => role === "owner" || role === "editor");
    assertThat(mayWrite, "only who may write at that position is in the log", () => name);
    Y.applyUpdate(this.doc, decodeDataBody(op.body).payload);
    const { pendingStructs, pendingDs } = this.doc.store;
    assertThat(pendingStructs === null && pendingDs === null, "no op leaves anything pending", () => name);
  }
}
