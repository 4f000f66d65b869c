// The replica in a browser: storage where there is storage, one leader among the tabs where tabs can find each other.
import { DeviceWorkspace } from "./device-workspace.ts";
import { httpServer } from "./http-server.ts";
import type { Workspace } from "./open-note.ts";
import { openStore } from "./store/open-store.ts";
import { canShareDevice } from "./tabs/leadership.ts";

export async function createWorkspace(): Promise<Workspace> {
  const store = await openStore();
  const sharesDevice = store.keeps === "device" && canShareDevice();
  return DeviceWorkspace.open({ store, server: httpServer(""), sharesDevice, onNetwork });
}

const NETWORK_EVENTS = ["online", "offline", "focus", "pageshow"] as const;

function onNetwork(listener: (isUp: boolean) => void): () => void {
  const tell = (): void => listener(navigator.onLine);
  for (const name of NETWORK_EVENTS) globalThis.addEventListener(name, tell);
  return () => {
    for (const name of NETWORK_EVENTS) globalThis.removeEventListener(name, tell);
  };
}
