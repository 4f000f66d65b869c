// A log as an operator sees it: what the headers say and how large everything is, and never a word of what was written.
import { toBase64Url, toHex } from "@reed/bytes";
import { decodeDataBody, decodeOp, type Op } from "@reed/log";
import { blobOf, integerOf, type Sql } from "@reed/room";
import { sha256 } from "../host/ports.ts";

export interface LoggedHeader {
  readonly seq: number;
  readonly receivedUs: number;
  readonly wallTimeUs: number;
  readonly opId: string;
  readonly type: string;
  /** Of data ops. */
  readonly bucket: string | null;
  /** The device's key. */
  readonly author: string;
  readonly ctr: number;
  readonly seenSeq: number;
  /** Of the whole op. */
  readonly bytes: number;
}

export interface LogLook {
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** chain_at(lastSeq), base64url; null for no rows. */
  readonly chain: string | null;
  /** Bytes of all the rows that are there. */
  readonly bytes: number;
  readonly items: readonly LoggedHeader[];
  /** Rows and bytes of every table. */
  readonly tables: Readonly<Record<string, number>>;
  readonly due: readonly { readonly kind: string; readonly atMs: number }[];
  readonly snapshots: readonly { readonly seq: number; readonly bytes: number; readonly place: string }[];
}

/** The rows after `sinceSeq`. */
export function lookAtLog(sql: Sql, tables: readonly string[], sinceSeq: number, limit: number): LogLook {
  const [whole = {}] = sql.run(
    "SELECT coalesce(min(seq), 0) AS first, coalesce(max(seq), 0) AS last, coalesce(sum(length(envelope)), 0) AS bytes FROM log",
  );
  const lastSeq = integerOf(whole, "last");
  const [head] = sql.run("SELECT chain FROM log WHERE seq = ?", lastSeq);
  const rows = sql.run("SELECT seq, recv_us, envelope FROM log WHERE seq > ? ORDER BY seq LIMIT ?", sinceSeq, limit);
  return {
    firstSeq: integerOf(whole, "first"),
    lastSeq,
    chain: head === undefined ? null : toBase64Url(blobOf(head, "chain")),
    bytes: integerOf(whole, "bytes"),
    items: rows.map((row) => headerOf(integerOf(row, "seq"), integerOf(row, "recv_us"), blobOf(row, "envelope"))),
    tables: Object.fromEntries(tables.map((table) => [table, countOf(sql, table)])),
    due: sql
      .run("SELECT kind, at FROM due ORDER BY at")
      .map((row) => ({ kind: String(row["kind"]), atMs: integerOf(row, "at") })),
    snapshots: sql
      .run("SELECT seq, bytes, place FROM snapshots ORDER BY seq DESC")
      .map((row) => ({ seq: integerOf(row, "seq"), bytes: integerOf(row, "bytes"), place: String(row["place"]) })),
  };
}

function headerOf(seq: number, receivedUs: number, envelope: Uint8Array): LoggedHeader {
  const op = decodeOp(envelope, sha256);
  return {
    seq,
    receivedUs,
    wallTimeUs: op.wallTimeUs,
    opId: toHex(op.opId),
    type: op.type,
    bucket: bucketOf(op),
    author: toHex(op.author),
    ctr: op.ctr,
    seenSeq: op.seenSeq,
    bytes: envelope.length,
  };
}

function bucketOf(op: Op): string | null {
  return op.type === "data" ? decodeDataBody(op.body).bucket : null;
}

function countOf(sql: Sql, table: string): number {
  const [row = {}] = sql.run(`SELECT count(*) AS n FROM "${table}"`);
  return integerOf(row, "n");
}
