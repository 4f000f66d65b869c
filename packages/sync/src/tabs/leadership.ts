// Which tab leads: the one that holds the note's Web Lock. The lock is freed by the browser when the tab dies, however it dies,
// and the next in line gets it.

export interface Leadership {
  /** Gives the lead up, or stops waiting for it. */
  readonly release: () => void;
}

/** Calls `onLead` once this tab leads. Where the browser has no locks to give, every window leads its own. */
export function seekLead(noteId: string, onLead: () => void): Leadership {
  const controller = new AbortController();
  let release = (): void => controller.abort();
  const held = new Promise<void>((resolve) => {
    release = () => {
      controller.abort();
      resolve();
    };
  });
  const lead = async (): Promise<void> => {
    onLead();
    await held;
  };
  navigator.locks.request(`reed/1/${noteId}`, { signal: controller.signal }, lead).catch((error: unknown) => {
    if (!controller.signal.aborted) throw error;
  });
  return { release };
}

/** Whether this window can share its device with other tabs at all. */
export function canShareDevice(): boolean {
  try {
    return typeof navigator.locks.request === "function" && typeof BroadcastChannel === "function";
  } catch {
    return false;
  }
}
