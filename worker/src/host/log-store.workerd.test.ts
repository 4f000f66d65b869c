// The object's own SQLite under the contract that every log store keeps. It has no end that a test could await: reopening is a
// new store over the same storage.
import { env, runInDurableObject } from "cloudflare:test";
import type { LogRow, LogStore } from "@reed/log";
import { LOG_TABLE, SqliteLogStore } from "@reed/room";
import { describeLogStore } from "@reed/testkit/log-store-contract";
import { StorageSql } from "./sql.ts";

type Bindings = typeof env & { readonly NOTE: DurableObjectNamespace };

describeLogStore("SqliteLogStore over an object's storage", async () => {
  const { NOTE } = env as Bindings;
  const stub = NOTE.get(NOTE.newUniqueId());
  const inside = <T>(work: (store: SqliteLogStore) => T): Promise<T> =>
    runInDurableObject(stub, (_, { storage }) => work(new SqliteLogStore(new StorageSql(storage))));
  await runInDurableObject(stub, (_, { storage }) => {
    storage.sql.exec(LOG_TABLE);
  });
  const store: LogStore = {
    append: (rows: readonly LogRow[]) => inside((inner) => inner.append(rows)),
    read: (fromSeq, limit) => inside((inner) => inner.read(fromSeq, limit)),
    lastSeq: () => inside((inner) => inner.lastSeq()),
    firstSeq: () => inside((inner) => inner.firstSeq()),
    drop: (throughSeq, limit) => inside((inner) => inner.drop(throughSeq, limit)),
  };
  return { store, reopen: () => Promise.resolve(store), close: () => Promise.resolve() };
});
