// The recorded session: 259 778 edits of one person writing a paper. As Yjs updates, one for each edit and one for each hundred;
// made once and kept, since replaying takes seconds.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { gunzipSync } from "node:zlib";
import * as Y from "yjs";
import { CACHE, ROOT } from "./servers.ts";

const NAME = "automerge-paper";
const FILE = path.resolve(ROOT, process.env["REED_DATA"] ?? "../shared/data", "traces", `${NAME}.json.gz`);
const EDITS_AN_OP = 100;
const CLIENT = 7;

interface Trace {
  readonly endContent: string;
  readonly txns: readonly { readonly patches: readonly (readonly [at: number, deleted: number, inserted: string])[] }[];
}

export interface Recording {
  readonly text: string;
  readonly edits: number;
  /** For each edit. */
  readonly updates: readonly Uint8Array[];
  /** For each hundred of them: what a client's ops would carry. */
  readonly merged: readonly Uint8Array[];
}

/** null where the trace is not on this machine. */
export function paperTrace(): Recording | null {
  if (!existsSync(FILE)) return null;
  const { endContent, txns } = JSON.parse(gunzipSync(readFileSync(FILE)).toString("utf8")) as Trace;
  const each = path.join(CACHE, `${NAME}.1`);
  const hundreds = path.join(CACHE, `${NAME}.${EDITS_AN_OP}`);
  if (!existsSync(each) || !existsSync(hundreds)) {
    mkdirSync(CACHE, { recursive: true });
    writeFileSync(each, frame(replay(txns, 1)));
    writeFileSync(hundreds, frame(replay(txns, EDITS_AN_OP)));
  }
  return {
    text: endContent,
    edits: txns.length,
    updates: unframe(readFileSync(each)),
    merged: unframe(readFileSync(hundreds)),
  };
}

function replay(txns: Trace["txns"], size: number): readonly Uint8Array[] {
  const doc = new Y.Doc();
  doc.clientID = CLIENT;
  const text = doc.getText("text");
  const updates: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array) => updates.push(update));
  for (let from = 0; from < txns.length; from += size)
    doc.transact(() => {
      for (const { patches } of txns.slice(from, from + size))
        for (const [at, deleted, inserted] of patches) {
          if (deleted > 0) text.delete(at, deleted);
          if (inserted !== "") text.insert(at, inserted);
        }
    });
  return updates;
}

/** Each with its length before it, four bytes. */
export function frame(updates: readonly Uint8Array[]): Buffer {
  const out = Buffer.alloc(updates.reduce((sum, { length }) => sum + length + 4, 0));
  let at = 0;
  for (const update of updates) {
    out.writeUInt32BE(update.length, at);
    out.set(update, at + 4);
    at += update.length + 4;
  }
  return out;
}

function unframe(bytes: Buffer): readonly Uint8Array[] {
  const updates: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    updates.push(new Uint8Array(bytes.subarray(at + 4, at + 4 + length)));
    at += 4 + length;
  }
  return updates;
}
