/** Longest wait for a quiet moment to fold the store in. */
const QUIET_WITHIN_MS = 5000;

/** Folding takes a while on a large note: it waits until nobody is typing, where the host can tell. */
export function quietMoment(): Promise<void> {
  const { requestIdleCallback: whenIdle } = globalThis;
  if (typeof whenIdle !== "function") return Promise.resolve();
  return new Promise((resolve) => {
    whenIdle(() => resolve(), { timeout: QUIET_WITHIN_MS });
  });
}
