import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MemoryLogStore } from "@reed/log";
import { LOG_TABLE, SqliteLogStore } from "@reed/room";
import { describeLogStore } from "./log-store-contract.ts";
import { openNodeSql } from "./node-sql.ts";

describeLogStore("MemoryLogStore", async () => ({
  store: new MemoryLogStore(),
  reopen: null,
  close: () => Promise.resolve(),
}));

describeLogStore("SqliteLogStore over node:sqlite", async () => {
  const folder = await mkdtemp(join(tmpdir(), "reed-log-"));
  const open = (): { readonly store: SqliteLogStore; readonly close: () => void } => {
    const sql = openNodeSql(join(folder, "log.db"));
    sql.run(LOG_TABLE);
    return { store: new SqliteLogStore(sql), close: () => sql.close() };
  };
  let current = open();
  return {
    store: current.store,
    reopen: async () => {
      current.close();
      current = open();
      return current.store;
    },
    close: async () => {
      current.close();
      await rm(folder, { recursive: true });
    },
  };
});
