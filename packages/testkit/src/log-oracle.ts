// A second opinion on the server's log, row by row as it is committed, that shares no rule with the code it judges: the chain by
// hand, permissions as a table, the text as whatever Yjs makes of it.
import { hash } from "node:crypto";
import { equalBytes, toHex } from "@reed/bytes";
import {
  CborMap,
  decodeCbor,
  decodeCertificate,
  decodeDataBody,
  decodeOp,
  type LogRow,
  type Op,
  TEXT_BUCKET,
} from "@reed/log";
import * as Y from "yjs";
import { BucketOracle } from "./bucket-oracle.ts";
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
  doc = new Y.Doc();
  rows: LogRow[] = [];
  /** How often the log was begun anew, and for what. */
  generations: ("restored" | "scrub")[] = [];
  /** Nothing may be dropped or scrubbed. */
  isCompliant = false;
  readonly buckets = new BucketOracle();
  readonly #docId: Uint8Array;
  /** What devices have said, by author, bucket and payload. */
  readonly #said = new Set<string>();
  readonly #seqs = new Map<string, number>();
  readonly #authors = new Map<string, Author>();
  readonly #roles = new Map<string, string | null>();
  readonly #losers = new Set<string>();
  readonly #changedAt = new Map<string, number>();
  #controls: { readonly seq: number; readonly opId: Uint8Array }[] = [];
  /** Chain values of rows that the server lost in a restore. */
  readonly #lost = new Set<string>();

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

  /** Whether `chain` was the chain value of some position before the server was put back. */
  wasLost(chain: Uint8Array): boolean {
    return this.#lost.has(toHex(chain));
  }

  seqOf(opId: Uint8Array): number | null {
    return this.#seqs.get(toHex(opId)) ?? null;
  }

  /** End clock by clientID, as JSON. */
  get vector(): string {
    const clocks = [...Y.decodeStateVector(Y.encodeStateVector(this.doc))];
    return JSON.stringify(clocks.toSorted(([a], [b]) => a - b));
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

  /** The server was put back to `lastSeq`: what came later was never said. Who could once not write stays known. */
  goBack(lastSeq: number): void {
    const rows = this.rows.slice(0, lastSeq);
    for (const { chain } of this.rows.slice(lastSeq)) this.#lost.add(toHex(chain));
    this.doc = new Y.Doc();
    this.rows = [];
    this.generations = [];
    this.isCompliant = false;
    this.#controls = [];
    for (const known of [this.#seqs, this.#authors, this.#roles, this.#changedAt, this.#said, this.buckets])
      known.clear();
    for (const row of rows) this.add(row);
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
    const body = decodeCbor(op.body);
    const hasAct = typeof body === "object" && body !== null && "act" in body;
    const keys = ["v", "n", "prev", "changes", "grants", "for"];
    const map = new CborMap(body, hasAct ? [...keys, "act"] : keys);
    const by = map.mapOrNull("for", ["by", "via", "session"], (fields) => fields.text("by", 64));
    const reason = hasAct ? this.#act(body.act, seq) : null;
    const isOwner = this.#roles.size === 0 || (by !== null && this.roleOf(by) === "owner");
    const isPlatform = reason === "restored" && by === "gateway";
    assertThat(isOwner || isPlatform, "only an owner changes who may do what", () => name);
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

  /** Why the log begins anew with it; null where it does not. */
  #act(act: unknown, seq: number): "restored" | "scrub" | null {
    if (typeof act !== "object" || act === null || !("on" in act))
      return this.#generation(new CborMap(act, ["type", "seq", "chain", "reason"]), seq);
    this.isCompliant = new CborMap(act, ["type", "on"]).bool("on");
    return null;
  }

  /** A new beginning continues the position before it; a scrub takes the text with it. */
  #generation(act: CborMap, seq: number): "restored" | "scrub" {
    const reason = act.text("reason", 16) === "scrub" ? "scrub" : "restored";
    const from = act.integer("seq");
    const isNext = from === seq - 1 || (reason === "restored" && from === seq - 2);
    const before = this.chainAt(from);
    assertThat(isNext && before !== null && equalBytes(act.bytes("chain"), before), "a generation begins at its place");
    assertThat(reason !== "scrub" || !this.isCompliant, "nothing is scrubbed in compliance mode", () => `${seq}`);
    this.generations.push(reason);
    if (reason === "scrub") this.doc = new Y.Doc();
    return reason;
  }

  #write(op: Op, name: string): void {
    const principals = [...(this.author(op.author)?.principals ?? [])];
    const { bucket, payload } = decodeDataBody(op.body);
    const isGateway = principals.includes("gateway");
    const fields = isGateway ? new CborMap(decodeCbor(payload), ["by", "via", "session", "data"]) : null;
    const roles = (fields === null ? principals : [fields.text("by", 64)]).map((principal) => this.roleOf(principal));
    const mayWrite = roles.some((role) => role === "owner" || role === "editor");
    assertThat(mayWrite, "only who may write at that position is in the log", () => name);
    if (fields === null) this.#say(`${toHex(op.author)} ${bucket} ${toHex(sha256(payload))}`, name);
    if (bucket !== TEXT_BUCKET) return this.buckets.add(bucket, op, payload);
    Y.applyUpdate(this.doc, fields === null ? payload : fields.bytes("data"));
    const { pendingStructs, pendingDs } = this.doc.store;
    assertThat(pendingStructs === null && pendingDs === null, "no op leaves anything pending", () => name);
  }

  /** No device signs the same words twice: what the log has taken is never said again. */
  #say(words: string, name: string): void {
    assertThat(!this.#said.has(words), "nothing that the log has is said again", () => name);
    this.#said.add(words);
  }
}
