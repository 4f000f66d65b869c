// Which store this window gets. Browsers refuse storage in many ways and under many error names (opaque origins, blocked
// third-party storage, private windows, a full disk); whatever the reason, the app goes on in memory and says so.
import { IdbStore } from "./idb-store.ts";
import { MemoryStore } from "./memory-store.ts";
import type { ReplicaStore } from "./replica-store.ts";

export async function openStore(): Promise<ReplicaStore> {
  try {
    const store = new IdbStore();
    await store.notes();
    return store;
  } catch {
    return new MemoryStore();
  }
}
