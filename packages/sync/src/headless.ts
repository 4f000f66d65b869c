// The replica without a browser: the same engine, store contract and socket in a Node process, for drills, traces and benches.
import { httpAccountServer } from "./account-server.ts";
import { DeviceWorkspace } from "./device-workspace.ts";
import { apiClient, httpServer } from "./http-server.ts";
import { httpPrivateLogServer } from "./private-log/private-log-server.ts";
import { MemoryStore } from "./store/memory-store.ts";
import type { ReplicaStore } from "./store/replica-store.ts";
import { verifyHere } from "./verifier/batch.ts";

export type { PrivateLog } from "./private-log/private-log.ts";
export { httpPrivateLogServer } from "./private-log/private-log-server.ts";
export { MemoryStore } from "./store/memory-store.ts";

/** A device that keeps what it keeps in `store` and talks to the server at `baseUrl`. */
export function openHeadlessDevice(baseUrl: string, store: ReplicaStore = new MemoryStore()): Promise<DeviceWorkspace> {
  return DeviceWorkspace.open({
    store,
    server: httpServer(baseUrl),
    accounts: httpAccountServer(baseUrl, "body"),
    api: (accessToken) => apiClient(baseUrl, accessToken),
    sharesDevice: false,
    privateLogServer: httpPrivateLogServer(baseUrl),
    onNetwork: () => () => undefined,
    verifyOps: verifyHere,
    restMs: () => 0,
    statusEveryMs: 0,
    hasCourier: false,
  });
}
