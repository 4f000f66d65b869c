// The server's document: what its projection folds, here from the rows alone and without the product's code. The gateway's payloads
// say for whom they are; nobody else's do. A scrub begins anew.
import { CborMap, decodeCbor, decodeDataBody, decodeOp, isScrub, type LogRow, TEXT_BUCKET } from "@reed/log";
import type { SnapshotContent } from "@reed/room";
import { applyUpdates, encodeDocument, loadDocument, stateHash, textOf, updatesOfText } from "@reed/text";
import { equalBytes } from "@reed/bytes";
import type * as Y from "yjs";
import { sha256 } from "./keys.ts";

export class ServerText {
  readonly #gateway: Uint8Array;
  #doc: Y.Doc = loadDocument(null);
  #seq = 0;
  #chain: Uint8Array = new Uint8Array();

  /** `gateway`: its public key. */
  constructor(gateway: Uint8Array) {
    this.#gateway = gateway;
  }

  /** Follows the log, also back to where it once was; `rows` are all of it. */
  follow(rows: readonly LogRow[]): void {
    const last = rows[this.#seq - 1];
    if (this.#seq > 0 && (last === undefined || !equalBytes(last.chain, this.#chain))) {
      this.#doc = loadDocument(null);
      this.#seq = 0;
    }
    for (const { envelope } of rows.slice(this.#seq)) {
      const op = decodeOp(envelope, sha256);
      if (isScrub(op)) this.#doc = loadDocument(null);
      const update = op.type === "data" ? this.#textOf(op.author, op.body) : null;
      if (update !== null) applyUpdates(this.#doc, [update]);
    }
    this.#seq = rows.length;
    this.#chain = rows.at(-1)?.chain ?? this.#chain;
  }

  content(): SnapshotContent {
    return {
      text: new TextEncoder().encode(textOf(this.#doc)),
      document: encodeDocument(this.#doc),
      stateHash: stateHash(this.#doc, sha256),
    };
  }

  /** The present text from a fresh document: what a scrub writes. */
  afresh(): readonly Uint8Array[] {
    return updatesOfText(textOf(this.#doc));
  }

  #textOf(author: Uint8Array, body: Uint8Array): Uint8Array | null {
    const { bucket, payload } = decodeDataBody(body);
    if (bucket !== TEXT_BUCKET) return null;
    if (!equalBytes(author, this.#gateway)) return payload;
    return new CborMap(decodeCbor(payload), ["by", "via", "session", "data"]).bytes("data");
  }
}
