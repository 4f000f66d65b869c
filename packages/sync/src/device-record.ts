// What a device keeps of itself: how it begins, and the account that its record speaks of.
import { generateDeviceKey } from "@reed/crypto";
import { randomColor, randomName } from "./guest-name.ts";
import type { AccountState } from "./open-note.ts";
import type { DeviceRecord, ReplicaStore } from "./store/replica-store.ts";

/** A new device, nobody's yet, kept in `store`. */
export async function makeDevice(store: ReplicaStore): Promise<DeviceRecord> {
  const { handle, publicKey } = await generateDeviceKey();
  const record = { handle, publicKey, name: randomName(), color: randomColor(), guest: null, platformKey: null };
  await store.saveDevice(record);
  return record;
}

export function accountOf({ guest, account }: DeviceRecord): AccountState {
  return {
    userId: guest?.userId ?? null,
    username: account?.username ?? null,
    isSignedIn: account?.isSignedIn ?? false,
  };
}

export function isSameAccount(a: AccountState, b: AccountState): boolean {
  return a.userId === b.userId && a.username === b.username && a.isSignedIn === b.isSignedIn;
}
