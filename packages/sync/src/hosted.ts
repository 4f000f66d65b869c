// The replica in a page that stands in something that knows its person, as a Discord Activity does. Nobody signs in and nobody is a
// guest; the refresh token stays in memory, for cookies are not kept in such frames. Each window has a device of its own: the
// storage may be shared by several people and several windows, and two windows with one device would sign over each other.
import { httpAccountServer } from "./account-server.ts";
import { DeviceWorkspace } from "./device-workspace.ts";
import { apiClient, httpServer } from "./http-server.ts";
import type { HostSignIn } from "./identity.ts";
import { onNetwork } from "./on-network.ts";
import type { Workspace } from "./open-note.ts";
import { httpPrivateLogServer } from "./private-log/private-log-server.ts";
import { RefusedError } from "./server.ts";
import { STATUS_EVERY_MS, TEXT_EVERY_MS } from "./shown-every.ts";
import { MemoryStore } from "./store/memory-store.ts";
import { openStore } from "./store/open-store.ts";
import type { ReplicaStore } from "./store/replica-store.ts";
import { startWorker, WorkerVerifier } from "./verifier/worker-verifier.ts";

export type { Session } from "./account-server.ts";
export { sessionOf } from "./account-server.ts";
export { apiClient, valueOf } from "./http-server.ts";
export type { HostSignIn } from "./identity.ts";
export { RefusedError } from "./server.ts";

/** So many windows of one person keep what they have; any more of them keep it in memory. */
const MAX_DEVICES = 4;
/** What moves on the screen moves this much slower where the device must rest. */
const CALM_FACTOR = 8;

export interface HostedWorkspace {
  readonly workspace: Workspace;
  /** Has the host sign its person in again, after their session was over. Rejects where the host or the server says no. */
  readonly comeBack: () => Promise<void>;
}

/** `isCalm`: whether as little as possible is to be done now. Rejects where the server is not reached. */
export async function createHostedWorkspace(host: HostSignIn, isCalm: () => boolean): Promise<HostedWorkspace> {
  const { verifyOps } = new WorkerVerifier(startWorker);
  const pace = (everyMs: number): number => (isCalm() ? everyMs * CALM_FACTOR : everyMs);
  const workspace = await onOwnDevice(host.session.userId, (store) =>
    DeviceWorkspace.open({
      store,
      host,
      server: httpServer(""),
      accounts: httpAccountServer("", "body"),
      api: (accessToken) => apiClient("", accessToken),
      sharesDevice: false,
      privateLogServer: httpPrivateLogServer(""),
      onNetwork,
      verifyOps,
      restMs: () => (document.visibilityState === "hidden" ? 0 : pace(TEXT_EVERY_MS)),
      statusEveryMs: () => pace(STATUS_EVERY_MS),
      hasCourier: true,
    }),
  );
  return { workspace, comeBack: () => workspace.signInByHost() };
}

/** `open` with a device that no other window has, and that the server takes for this user. */
async function onOwnDevice<Opened>(userId: string, open: (store: ReplicaStore) => Promise<Opened>): Promise<Opened> {
  for (let number = 1; number <= MAX_DEVICES; number += 1) {
    const name = `reed-${userId}${number === 1 ? "" : `-${number}`}`;
    const release = await hold(name);
    if (release === null) continue;
    const store = await openStore(name);
    try {
      return await open(store);
    } catch (error) {
      release();
      if (!(error instanceof RefusedError) || error.code !== "device_taken" || store.keeps === "memory") throw error;
    }
  }
  return open(new MemoryStore());
}

/**
 * Takes the name for as long as this window lives, or until the result is called; null where another window has it. Where the
 * browser has no locks to give, nobody can have it.
 */
function hold(name: string): Promise<(() => void) | null> {
  return new Promise((resolve) => {
    const take = async (lock: Lock | null): Promise<void> => {
      if (lock === null) return resolve(null);
      await new Promise<void>((release) => resolve(release));
    };
    const ask = async (): Promise<void> =>
      navigator.locks.request(`reed/1/device/${name}`, { ifAvailable: true }, take);
    ask().catch(() => resolve(() => undefined));
  });
}
