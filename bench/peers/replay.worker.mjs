// A server that keeps every edit as a row and replays them all to open a note: what an append-only store behind a Yjs server
// does that was never compacted. GET /open answers with the state as one update.
import { DurableObject } from "cloudflare:workers";
import * as Y from "yjs";

export class Replay extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS updates (seq INTEGER PRIMARY KEY, data BLOB NOT NULL)");
  }

  async fetch(request) {
    const { sql } = this.ctx.storage;
    if (request.method === "POST") {
      const body = new Uint8Array(await request.arrayBuffer());
      const view = new DataView(body.buffer);
      for (let at = 0; at < body.length;) {
        const length = view.getUint32(at);
        sql.exec("INSERT INTO updates (data) VALUES (?)", body.subarray(at + 4, at + 4 + length));
        at += 4 + length;
      }
      return new Response("ok");
    }
    const doc = new Y.Doc();
    const cursor = sql.exec("SELECT data FROM updates ORDER BY seq");
    doc.transact(() => {
      for (const { data } of cursor) Y.applyUpdate(doc, new Uint8Array(data));
    });
    return new Response(Y.encodeStateAsUpdate(doc), { headers: { "Rows-Read": String(cursor.rowsRead) } });
  }
}

export default {
  fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname !== "/open") return new Response("ok");
    return env.REPLAY.get(env.REPLAY.idFromName("note")).fetch(request);
  },
};
