// Which store this window gets. Browsers refuse storage in many ways and under many error names (opaque origins, blocked
// third-party storage, private windows, a full disk); whatever the reason, the app goes on in memory and says so.
import { IdbStore } from "./idb-store.ts";
import { MemoryStore } from "./memory-store.ts";
import type { ReplicaStore } from "./replica-store.ts";

/** `name`: of the database; without one, the device that all windows of this origin share. */
export async function openStore(name?: string | undefined): Promise<ReplicaStore> {
  try {
    const store = new IdbStore(name);
    await store.notes();
    return store;
  } catch {
    return new MemoryStore();
  }
}
