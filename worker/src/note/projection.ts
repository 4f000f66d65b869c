// The note as text, for everybody who reads without a replica: the text call, the card, snapshots, later the search index. Its
// document is the newest snapshot's with the rows after it, made when somebody first asks and kept while the object is awake.
// What is stored is only what a waking object wants without a document: text, size, time and position. Nothing on the way from a
// socket to the log comes through here.
import { concatBytes, decodeUtf8, encodeUtf8 } from "@reed/bytes";
import type { LogRow, SyncLogStore } from "@reed/log";
import { blobOf, integerOf, type Sql } from "@reed/room";
import { loadDocument, textOf } from "@reed/text";
import * as Y from "yjs";
import { textOpOf } from "./text-ops.ts";

/** A note may hold this much text, in UTF-8. */
export const MAX_TEXT_BYTES = 1_000_000;

/** Part 0 also says what the whole is; below 1 MiB, which is nearly always, the projection is this one row. */
export const PROJECTION_TABLE = `CREATE TABLE projection (
  part INTEGER PRIMARY KEY,
  seq INTEGER NOT NULL,
  modified_us INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  text BLOB NOT NULL
)`;

/** Below the 2 MB that one row can have. */
const PART_BYTES = 1024 * 1024;
/** An op has up to 768 KiB, so this many are held at once. */
const READ_ROWS = 64;

/**
 * How much of the log one run follows. `parts` are what an op inserts and deletes apart from each other: at worst Yjs takes the
 * square of their number (10 000 in one hostile op took 11 s), while bytes alone cost little. A run takes one row at least.
 */
export interface Stretch {
  readonly rows: number;
  readonly parts: number;
}

const WHOLE: Stretch = { rows: Number.POSITIVE_INFINITY, parts: Number.POSITIVE_INFINITY };

export interface Projected {
  readonly text: string;
  /** When the newest op that changed the text was received; null for a note without any. */
  readonly modifiedUs: number | null;
}

/** A document to begin from: of the newest snapshot. */
export interface DocumentBase {
  readonly seq: number;
  /** Yjs V2, of the server's own making. */
  readonly document: Uint8Array;
}

export interface ProjectionOptions {
  readonly sql: Sql;
  readonly log: SyncLogStore;
  /** Whether a device writes as the gateway, whose payloads name for whom. */
  isGateway(author: Uint8Array): boolean;
  /** null before the first snapshot. */
  base(): DocumentBase | null;
}

interface Loaded {
  doc: Y.Doc;
  seq: number;
  modifiedUs: number;
}

interface Stored {
  readonly seq: number;
  readonly modifiedUs: number;
  readonly bytes: number;
}

export class Projection {
  readonly #options: ProjectionOptions;
  #stored: Stored;
  #loaded: Loaded | null = null;

  /** The table must be there. */
  constructor(options: ProjectionOptions) {
    this.#options = options;
    const [row] = options.sql.run("SELECT seq, modified_us, bytes FROM projection WHERE part = 0");
    this.#stored =
      row === undefined
        ? { seq: 0, modifiedUs: 0, bytes: 0 }
        : { seq: integerOf(row, "seq"), modifiedUs: integerOf(row, "modified_us"), bytes: integerOf(row, "bytes") };
  }

  /** Size of the text when it was last stored, in UTF-8 bytes. */
  get textBytes(): number {
    return this.#stored.bytes;
  }

  /** Whether the text of this moment can be had without the base: a document is loaded, or the text is stored. */
  get isWarm(): boolean {
    return this.#loaded !== null || this.#stored.seq === this.#options.log.lastSeq();
  }

  get isLoaded(): boolean {
    return this.#loaded !== null;
  }

  /** Follows the log for a stretch and stores what it has come to, if that is its end. Whether it is. */
  update(stretch: Stretch = WHOLE): boolean {
    const headSeq = this.#options.log.lastSeq();
    if (this.#stored.seq === headSeq) return true;
    const loaded = this.#follow(headSeq, stretch);
    if (loaded.seq < headSeq) return false;
    this.#store(loaded);
    return true;
  }

  /** The document of this moment, to read only. Writes nothing. */
  document(): Y.Doc {
    return this.#follow(this.#options.log.lastSeq(), WHOLE).doc;
  }

  /** The text of this moment. */
  read(): Projected {
    this.update();
    const { modifiedUs } = this.#stored;
    const text = this.#loaded === null ? this.#storedText() : textOf(this.#loaded.doc);
    return { text, modifiedUs: modifiedUs === 0 ? null : modifiedUs };
  }

  #follow(headSeq: number, stretch: Stretch): Loaded {
    const firstSeq = this.#options.log.firstSeq();
    if (this.#loaded !== null && this.#loaded.seq + 1 < firstSeq) this.#loaded = null; // what it lacks was folded away
    const loaded = (this.#loaded ??= this.#load());
    if (loaded.seq + 1 < firstSeq) throw new Error("the rows that the text lacks were folded away");
    try {
      loaded.doc.transact(() => this.#applyUpTo(headSeq, stretch, loaded));
    } catch (cause) {
      this.#loaded = null; // half an op may be in it
      throw cause;
    }
    return loaded;
  }

  #applyUpTo(headSeq: number, stretch: Stretch, loaded: Loaded): void {
    let [rows, parts] = [0, 0];
    while (loaded.seq < headSeq && rows < stretch.rows && parts < stretch.parts) {
      for (const row of this.#options.log.read(loaded.seq + 1, Math.min(READ_ROWS, stretch.rows - rows))) {
        parts += this.#apply(row, loaded, stretch !== WHOLE);
        rows += 1;
        if (parts >= stretch.parts) break;
      }
    }
  }

  /** How many parts the row had, where somebody counts them. */
  #apply({ seq, recvUs, envelope }: LogRow, loaded: Loaded, isCounted: boolean): number {
    const op = textOpOf(envelope, this.#options.isGateway);
    if (op.type === "update") Y.applyUpdate(loaded.doc, op.update);
    if (op.type === "cleared") loaded.doc = loadDocument(null);
    if (op.type !== "none") loaded.modifiedUs = recvUs;
    loaded.seq = seq;
    return isCounted && op.type === "update" ? partsOf(op.update) : 0;
  }

  #load(): Loaded {
    const base = this.#options.base();
    return { doc: loadDocument(base?.document ?? null), seq: base?.seq ?? 0, modifiedUs: this.#stored.modifiedUs };
  }

  #store({ doc, seq, modifiedUs }: Loaded): void {
    const { sql } = this.#options;
    const text = encodeUtf8(textOf(doc));
    const parts = Math.max(1, Math.ceil(text.length / PART_BYTES));
    sql.transaction(() => {
      for (let part = 0; part < parts; part += 1) {
        const slice = text.slice(part * PART_BYTES, (part + 1) * PART_BYTES);
        sql.run(
          "INSERT OR REPLACE INTO projection (part, seq, modified_us, bytes, text) VALUES (?, ?, ?, ?, ?)",
          part,
          seq,
          modifiedUs,
          text.length,
          slice,
        );
      }
      sql.run("DELETE FROM projection WHERE part >= ?", parts);
    });
    this.#stored = { seq, modifiedUs, bytes: text.length };
  }

  #storedText(): string {
    const rows = this.#options.sql.run("SELECT text FROM projection ORDER BY part");
    return decodeUtf8(concatBytes(...rows.map((row) => blobOf(row, "text"))));
  }
}

function partsOf(update: Uint8Array): number {
  const { structs, ds } = Y.decodeUpdate(update);
  return [...ds.clients.values()].reduce((sum, ranges) => sum + ranges.length, structs.length);
}
