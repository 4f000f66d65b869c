// The note as text, for everybody who reads without a replica: the text call, the card, later the search index. It follows the
// log: made in an alarm after edits and brought up to date when somebody asks. Nothing on the way from a socket to the log
// comes through here.
import { concatBytes, decodeUtf8, encodeUtf8 } from "@reed/bytes";
import { CborMap, decodeCbor, decodeDataBody, decodeOp, type LogRow, type SyncLogStore, TEXT_BUCKET } from "@reed/log";
import { blobOf, integerOf, type Sql } from "@reed/room";
import * as Y from "yjs";
import { sha256 } from "./ports.ts";

/** A note may hold this much text, in UTF-8. */
export const MAX_TEXT_BYTES = 1_000_000;
/** Below the 2 MB that one row can have. */
const PART_BYTES = 1024 * 1024;
const READ_ROWS = 500;
const ROOT = "text";

export interface Projected {
  readonly text: string;
  /** When the newest op that changed the text was received; null for a note without any. */
  readonly modifiedUs: number | null;
}

interface Loaded {
  readonly doc: Y.Doc;
  seq: number;
  modifiedUs: number;
}

export class Projection {
  readonly #sql: Sql;
  readonly #log: SyncLogStore;
  readonly #isGateway: (author: Uint8Array) => boolean;
  #loaded: Loaded | null = null;

  /** `isGateway`: whether a device writes as the gateway, whose payloads name for whom. */
  constructor(sql: Sql, log: SyncLogStore, isGateway: (author: Uint8Array) => boolean) {
    this.#sql = sql;
    this.#log = log;
    this.#isGateway = isGateway;
  }

  /** Size of the text when it was last made, in UTF-8 bytes. */
  get textBytes(): number {
    return this.#integer("text_bytes");
  }

  /** Follows the log to its end. */
  update(): void {
    const headSeq = this.#log.lastSeq();
    if (this.#integer("seq") === headSeq) return;
    const loaded = (this.#loaded ??= this.#load());
    while (loaded.seq < headSeq) {
      const rows = this.#log.read(loaded.seq + 1, READ_ROWS);
      loaded.doc.transact(() => rows.forEach((row) => this.#apply(row, loaded)));
      loaded.seq += rows.length;
    }
    this.#store(loaded);
  }

  /** The text of this moment. */
  read(): Projected {
    this.update();
    const modifiedUs = this.#integer("modified_us");
    return { text: decodeUtf8(this.#blob("text")), modifiedUs: modifiedUs === 0 ? null : modifiedUs };
  }

  #apply(row: LogRow, loaded: Loaded): void {
    const op = decodeOp(row.envelope, sha256);
    if (op.type !== "data") return;
    const { bucket, payload } = decodeDataBody(op.body);
    if (bucket !== TEXT_BUCKET) return;
    const isAttributed = this.#isGateway(op.author);
    Y.applyUpdate(
      loaded.doc,
      isAttributed ? new CborMap(decodeCbor(payload), ["by", "via", "session", "data"]).bytes("data") : payload,
    );
    loaded.modifiedUs = row.recvUs;
  }

  #load(): Loaded {
    const doc = new Y.Doc();
    const state = this.#blob("state");
    if (state.length > 0) Y.applyUpdate(doc, state);
    return { doc, seq: this.#integer("seq"), modifiedUs: this.#integer("modified_us") };
  }

  #store({ doc, seq, modifiedUs }: Loaded): void {
    const text = encodeUtf8(doc.getText(ROOT).toString().toWellFormed());
    this.#sql.transaction(() => {
      this.#putBlob("state", Y.encodeStateAsUpdate(doc));
      this.#putBlob("text", text);
      this.#put("text_bytes", 0, text.length);
      this.#put("modified_us", 0, modifiedUs);
      this.#put("seq", 0, seq);
    });
  }

  #integer(key: string): number {
    const [row] = this.#sql.run("SELECT v FROM projection WHERE k = ? AND part = 0", key);
    return row === undefined ? 0 : integerOf(row, "v");
  }

  #blob(key: string): Uint8Array {
    return concatBytes(
      ...this.#sql.run("SELECT v FROM projection WHERE k = ? ORDER BY part", key).map((row) => blobOf(row, "v")),
    );
  }

  #put(key: string, part: number, value: number | Uint8Array): void {
    this.#sql.run("INSERT OR REPLACE INTO projection (k, part, v) VALUES (?, ?, ?)", key, part, value);
  }

  #putBlob(key: string, bytes: Uint8Array): void {
    const parts = Math.max(1, Math.ceil(bytes.length / PART_BYTES));
    for (let part = 0; part < parts; part += 1)
      this.#put(key, part, bytes.slice(part * PART_BYTES, (part + 1) * PART_BYTES));
    this.#sql.run("DELETE FROM projection WHERE k = ? AND part >= ?", key, parts);
  }
}
