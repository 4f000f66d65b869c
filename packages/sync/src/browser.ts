// The replica in a browser: storage where there is storage, one leader among the tabs where tabs can find each other.
import { DeviceWorkspace } from "./device-workspace.ts";
import { httpServer } from "./http-server.ts";
import type { Workspace } from "./open-note.ts";
import { openStore } from "./store/open-store.ts";
import { canShareDevice } from "./tabs/leadership.ts";

export async function createWorkspace(): Promise<Workspace> {
  const store = await openStore();
  const sharesDevice = store.keeps === "device" && canShareDevice();
  return DeviceWorkspace.open({ store, server: httpServer(""), sharesDevice, onWake });
}

const WAKE_EVENTS = ["online", "focus", "pageshow"] as const;

function onWake(listener: () => void): () => void {
  for (const name of WAKE_EVENTS) globalThis.addEventListener(name, listener);
  return () => {
    for (const name of WAKE_EVENTS) globalThis.removeEventListener(name, listener);
  };
}
