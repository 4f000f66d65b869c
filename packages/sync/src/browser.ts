// The replica in a browser: storage where there is storage, one leader among the tabs where tabs can find each other.
import { httpAccountServer } from "./account-server.ts";
import { clearDeviceIfAsked, onClearAsked } from "./clear-device.ts";
import { DeviceWorkspace } from "./device-workspace.ts";
import { apiClient, httpServer } from "./http-server.ts";
import { idbShelfStore, SHELF_DATABASE } from "./library/shelf-store.ts";
import { onNetwork } from "./on-network.ts";
import type { Workspace } from "./open-note.ts";
import { httpPrivateLogServer } from "./private-log/private-log-server.ts";
import { DATABASE_NAME } from "./store/idb-store.ts";
import { STATUS_EVERY_MS, TEXT_EVERY_MS } from "./shown-every.ts";
import { openStore } from "./store/open-store.ts";
import { canShareDevice } from "./tabs/leadership.ts";
import { startWorker, WorkerVerifier } from "./verifier/worker-verifier.ts";

export { askToClearDevice } from "./clear-device.ts";

export async function createWorkspace(): Promise<Workspace> {
  await clearDeviceIfAsked(DATABASE_NAME, SHELF_DATABASE);
  onClearAsked(() => location.reload());
  const store = await openStore();
  const sharesDevice = store.keeps === "device" && canShareDevice();
  const { verifyOps } = new WorkerVerifier(startWorker);
  // Nobody looks at a hidden page, where timers are slow; but other tabs may get their text from it.
  const restMs = (): number => (document.visibilityState === "hidden" ? 0 : TEXT_EVERY_MS);
  return DeviceWorkspace.open({
    store,
    server: httpServer(""),
    accounts: httpAccountServer("", store.keeps === "device" ? "cookie" : "body"),
    api: (accessToken) => apiClient("", accessToken),
    sharesDevice,
    shelfStore: store.keeps === "device" ? idbShelfStore : undefined,
    privateLogServer: httpPrivateLogServer(""),
    onNetwork,
    verifyOps,
    restMs,
    statusEveryMs: STATUS_EVERY_MS,
    hasCourier: true,
  });
}
