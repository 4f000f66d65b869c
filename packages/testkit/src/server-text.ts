// The server's document: what its projection folds, here from the rows alone and without the product's code. The gateway's payloads
// say for whom they are; nobody else's do. A scrub begins anew.
import { CborMap, decodeCbor, decodeDataBody, decodeOp, isScrub, type LogRow, type Op, TEXT_BUCKET } from "@reed/log";
import type { SnapshotContent } from "@reed/room";
import { applyUpdates, editTowards, encodeDocument, loadDocument, stateHash, textOf, updatesOfText } from "@reed/text";
import { equalBytes } from "@reed/bytes";
import type * as Y from "yjs";
import { GATEWAY_KEY, sha256 } from "./keys.ts";

export class ServerText {
  #doc: Y.Doc = loadDocument(null);
  #seq = 0;
  #chain: Uint8Array = new Uint8Array();

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
      const update = op.type === "data" ? textUpdateOf(op) : null;
      if (update !== null) applyUpdates(this.#doc, [update]);
    }
    this.#seq = rows.length;
    this.#chain = rows.at(-1)?.chain ?? this.#chain;
  }

  content(): SnapshotContent {
    return {
      text: new TextEncoder().encode(this.text),
      document: encodeDocument(this.#doc),
      stateHash: stateHash(this.#doc, sha256),
    };
  }

  get text(): string {
    return textOf(this.#doc);
  }

  /** What makes the present text `text`, by a client of that number. */
  towards(text: string, client: number): readonly Uint8Array[] {
    const copy = loadDocument(encodeDocument(this.#doc));
    copy.clientID = client;
    const updates = editTowards(copy, text);
    copy.destroy();
    return updates;
  }

  /** The present text from a fresh document: what a scrub writes. */
  afresh(): readonly Uint8Array[] {
    return updatesOfText(this.text);
  }
}

/** What a data op adds to the text; null where it is for another bucket. */
export function textUpdateOf({ author, body }: Op): Uint8Array | null {
  const { bucket, payload } = decodeDataBody(body);
  if (bucket !== TEXT_BUCKET) return null;
  if (!equalBytes(author, GATEWAY_KEY.publicKey)) return payload;
  return new CborMap(decodeCbor(payload), ["by", "via", "session", "data"]).bytes("data");
}
