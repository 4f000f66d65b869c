// Takes everything of Reed off this device: key, notes, what waits. It is asked for on a running page and done by the next one,
// before anything opens the database, so that nothing is written back.
import { oneTabAtATime } from "./tabs/one-at-a-time.ts";

const FLAG = "reed:clear";

/** Call before loading the page anew. False where this browser keeps nothing, and so there is nothing to clear. */
export function askToClearDevice(): boolean {
  try {
    localStorage.setItem(FLAG, "1");
    return true;
  } catch {
    return false;
  }
}

/** Clears the device where that was asked for. */
export async function clearDeviceIfAsked(...databases: readonly string[]): Promise<void> {
  try {
    if (localStorage.getItem(FLAG) === null) return;
    await oneTabAtATime("clear", async () => {
      if (localStorage.getItem(FLAG) === null) return; // another tab has done it
      await Promise.all(databases.map(deleted));
      localStorage.removeItem(FLAG);
    });
  } catch {
    return; // no storage
  }
}

/** Calls back when another tab asks for it. */
export function onClearAsked(listener: () => void): void {
  addEventListener("storage", ({ key, newValue }) => {
    if (key === FLAG && newValue !== null) listener();
  });
}

/** Other tabs let go of the database when they hear that it is to be deleted. */
function deleted(database: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(database);
    request.addEventListener("success", () => resolve());
    request.addEventListener("error", () => reject(request.error ?? new Error("not deleted")));
  });
}
