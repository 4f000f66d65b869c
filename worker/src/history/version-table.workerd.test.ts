// The same table in the object's own SQLite, with the runtime's own gzip.
import { env, runInDurableObject } from "cloudflare:test";
import { diffTexts } from "@reed/text";
import { expect, it } from "vitest";
import { StorageSql } from "../host/sql.ts";
import { VERSIONS_TABLE, VersionTable } from "./version-table.ts";

type Bindings = typeof env & { readonly NOTE: DurableObjectNamespace };

it("versions of a megabyte are kept, found, named, thinned and dropped in an object's storage", async () => {
  const { NOTE } = env as Bindings;
  const text = "한글 😀 line after line\n".repeat(30_000);
  const authors = [{ by: "user:ana", units: text.length }];
  await runInDurableObject(NOTE.get(NOTE.newUniqueId()), (_, { storage }) => {
    const sql = new StorageSql(storage);
    sql.run(VERSIONS_TABLE);
    const table = new VersionTable(sql);
    for (const seq of [1, 2, 3]) table.add({ seq, atUs: seq, title: "한글", text: text + String(seq), authors });
    expect(table.find(1)).toMatchObject({ seq: 1, title: "한글", authors, name: null });
    expect(table.name(1, "Entwurf")).toBe("named");
    expect(table.thin(1e15)).toBe(1);
    expect(table.list(5).map(({ seq }) => seq)).toEqual([3, 1]);
    expect(diffTexts(table.find(1)?.text ?? "", table.find(3)?.text ?? "").slice(1)).toEqual([
      { type: "removed", text: "1" },
      { type: "added", text: "3" },
    ]);
    table.dropBelow(3);
    expect(table.list(5)).toHaveLength(1);
  });
});
