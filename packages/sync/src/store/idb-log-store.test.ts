import "fake-indexeddb/auto";
import { noteIdOf } from "@reed/log";
import { describeLogStore } from "@reed/testkit/log-store-contract";
import { IdbStore } from "./idb-store.ts";

const NOTE = noteIdOf(new Uint8Array(32).fill(7));
let opened = 0;

describeLogStore("IdbStore", async () => {
  opened += 1;
  const name = `contract-${opened}`;
  let store = new IdbStore(name);
  return {
    store: store.logOf(NOTE),
    reopen: async () => {
      await store.close();
      store = new IdbStore(name);
      return store.logOf(NOTE);
    },
    close: () => store.close(),
  };
});
